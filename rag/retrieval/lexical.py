"""The lexical leg: BM25 over words and over characters, by tantivy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from operator import add
from pathlib import Path
from typing import Any, cast

import tantivy

from corpus import Segmenter
from rag.retrieval.types import Hit

WORDS, GRAMS, ROW = "words", "grams", "row"
WORDS_SHARE = 0.4
"""Share of the word field in the score; the rest is single characters and character pairs.
Source: nDCG@10 over shares 0, .3, .5, .7, 1 on gov, rgb, cmrc, drcd, incident_news:
.3 to .5 is best or within a point of it everywhere (gov .726, rgb .60, drcd .966; words alone
.704, .60, .953)."""

WRITER_BYTES = 128_000_000

Tokens = tuple[list[str], list[str]]


def tokenize(text: str, segmenter: Segmenter) -> Tokens:
    """Return (words, single characters and pairs) of a folded text.

    Punctuation and blanks are dropped; pairs never reach across them. Latin words and numbers
    stand whole in both.
    """
    words: list[str] = []
    grams: list[str] = []
    stretch: list[str] = []
    for word in segmenter.words(text):
        is_word = word[0].isalnum()
        if is_word:
            words.append(word)
            if not word.isascii():
                stretch.append(word)
                continue
        _add_grams(grams, "".join(stretch))
        stretch.clear()
        if is_word:
            grams.append(word)
    _add_grams(grams, "".join(stretch))
    return words, grams


def _add_grams(grams: list[str], stretch: str) -> None:
    grams.extend(stretch)
    grams.extend(map(add, stretch, stretch[1:]))


class LexicalIndex:
    """A tantivy index of passage rows; holds tokens only, never text."""

    def __init__(self, index: tantivy.Index, tokenizer: Callable[[str], Tokens]) -> None:
        self._index = index
        self._tokenize = tokenizer
        index.register_tokenizer("blank", _blank_analyzer())
        # Nothing changes under a reader here: without this a thread looks at the folder for ever.
        index.config_reader("manual")
        self._searcher = index.searcher()

    @classmethod
    def create(cls, folder: Path, tokenizer: Callable[[str], Tokens]) -> LexicalIndex:
        """Make an empty index in an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(tantivy.Index(_schema(), path=str(folder), reuse=False), tokenizer)

    @classmethod
    def open(cls, folder: Path, tokenizer: Callable[[str], Tokens]) -> LexicalIndex:
        """Open an index. Raises ValueError when the folder holds none."""
        return cls(tantivy.Index.open(str(folder)), tokenizer)

    def __len__(self) -> int:
        """Return the number of passages indexed."""
        return int(self._searcher.num_docs)

    def rows(self) -> list[int]:
        """Return the rows of all passages indexed, ascending."""
        if not len(self):
            return []
        found = self._searcher.search(tantivy.Query.all_query(), limit=len(self), count=False)
        return sorted(hit.row for hit in self._hits(found.hits))

    def add(
        self, passages: Iterable[tuple[int, str]], *, on_done: Callable[[int], None] | None = None
    ) -> None:
        """Add (row, folded text) pairs and commit once.

        Only for an index no reader holds: a generation under construction.
        """
        writer = self._index.writer(WRITER_BYTES, 1)
        for done, (row, text) in enumerate(passages, start=1):
            words, grams = self._tokenize(text)
            document = tantivy.Document()
            document.add_unsigned(ROW, row)
            document.add_text(WORDS, " ".join(words))
            document.add_text(GRAMS, " ".join(grams))
            writer.add_document(document)
            if on_done is not None:
                on_done(done)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def retrieve(self, query: str, *, top_k: int) -> list[Hit]:
        """Return at most `top_k` hits for a folded query, best first, equal scores by row.

        Each field's BM25 is divided by the sum of its terms' inverse document frequencies, so
        that the two fields weigh as `WORDS_SHARE` says whatever the question's length.
        """
        words, grams = self._tokenize(query)
        clauses = [
            *self._clauses(WORDS, words, share=WORDS_SHARE),
            *self._clauses(GRAMS, grams, share=1 - WORDS_SHARE),
        ]
        if not clauses:
            return []
        found = self._searcher.search(
            tantivy.Query.boolean_query(clauses), limit=top_k, count=False
        ).hits
        return sorted(self._hits(found), key=lambda hit: (-hit.score, hit.row))

    def inverse_frequency(self, word: str) -> float:
        """Return the inverse document frequency of a word: ln(1 + (N - n + .5) / (n + .5))."""
        return self._idf(WORDS, word)

    def _hits(self, found: Sequence[tuple[float, Any]]) -> list[Hit]:
        rows = self._searcher.fast_field_values(ROW, [address for _, address in found])
        return [Hit(cast("int", row), score) for (score, _), row in zip(found, rows, strict=True)]

    def _clauses(self, field: str, terms: Sequence[str], *, share: float) -> list[Any]:
        weights = {term: self._idf(field, term) for term in terms}
        total = sum(weights.values())
        if not total:
            return []
        schema = self._index.schema
        return [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(schema, field, term, "freq"), share / total
                ),
            )
            for term in weights
        ]

    def _idf(self, field: str, term: str) -> float:
        seen, total = self._searcher.doc_freq(field, term), len(self)
        return math.log(1 + (total - seen + 0.5) / (seen + 0.5))


def _blank_analyzer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(ROW, stored=False, indexed=False, fast=True)
    for field in (WORDS, GRAMS):
        builder.add_text_field(field, stored=False, tokenizer_name="blank", index_option="freq")
    return builder.build()
