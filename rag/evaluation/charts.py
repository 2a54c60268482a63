"""Pictures of results as SVG elements: no script, no network, readable in light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

WIDTH = 720
LABEL, VALUE = 190, 60  # pixels kept for names at the left and figures at the right
ROW = 26
INK, FAINT, ACCENT, SOFT = "currentColor", "#8884", "#a6403c", "#a6403c66"

Point = tuple[float, float]
Bar = tuple[str, float, float | None, float | None]  # name, value, low, high


def bars(title: str, rows: Sequence[Bar], *, top: float = 1.0, unit: str = "") -> Element:
    """Return horizontal bars with their intervals, one a row.

    Args:
        title: what is shown, for those who cannot see it.
        rows: name, value and, where known, both ends of its interval.
        top: the value at the right end of the scale.
        unit: written behind each value; "" writes three decimals.
    """
    svg = _svg(title, height=ROW * len(rows) + 24)
    length = WIDTH - LABEL - VALUE
    for tick in range(5):
        x = LABEL + length * tick / 4
        _line(svg, (x, 0), (x, ROW * len(rows)), FAINT)
        _text(svg, x, ROW * len(rows) + 16, _number(top * tick / 4, unit), anchor="middle")
    for at, (name, value, low, high) in enumerate(rows):
        y = ROW * at
        _text(svg, LABEL - 8, y + 17, name, anchor="end")
        _rect(svg, (LABEL, y + 6), (length * min(value / top, 1.0), ROW - 12), SOFT)
        if low is not None and high is not None:
            ends = [(LABEL + length * end / top, y + ROW / 2) for end in (low, high)]
            _line(svg, ends[0], ends[1], INK)
        _text(svg, WIDTH - VALUE + 8, y + 17, _number(value, unit))
    return svg


def histogram(title: str, values: Sequence[float], *, bins: int = 10) -> Element:
    """Return how many values from 0 to 1 fall into each of `bins` equal steps; 1 into the last."""
    counts = [0] * bins
    for value in values:
        counts[min(int(value * bins), bins - 1)] += 1
    height, highest = 180, max([*counts, 1])
    svg = _svg(title, height=height + 40)
    step = WIDTH / bins
    for at, count in enumerate(counts):
        tall = height * count / highest
        _rect(svg, (at * step + 2, 16 + height - tall), (step - 4, tall), SOFT)
        _text(svg, (at + 0.5) * step, 12 + height - tall, str(count), anchor="middle")
        _text(svg, (at + 0.5) * step, height + 34, f"{at / bins:.1f}–", anchor="middle")
    return svg


def curve(title: str, points: Sequence[tuple[float, float]], *, x: str, y: str) -> Element:
    """Return a stepwise curve over the unit square with its axes named."""
    height, left, bottom = 240, 60, 40
    svg = _svg(title, height=height + bottom)
    length = WIDTH - left - 20
    for tick in range(5):
        share = tick / 4
        level = 10 + (height - 10) * (1 - share)
        _line(svg, (left, level), (left + length, level), FAINT)
        _text(svg, left - 8, level + 4, f"{share:.2f}", anchor="end")
        _text(svg, left + length * share, height + 16, f"{share:.2f}", anchor="middle")
    _text(svg, left + length / 2, height + 34, x, anchor="middle")
    _text(svg, 4, 10, y)
    path = " ".join(
        f"{left + length * a:.2f},{10 + (height - 10) * (1 - b):.2f}" for a, b in points
    )
    line = {"points": path, "fill": "none", "stroke": ACCENT, "stroke-width": "2"}
    SubElement(svg, "polyline", line)
    return svg


def _svg(title: str, *, height: float) -> Element:
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height:g}",
            "role": "img",
            "font-size": "13",
            "font-family": "system-ui, sans-serif",
        },
    )
    SubElement(svg, "title").text = title
    return svg


def _text(svg: Element, x: float, y: float, text: str, *, anchor: str = "start") -> None:
    place = {"x": f"{x:.2f}", "y": f"{y:.2f}", "text-anchor": anchor, "fill": INK}
    SubElement(svg, "text", place).text = text


def _rect(svg: Element, corner: Point, size: Point, fill: str) -> None:
    x, y = corner
    width, height = (max(side, 0.0) for side in size)
    shape = {"x": x, "y": y, "width": width, "height": height}
    SubElement(svg, "rect", {**{key: f"{v:.2f}" for key, v in shape.items()}, "fill": fill})


def _line(svg: Element, start: Point, end: Point, stroke: str) -> None:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    SubElement(svg, "line", {**{key: f"{v:.2f}" for key, v in ends.items()}, "stroke": stroke})


def _number(value: float, unit: str) -> str:
    return f"{value:.0f}{unit}" if unit else f"{value:.3f}"
