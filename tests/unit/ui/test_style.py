"""The colours of the page: text can be read on its ground, in the light and in the dark."""

import re
from pathlib import Path

import pytest

import ui

STYLE = (Path(ui.__file__).parent / "wenju.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "page"), ("ink", "card"), ("ink", "tint"), ("ink", "mark"), ("ink", "mark-other"),
    ("soft", "page"), ("soft", "card"), ("soft", "mark-other"), ("accent", "page"),
    ("accent", "card"), ("accent-ink", "accent"), ("link", "page"), ("link", "card"),
    ("good", "page"), ("part", "page"), ("none", "page"),
]  # fmt: skip
AA = 4.5  # Source: WCAG 2.2, success criterion 1.4.3


def colours(selector):
    block = re.search(rf"^{re.escape(selector)} {{(.*?)^}}", STYLE, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"--wj-([\w-]+): #([0-9a-f]{6});", block))


def luminance(colour):
    """Return the relative luminance of RRGGBB (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [":root", ".dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(theme, text, ground):
    held = colours(theme)
    high, low = sorted((luminance(held[text]), luminance(held[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= AA
