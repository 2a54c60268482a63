"""Administrative divisions: which places a text names, and which of them lie in which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|示范区|开发区|矿区|林区|特区|新区|地区|省|市|区|县|盟|旗)$"
)
_NATIONS = (
    "壮族|回族|满族|维吾尔|苗族|彝族|土家族|藏族|蒙古族|蒙古|侗族|布依族|瑶族|白族|朝鲜族|哈尼族|黎族|"
    "哈萨克族|哈萨克|傣族|畲族|傈僳族|东乡族|仡佬族|拉祜族|佤族|水族|纳西族|羌族|土族|仫佬族|锡伯族|"
    "柯尔克孜|景颇族|达斡尔族|撒拉族|布朗族|毛南族|塔吉克|普米族|怒族|鄂温克族|裕固族|保安族|独龙族|鄂伦春|各族"
)
_NATION = re.compile(f"(?:{_NATIONS})+$")
_TAILS = ("示范区", "新区", "特区", "区", "县", "市", "省", "州", "盟", "旗")
_LONGEST = 11


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text: its stem (武隆 for 武隆区, 武隆县), and where it stands."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and stems of all divisions.

    Attributes:
        names: stem by full name.
        parents: stems of the divisions above, by stem; a stem borne by several has all.
        levels: 1 for provinces, 2 for cities, 3 for counties and districts; the highest of a stem.
        initials: first two characters of names and stems.
    """

    names: dict[str, str]
    parents: dict[str, frozenset[str]]
    levels: dict[str, int]
    initials: frozenset[str]

    def find(self, text: str, *, bare: Sequence[str] = ()) -> list[PlaceMention]:
        """Return the places a folded text names, in order.

        A place is found by its full name, by its stem with another tail (武隆县 for 武隆区), or by
        its bare stem where that is one of `bare`.
        """
        mentions: list[PlaceMention] = []
        at = 0
        while at < len(text):
            found = text[at : at + 2] in self.initials and self._at(text, at, bare)
            if not found:
                at += 1
            else:
                mentions.append(found)
                at = found.end
        return mentions

    def is_within(self, stem: str, of: str) -> bool:
        """Tell whether `stem` is the division `of` or may lie in it."""
        return stem == of or of in self.parents.get(stem, frozenset())

    def level(self, stem: str) -> int:
        """Return 1 for a province, 2 for a city, 3 for anything smaller or unknown."""
        return self.levels.get(stem, 3)

    def _at(self, text: str, at: int, bare: Sequence[str]) -> PlaceMention | None:
        for length in range(min(_LONGEST, len(text) - at), 1, -1):
            piece = text[at : at + length]
            if piece in self.names:
                return PlaceMention(self.names[piece], at, at + length)
            if piece in self.levels:
                tail = next((t for t in _TAILS if text.startswith(t, at + length)), "")
                if tail and len(piece) > 1:
                    return PlaceMention(piece, at, at + length + len(tail))
                if piece in bare:
                    return PlaceMention(piece, at, at + length)
        return None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the divisions of China as of `rag/data/divisions.tsv`."""
    text = files("rag").joinpath("data/divisions.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return make_gazetteer([(code, name) for code, name in lines])


def make_gazetteer(divisions: Sequence[tuple[str, str]]) -> Gazetteer:
    """Return the gazetteer of (GB/T 2260 code, name) pairs.

    The first two digits of a code name its province, the first four its city.
    """
    by_code = {code: stem_of(name) for code, name in divisions}
    names: dict[str, str] = {}
    parents: dict[str, set[str]] = {}
    levels: dict[str, int] = {}
    for code, name in divisions:
        stem = by_code[code]
        names[name] = stem
        above = (by_code.get(f"{code[:2]}0000"), by_code.get(f"{code[:4]}00"))
        parents.setdefault(stem, set()).update(p for p in above if p and p != stem)
        level = 1 if code.endswith("0000") else 2 if code.endswith("00") else 3
        levels[stem] = min(level, levels.get(stem, 3))
    return Gazetteer(
        names,
        {stem: frozenset(above) for stem, above in parents.items()},
        levels,
        frozenset(name[:2] for name in (*names, *levels)),
    )


def stem_of(name: str) -> str:
    """Return a division's name without its tail and nations: 石柱土家族自治县 → 石柱.

    What would leave a single character stays: 内蒙古, 城区.
    """
    bare = _SUFFIX.sub("", name)
    candidates = (_NATION.sub("", bare), bare, name[:-1])
    return next((stem for stem in candidates if len(stem) > 1), name)
