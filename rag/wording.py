"""The fixed words of answers, in Simplified and Traditional. Quotes are never touched."""

from __future__ import annotations

from typing import Literal

from corpus import fold

Phrase = Literal[
    "not_found", "partial", "unanswered", "amount", "count", "percent", "date", "person", "place",
    "relative_date", "model_failed", "model_unsupported", "model_dropped",
    "mended", "guessed", "undated",
]  # fmt: skip

_SIMPLIFIED: dict[Phrase, str] = {
    "not_found": "没有找到：现有资料里没有能回答这个问题的内容。",
    "partial": "资料提到了这件事，但没有写明{what}：",
    "unanswered": "没有找到：{what}",
    "amount": "金额",
    "count": "数量",
    "percent": "比例",
    "date": "时间",
    "person": "是谁",
    "place": "地点",
    "relative_date": "“{word}”是相对于发表时间（{when}）说的。",
    "model_failed": "语言模型没有答上来（{reason}），下面直接引用原文。",
    "model_unsupported": "语言模型的回答在资料里找不到依据，下面直接引用原文。",
    "model_dropped": "语言模型的回答中有 {count} 句在资料里找不到依据，已经删去。",
    "mended": "引文有修复过的字，可对照原件。",
    "guessed": "引文有推测补出的字，以原件为准。",
    "undated": "资料没有注明发表时间",
}
_TRADITIONAL: dict[Phrase, str] = {
    "not_found": "沒有找到：現有資料裏沒有能回答這個問題的內容。",
    "partial": "資料提到了這件事，但沒有寫明{what}：",
    "unanswered": "沒有找到：{what}",
    "amount": "金額",
    "count": "數量",
    "percent": "比例",
    "date": "時間",
    "person": "是誰",
    "place": "地點",
    "relative_date": "“{word}”是相對於發表時間（{when}）說的。",
    "model_failed": "語言模型沒有答上來（{reason}），下面直接引用原文。",
    "model_unsupported": "語言模型的回答在資料裏找不到依據，下面直接引用原文。",
    "model_dropped": "語言模型的回答中有 {count} 句在資料裏找不到依據，已經刪去。",
    "mended": "引文有修復過的字，可對照原件。",
    "guessed": "引文有推測補出的字，以原件為準。",
    "undated": "資料沒有註明發表時間",
}


def phrase(name: Phrase, *, like: str, **values: object) -> str:
    """Return a fixed phrase in the script of `like`, with its blanks filled in.

    A text is Traditional when folding changes any of its ideographs.
    """
    words = _TRADITIONAL if is_traditional(like) else _SIMPLIFIED
    return words[name].format(**values)


def is_traditional(text: str) -> bool:
    """Tell whether a text holds a character that only Traditional script writes."""
    pairs = zip(text, fold(text), strict=True)
    return any(one != other and "\u3400" <= one <= "\u9fff" for one, other in pairs)
