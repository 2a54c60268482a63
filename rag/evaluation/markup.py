"""Elements built, never pasted: whatever stands in a text, it stays text."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

# Characters that XML 1.0 does not allow, lone surrogates among them.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return the text with every character that no XML or HTML may hold replaced by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def element(tag: str, *children: str | Element, **attributes: str) -> Element:
    """Return an element with its attributes (`class_` for class) and its children in order."""
    made = Element(tag, {name.rstrip("_"): clean(value) for name, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + clean(child)
        else:
            last.tail = (last.tail or "") + clean(child)
    return made
