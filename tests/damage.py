"""A simulator of the damage that `corpus.repair` mends: what scrapers really did to pages.

The forward model was found by reproducing damaged pages byte for byte from their mended text:
Simplified text is converted character by character with an old table, becomes GBK bytes, a
byte-level replace puts the pinyin of listed characters behind them (also across the border of
two characters), the first byte of some full stops is cut, and a decoder that swallows and
drops reads the bytes back. All randomness comes from the seed that the caller gives.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import opencc
from pypinyin.pinyin_dict import pinyin_dict

# What the old table leaves alone although a modern one converts it, and where it differs.
_LEFT_ALONE = frozenset("干余后里制于咨采范面复并系云只丑斗谷卷克困了曲舍松吁郁岳志群秘床吃峰")
_OLD_FORMS = dict(zip("钻踊陕着为众启线伪", "鉆踴陜著為眾啟線偽", strict=True))
_FOLDED = str.maketrans("，！？：；（）", ",!?:;()")

NARROW_CUTS = frozenset({0xA1, 0xAC})
WIDE_CUTS = NARROW_CUTS | {0xBF, 0xBA, 0xBB}


@dataclass(frozen=True)
class Site:
    """How one hijacked site damages its pages.

    Attributes:
        readings: the listed characters, each with the pinyin put behind it.
        cuts: a full stop loses its first byte in front of these bytes.
        quote_cut: share of `！”` that lose the first byte of the quotation mark, 0 to 1.
        tag_ends: whether the rest of a closing tag whose `<` was eaten stays in the text.
    """

    readings: dict[str, str] = field(default_factory=dict)
    cuts: frozenset[int] = NARROW_CUTS
    quote_cut: float = 0.0
    tag_ends: bool = False


@dataclass(frozen=True)
class Damaged:
    """A damaged text, what it was, and which characters of the latter the damage touched."""

    raw: str
    gold: str
    tagged: frozenset[int]
    broken: frozenset[int]


def traditional(text: str) -> str:
    """Return the text converted character by character with the old table, as far as GBK goes."""
    return "".join(map(_old_form, text))


def listed_site(texts: Iterable[str], *, seed: int, size: int, **site: object) -> Site:
    """Return a site that lists `size` characters the conversion produced, common ones first.

    They are drawn by their frequency; real lists held 38 to some 400 characters, in an order
    that nothing explained.
    """
    counts = Counter(new for old in "".join(texts) if (new := _old_form(old)) != old)
    rng = random.Random(seed)
    found = sorted(char for char in counts if _reading(char))
    found.sort(key=lambda char: rng.random() ** (1 / counts[char]), reverse=True)
    chosen = found[:size]
    rng.shuffle(chosen)
    return Site({char: _reading(char) for char in chosen}, **site)


def damaged(simplified: str, site: Site, *, seed: int = 0) -> Damaged:
    """Return what `site` makes of a text; characters outside GBK must not occur."""
    gold = traditional(simplified)
    rng = random.Random(seed)
    raw: list[str] = []
    intact: set[int] = set()
    tagged: set[int] = set()
    at = 0
    for line in gold.split("\n"):
        stream = _cut(_encoded(line, at), site, rng)
        for char, reading in site.readings.items():
            stream = _tagged(stream, char.encode("gbk"), reading.encode("gbk"), tagged)
        decoded, whole = _decoded([*stream, *((byte, -1) for byte in b"</p>")])
        raw.append(_without_tail(decoded, site))
        intact |= whole
        at += len(line) + 1
    broken = {i for i, char in enumerate(gold) if char != "\n" and i not in intact}
    return Damaged(
        "\n".join(raw).translate(_FOLDED),
        gold.translate(_FOLDED),
        frozenset(tagged - broken),
        frozenset(broken),
    )


def toneless(simplified: str, *, seed: int, share: float = 0.4) -> tuple[str, str]:
    """Return a text with tags without tone marks, some doubled, and what it was."""
    gold = traditional(simplified).translate(_FOLDED)
    rng = random.Random(seed)
    parts: list[str] = []
    for char in gold:
        parts.append(char)
        reading = _reading(char)
        if reading and rng.random() < share:
            tag = f"({_plain(reading)})"
            parts.append(tag * rng.choice((1, 1, 1, 2)))
    return "".join(parts), gold


def sloppy_cp1252(data: bytes) -> str:
    """Decode as browsers do: Windows-1252, its five undefined bytes as control characters."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
        for byte in data
    )


def misread(text: str, steps: Sequence[tuple[str, str]]) -> str:
    """Return the text written in one encoding and read in another, once for every step."""
    for written, read in steps:
        data = text.encode(written)
        text = sloppy_cp1252(data) if read == "sloppy" else data.decode(read)
    return text


def edits(one: str, other: str) -> int:
    """Return the Levenshtein distance of two texts."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            best = min(diagonal + (left != right), row[j] + 1, row[j - 1] + 1)
            diagonal, row[j] = row[j], best
    return row[-1]


@cache
def _old_form(char: str) -> str:
    if char in _LEFT_ALONE or char.isascii():
        return char
    new = _OLD_FORMS.get(char) or _converter().convert(char)
    try:
        new.encode("gbk")
    except UnicodeEncodeError:
        return char
    return new


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _reading(char: str) -> str:
    reading = pinyin_dict.get(ord(char), "").split(",")[0]
    try:
        reading.encode("gbk")
    except UnicodeEncodeError:
        return ""
    return reading


def _plain(reading: str) -> str:
    marked = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"
    plain = "aaaaeeeeiiiioooouuuuvvvvv"
    return reading.translate(str.maketrans(marked, plain))


def _encoded(line: str, at: int) -> list[tuple[int, int]]:
    return [(byte, at + i) for i, char in enumerate(line) for byte in char.encode("gbk")]


def _cut(stream: list[tuple[int, int]], site: Site, rng: random.Random) -> list[tuple[int, int]]:
    """Cut the first byte of full stops in front of certain bytes, and of some quotes after ！."""
    out: list[tuple[int, int]] = []
    for i, (byte, owner) in enumerate(stream):
        first = i == 0 or stream[i - 1][1] != owner
        here = bytes(value for value, _ in stream[i : i + 3])
        if first and here[:2] == b"\xa1\xa3" and here[2:] and here[2] in site.cuts:
            out.append((0x3F, -1))
        elif first and here[:2] == b"\xa1\xb1" and _after_bang(stream, i, site, rng):
            continue
        else:
            out.append((byte, owner))
    return out


def _after_bang(stream: list[tuple[int, int]], i: int, site: Site, rng: random.Random) -> bool:
    before = bytes(value for value, _ in stream[max(i - 2, 0) : i])
    return before == b"\xa3\xa1" and len(stream) > i + 2 and rng.random() < site.quote_cut


def _tagged(
    stream: list[tuple[int, int]], needle: bytes, reading: bytes, tagged: set[int]
) -> list[tuple[int, int]]:
    data = bytes(byte for byte, _ in stream)
    out: list[tuple[int, int]] = []
    at = 0
    while (found := data.find(needle, at)) >= 0:
        end = found + len(needle)
        out += stream[at:end]
        out += [(byte, -1) for byte in b"(" + reading + b")"]
        tagged.add(stream[found][1])
        at = end
    return out + stream[at:]


def _decoded(stream: list[tuple[int, int]]) -> tuple[str, set[int]]:
    """Decode as Windows 936 did there; return also the characters that came out whole."""
    out: list[str] = []
    whole: set[int] = set()
    i = 0
    while i < len(stream):
        byte, owner = stream[i]
        i += 1
        if byte < 0x80:
            out.append(chr(byte))
            whole.add(owner)
        elif byte not in {0x80, 0xFF}:
            text, taken = _pair(byte, stream[i][0] if i < len(stream) else 0)
            out.append(text)
            if text not in {"", "?"} and stream[i][1] == owner:
                whole.add(owner)
            i += taken
    return "".join(out), whole


def _pair(lead: int, trail: int) -> tuple[str, int]:
    """Return what a lead byte and the byte behind it become, and whether the latter is used up."""
    if trail < 0x40 or trail == 0x7F:
        return "?", 1
    if trail == 0xFF:
        return "?", 0
    try:
        return bytes([lead, trail]).decode("gbk"), 1
    except UnicodeDecodeError:
        return "", 1


def _without_tail(decoded: str, site: Site) -> str:
    if decoded.endswith("</p>"):
        return decoded[:-4]
    return decoded if site.tag_ends else decoded.removesuffix("/p>")
