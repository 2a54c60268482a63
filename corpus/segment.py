"""Words and parts of speech of folded Chinese text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.errors import DictionaryError
from corpus.fold import fold

# jieba keeps whole paths while it weighs unknown words, so its time grows with the square of a
# stretch without punctuation: 3.4 s at 30,000 characters, 35 s at 100,000.
LONGEST_RUN = 1000
_BLOCK = r"[\u4e00-\u9fffA-Za-z0-9+#&._%\-]"
_LONG_RUN = re.compile(rf"(?<!{_BLOCK}){_BLOCK}{{{LONGEST_RUN},}}")

Cut = Callable[[str], list[str]]
Tag = Callable[[str], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a user dictionary; None leaves the choice to the segmenter."""

    word: str
    frequency: int | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Cuts folded text into words; the words put together are the text again."""

    _cut: Cut
    _tag: Tag
    _has: Callable[[str], bool]

    def words(self, text: str) -> list[str]:
        """Return the words of a folded text in order, punctuation and blanks among them."""
        return [word for piece in _pieces(text) for word in self._cut(piece)]

    def tagged(self, text: str) -> list[tuple[str, str]]:
        """Return the words with their part of speech in jieba's notation (n, nr, ns, v, m …)."""
        return [pair for piece in _pieces(text) for pair in self._tag(piece)]

    def knows(self, word: str) -> bool:
        """Tell whether a folded word stands in the dictionary, the user's included."""
        return self._has(word)


def read_dictionary(path: Path) -> list[Entry]:
    """Read a user dictionary: a word, then optionally its frequency and part of speech, a line.

    Raises:
        DictionaryError: the file is missing, not UTF-8, or a line has another form.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"user dictionary {path} cannot be read as UTF-8 text: {error}"
        raise DictionaryError(message) from error
    return [
        _entry(line.split(), path, number)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


@lru_cache(maxsize=4)
def load_segmenter(kind: str = "rjieba", dictionary: Path | None = None) -> Segmenter:
    """Return the segmenter of that kind, made once per kind and dictionary.

    Args:
        kind: a key of `SEGMENTERS`.
        dictionary: a user dictionary in jieba's form, or None.

    Raises:
        DictionaryError: the dictionary cannot be read.
        ValueError: there is no segmenter of that kind.
    """
    if kind not in SEGMENTERS:
        message = f"unknown segmenter {kind!r}: choose one of {', '.join(SEGMENTERS)}"
        raise ValueError(message)
    return SEGMENTERS[kind]([] if dictionary is None else read_dictionary(dictionary))


def _entry(fields: list[str], path: Path, number: int) -> Entry:
    word, *rest = fields
    frequency = int(rest.pop(0)) if rest and rest[0].isdecimal() else None
    tag = rest.pop(0) if rest and rest[0].isascii() and rest[0].isalpha() else None
    if rest:
        message = (
            f"user dictionary {path}, line {number}: expected 'word [frequency] [tag]' "
            f"(such as '总工会 1000 nt'), found {' '.join(fields)!r}"
        )
        raise DictionaryError(message)
    return Entry(fold(word), frequency, tag)


def _pieces(text: str) -> Iterator[str]:
    if len(text) < LONGEST_RUN:
        yield text
        return
    at = 0
    for run in _LONG_RUN.finditer(text):
        for cut in range(run.start() + LONGEST_RUN, run.end() + 1, LONGEST_RUN):
            yield text[at:cut]
            at = cut
    if at < len(text):
        yield text[at:]


def _load_rjieba(entries: list[Entry]) -> Segmenter:
    import rjieba  # noqa: PLC0415 - loads its dictionary

    backend = rjieba.Jieba()
    for entry in entries:
        backend.add_word(entry.word, entry.frequency, entry.tag)
    return Segmenter(backend.cut, backend.tag, backend.has_word)


def _load_jieba(entries: list[Entry]) -> Segmenter:
    import jieba  # noqa: PLC0415 - the second choice, loaded only when chosen
    import jieba.posseg  # noqa: PLC0415

    backend = jieba.Tokenizer()
    # Its own initialize() trusts a marshal cache in the shared temporary folder (jieba #903):
    # the prefix dictionary is built here instead, and nothing is read from or left there.
    backend.FREQ, backend.total = backend.gen_pfdict(backend.get_dict_file())
    backend.initialized = True
    for entry in entries:
        backend.add_word(entry.word, entry.frequency, entry.tag)
    tagger = jieba.posseg.POSTokenizer(backend)
    return Segmenter(
        backend.lcut,
        lambda text: [(pair.word, pair.flag) for pair in tagger.lcut(text)],
        lambda word: bool(backend.FREQ.get(word)),
    )


SEGMENTERS: dict[str, Callable[[list[Entry]], Segmenter]] = {
    "rjieba": _load_rjieba,
    "jieba": _load_jieba,
}
