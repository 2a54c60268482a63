"""One folding for index and question: script, width and case, never the length."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol
from unicodedata import normalize

import opencc

# Blocks whose members are mere shapes of one other character: CJK and Kangxi radicals (PDF text
# is full of them), ideographic space, compatibility ideographs, half- and full-width forms.
_SHAPE_BLOCKS = (
    range(0x2E80, 0x2FE0),
    range(0x3000, 0x3001),
    range(0xF900, 0xFB00),
    range(0xFF01, 0xFFF0),
)
_BMP_SIZE = 0x10000
# Signs that writers and encodings take for one another: in 阿道夫•越飛, 100∼800, a hard blank.
_SAME_SIGNS = {**dict.fromkeys("•‧∙⋅・", "·"), **dict.fromkeys("∼〜", "~"), "\u00a0": " "}

# What OpenCC's t2s leaves because its phrases cannot tell: old tables wrote 着 as 著 and 陕 as 陜.
# Words that keep 著, 藉 are those of jieba's dictionary. Source: shared measurements on damaged
# union pages (随著 → 随着 in 175 of 189 changes, nearly all right).
_RULES = (
    (
        re.compile(
            r"(?:(?<=[讨议争谈评辩]论)|(?<![专名原卓土巨拙撰新旧昭显编译论遗所知]))著"
            r"(?![作名录称者述]|书立|(?<![为对接有朝沿着随向].)有)"
        ),
        "着",
    ),
    (re.compile(r"(?<![慰枕狼蕴藉酝])藉(?!藉)"), "借"),
)
# 苧 is what t2s makes of 薴, and itself Traditional for 苎: without it, folding twice differs.
_LEFT_OVER = str.maketrans("陜徵苧", "陕征苎")
_RULED = re.compile("[著藉陜徵苧]")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def fold(text: str) -> str:
    """Return the search form of a text: Simplified, half-width, lower case.

    The result has the length of the text, so that offsets into one are offsets into the other.

    Example:
        >>> fold("廣元市總工會ＡＢＣ：隨著")
        '广元市总工会abc:随着'
    """
    return to_simplified(text.translate(_shapes()))


def to_simplified(text: str) -> str:
    """Return the text in Simplified characters, of the same length, nothing else changed."""
    simplified = _convert(text)
    if _RULED.search(simplified):
        for pattern, replacement in _RULES:
            simplified = pattern.sub(replacement, simplified)
        return simplified.translate(_LEFT_OVER)
    return simplified


def _convert(text: str) -> str:
    if text.isascii():
        return text
    try:
        converted = _converter().convert(text)
    except UnicodeEncodeError:  # a lone surrogate, as broken JSON escapes leave them
        return "".join(map(_convert_one, text))
    if len(converted) != len(text):
        return "".join(map(_convert_one, text))
    return converted


def _convert_one(char: str) -> str:
    try:
        converted = _converter().convert(char)
    except UnicodeEncodeError:
        return char
    return converted if len(converted) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    converter: _Converter = opencc.OpenCC("t2s")
    return converter


@lru_cache(maxsize=1)
def _shapes() -> str:
    """Return the character that each code point of the BMP folds to, before the script.

    A string as table makes `str.translate` half as fast again as a dict (21 against 14 million
    characters a second); code points beyond it stay as they are.
    """
    table = [_lowered(chr(code)) for code in range(_BMP_SIZE)]
    for block in _SHAPE_BLOCKS:
        table[block.start : block.stop] = map(_shape, block)
    for written, same in _SAME_SIGNS.items():
        table[ord(written)] = same
    return "".join(table)


def _shape(code: int) -> str:
    shaped = normalize("NFKC", chr(code))
    if len(shaped) != 1:
        return chr(code)
    return _SAME_SIGNS.get(shaped, _lowered(shaped))


def _lowered(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char
