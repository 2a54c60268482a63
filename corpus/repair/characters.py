"""What is known of single characters: Simplified form, readings, whether Big5 has them."""

from __future__ import annotations

from functools import cache

from corpus.fold import to_simplified

HAN = "㐀-䶿一-鿿"

FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
# Letters that stand for others in pinyin as GBK pages write it (ɑ A8BB, ɡ A8C0), and breves
# that careless tools print for the third tone.
_LETTERS = str.maketrans("ɑɡăĕĭŏŭ", "agǎěǐǒǔ")
_MARKED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê"
_PLAIN = str.maketrans(_MARKED, "aaaaeeeeiiiioooouuuuvvvvvnnnme")
PINYIN_LETTERS = "a-z" + _MARKED + "ɑɡăĕĭŏŭ"


@cache
def simplified_forms() -> dict[str, str]:
    """Return the Simplified form of every Han character that has a different one."""
    han = [chr(code) for code in range(FIRST_HAN, LAST_HAN + 1)]
    forms = to_simplified("\n".join(han)).split("\n")
    return {char: form for char, form in zip(han, forms, strict=True) if char != form}


@cache
def _fold_table() -> dict[int, str]:
    return {ord(char): form for char, form in simplified_forms().items()}


def simplified(text: str) -> str:
    """Return the text in Simplified characters, each for itself, of the same length."""
    return text.translate(_fold_table())


def simplified_char(char: str) -> str:
    """Return the Simplified form of one character."""
    return simplified_forms().get(char, char)


def is_traditional(char: str) -> bool:
    """Tell whether a character has a different Simplified form."""
    return char in simplified_forms()


@cache
def readings(char: str) -> tuple[str, ...]:
    """Return all readings of a character in pinyin with tone marks, the usual one first."""
    # Imported late: 42,000 characters and phrases that clean text never needs (0.25 s).
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    return tuple(filter(None, pinyin_dict.get(ord(char), "").split(",")))


def reading_of(written: str) -> str:
    """Return a syllable as `readings` spells it, whatever letters the page used."""
    return written.strip().translate(_LETTERS)


def fits(char: str, written: str) -> bool:
    """Tell whether a syllable with tone mark is a reading of the character."""
    return bool(char) and reading_of(written) in readings(char)


def is_usual(char: str, written: str) -> bool:
    """Tell whether a syllable is the usual reading of the character.

    Sites put that one behind it; an author's gloss is there for another one.
    """
    return reading_of(written) in readings(char)[:1]


def fits_toneless(char: str, written: str) -> bool:
    """Tell whether a syllable is a reading of the character when tone marks are left out."""
    return toneless(reading_of(written)) in {toneless(reading) for reading in readings(char)}


def toneless(reading: str) -> str:
    """Return a syllable without its tone mark; ü is written v."""
    return reading.translate(_PLAIN)


@cache
def in_big5(char: str) -> bool:
    """Tell whether Big5, the older set of Traditional characters, has the character."""
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
