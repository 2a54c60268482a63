"""Assistant: question → retrieve → answer → cite → decide; `query()` is the last of `stream()`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from corpus import Article, Passage, Summary, fold
from rag.errors import QuestionError, SourcesError
from rag.generate import Generator, load_generator
from rag.index import (
    BuildReport,
    OpenIndex,
    add,
    build,
    ingest_report,
    open_index,
    refreshed,
    remove,
)
from rag.reader import reader_model
from rag.searching import described, search
from rag.settings import Settings
from rag.stages import Asked, Stages, Timings, timed
from rag.types import Answer, Retrieved, ScoredPassage, Turn

EXAMPLE_HEADLINES = 4
TURNS_READ = 10
"""Exchanges of a conversation that are looked back on; a client may send any number."""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What the collection holds, for people."""

    articles: int
    passages: int
    sources: int
    encoder: str
    index_version: int
    published_from: str | None
    published_to: str | None


class Assistant:
    """Answers questions from one index. Safe to share between threads.

    Example:
        >>> from rag import Assistant, load_settings
        >>> assistant = Assistant.open(load_settings("config.yaml"))  # doctest: +SKIP
        >>> assistant.query("武隆区建会补助多少").short  # doctest: +SKIP
        '58万元；6万元'
    """

    def __init__(
        self, settings: Settings, index: OpenIndex, generator: Generator | None = None
    ) -> None:
        self._settings = settings
        self._index = index
        self._generator = generator
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the index the settings name.

        Raises:
            IndexMissingError: there is none.
            IndexMismatchError: it was built with another embedding model.
            IndexDamagedError: its store cannot be read.
            SettingsError: the encoder, dictionary or language model cannot be loaded.
            GeneratorError: a package the language model needs is missing.
        """
        return cls(settings, open_index(settings), load_generator(settings.generator))

    # -- asking -----------------------------------------------------------------------------

    def query(
        self, question: str, *, history: Sequence[Turn] = (), as_of: date | None = None
    ) -> Answer:
        """Answer a question; see `stream` for arguments and errors."""
        *_, last = self.stream(question, history=history, as_of=as_of)
        return last

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), as_of: date | None = None
    ) -> Iterator[Answer]:
        """Yield the answer as it grows; the last one is final, and each one is already checked.

        Args:
            question: what is asked, in either script.
            history: the conversation so far, oldest first.
            as_of: articles published later are left out; None takes all.

        Raises:
            QuestionError: the question is empty or longer than `answer.max_question_chars`.
        """
        question = self._checked(question)
        turns = [Turn(_readable(t.question), _readable(t.answer)) for t in history[-TURNS_READ:]]
        stages = Stages(self._settings, self._now(), self._generator)
        timings: Timings = {}
        with timed(timings, "total"):
            with timed(timings, "question"):
                asked = stages.understand(question, tuple(turns), as_of)
            with timed(timings, "retrieve"):
                found = stages.find(asked)
            retrieved = described(stages.index, found)
            finish = _Finisher(question, asked, retrieved, self._versions(stages.index), timings)
            for answer in stages.answers(asked, found, timings):
                yield finish(answer)
        yield finish(answer)

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[ScoredPassage]:
        """Return the passages that best fit a question, best first.

        Args:
            question: what is looked for, in either script.
            top_k: passages returned at most, 1 or more; None takes `retrieval.top_k`.

        Raises:
            QuestionError: see `stream`.
        """
        folded = fold(self._checked(question))
        return search(self._now(), folded, chosen=self._settings.retrieval, top_k=top_k)

    # -- looking things up --------------------------------------------------------------------

    def article(self, article_id: str) -> Article:
        """Return an article of the index.

        Raises:
            SourcesError: there is none of that identifier.
        """
        found = self._now().store.article(article_id)
        if found is None:
            message = f"no article {article_id!r} in this index"
            raise SourcesError(message)
        return found

    def passages(self, article_id: str) -> list[Passage]:
        """Return an article's passages in order; [] for an unknown article."""
        return self._now().store.passages(article_id)

    def stats(self) -> IndexStats:
        """Return what the collection holds."""
        index = self._now()
        counts = index.store.counts()
        return IndexStats(
            articles=counts.articles,
            passages=counts.passages,
            sources=counts.sources,
            encoder=index.encoder.fingerprint,
            index_version=index.generation.version,
            published_from=counts.published_from,
            published_to=counts.published_to,
        )

    def examples(self) -> tuple[str, ...]:
        """Return the configured example questions that this collection answers.

        Where it answers none, its first headlines are asked about instead.
        """
        quoting = Assistant(self._settings, self._now())  # no language model is asked
        chosen = self._settings.serve.examples
        answered = tuple(q for q in chosen if quoting.query(q).status == "answered")
        if answered:
            return answered
        store = self._now().store
        titles = store.titles(store.article_ids()[:EXAMPLE_HEADLINES]).values()
        return tuple(title for title in titles if title)

    # -- changing the collection --------------------------------------------------------------

    def build(self, sources: Sequence[Path] | None = None) -> BuildReport:
        """Make the index hold exactly these sources; see `rag.build`."""
        return build(self._settings, sources)

    def add(self, sources: Sequence[Path]) -> BuildReport:
        """Add or replace these sources; see `rag.add`."""
        return add(self._settings, sources)

    def remove(self, targets: Sequence[str]) -> BuildReport:
        """Remove articles or sources; see `rag.remove`."""
        return remove(self._settings, targets)

    def report(self) -> Summary:
        """Return what came in; see `rag.ingest_report`."""
        return ingest_report(self._settings)

    # -- the parts ----------------------------------------------------------------------------

    def _checked(self, question: str) -> str:
        """Return the question without half characters. Raises QuestionError, see `stream`."""
        longest = self._settings.answer.max_question_chars
        if not any(character.isalnum() for character in question):
            raise QuestionError("the question is empty: ask something, such as 武隆区建会补助多少")
        if len(question) > longest:
            message = (
                f"the question has {len(question)} characters, at most {longest} are read "
                "(answer.max_question_chars): shorten it"
            )
            raise QuestionError(message)
        return _readable(question)

    def _now(self) -> OpenIndex:
        """Return the index as it is now; what other processes changed is followed."""
        index = self._index
        if not index.is_current:
            with self._lock:
                index = self._index = refreshed(self._settings, self._index)
        return index

    def _versions(self, index: OpenIndex) -> dict[str, str | None]:
        return {
            "index": str(index.generation.version),
            "encoder": index.encoder.fingerprint,
            "reader": reader_model().version,
            "model": None if self._generator is None else self._generator.name,
        }


@dataclass(frozen=True, slots=True)
class _Finisher:
    """Puts what the pipeline knows onto each answer that leaves it."""

    question: str
    asked: Asked
    retrieved: tuple[Retrieved, ...]
    versions: dict[str, str | None]
    timings: Timings

    def __call__(self, answer: Answer) -> Answer:
        return replace(
            answer,
            question=self.question,
            rewritten=self.asked.rewritten,
            retrieved=self.retrieved,
            versions=self.versions,
            timings_ms=dict(self.timings),
        )


def _readable(text: str) -> str:
    """Return a text with "?" for each half of a character, as broken JSON and terminals send."""
    return text.encode("utf-8", "replace").decode("utf-8")
