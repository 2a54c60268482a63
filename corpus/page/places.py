"""Names of districts, counties and cities in a text, and the one that it is about."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from corpus.segment import load_segmenter

_LONGEST_NAME = 4
_CONTEXT_CHARS = 6
_LEAST_SHARE = 2 / 3
"""An article is about a place when so large a share of the names of its level are that one."""

_SUFFIX = re.compile(
    r"(?<=[一-鿿]{2})(?:示范区|开发区|新区|自治县|区(?![域间块分别隔])|县(?![级城])|市(?![场值面容价占]))"
)
_NO_NAME_TAGS = "vpcurdilft"  # verbs, prepositions …: 联合区妇联 names no 联合区
# The last character of words such as 社区, 全县, 超市, which name no place.
_COMMON = {
    "区": frozenset(
        "社辖园景城小灾校厂街矿牧林疫特战军专郊片营库护发业住地市全我本该各此某老边雷禁误盲新开苏心县"
        "政能民流训宅税论病分筑"
    ),
    "县": frozenset("全我本该各此某两多外邻区市贫强名族"),
    "市": frozenset("全我本该各此某都超股上夜楼车集菜书级辖省两多入城门开闭收花早大"),
}


def places_in(plain: str) -> Counter[str]:
    """Return the places that a folded text names, with the number of times each."""
    found: Counter[str] = Counter()
    for suffix in _SUFFIX.finditer(plain):
        name = _name_before(plain[max(0, suffix.start() - _CONTEXT_CHARS) : suffix.start()])
        if name and not _is_common(name, suffix.group()[-1]):
            found[name + suffix.group()] += 1
    return found


def _is_common(name: str, suffix: str) -> bool:
    """Tell whether name and suffix are a common noun: 社区, 全县, 超市, 贫困山区."""
    return name[-1] in _COMMON[suffix] or (suffix == "区" and len(name) > 2 and name[-1] == "山")  # noqa: PLR2004


def main_place(plain: str) -> str | None:
    """Return the place that a folded text is about; None when it names none, or several."""
    named = places_in(plain)
    districts = Counter({name: n for name, n in named.items() if not name.endswith("市")})
    level = districts or named
    if not level:
        return None
    name, times = level.most_common(1)[0]
    return name if times >= _LEAST_SHARE * level.total() else None


@lru_cache(maxsize=4096)
def _name_before(context: str) -> str | None:
    """Return the name at the end of the characters before a suffix: its last two to four."""
    run = re.split(r"[^一-鿿]", context)[-1]
    start = len(run)
    for word, tag in reversed(load_segmenter().tagged(run)):
        if tag[0] in _NO_NAME_TAGS:
            return None
        start -= len(word)
        length = len(run) - start
        if length > _LONGEST_NAME:
            return None
        if length > 1:
            name = run[start:].lstrip("省市区县州")
            return name if len(name) > 1 else None
    return None
