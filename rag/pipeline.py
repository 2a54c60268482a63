"""Assistant: question → retrieve → answer → cite → decide; `query()` is the last of `stream()`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from corpus import Article, Passage, Summary, fold
from rag.cite import display_title
from rag.compose import not_found_answer, quoting_answer
from rag.decide import decide
from rag.errors import GeneratorError, QuestionError, SourcesError
from rag.extract import Extract, extract
from rag.generate import Generator, load_generator
from rag.index import BuildReport, OpenIndex, add, build, ingest_report, open_index, remove
from rag.phrased import phrased_answers
from rag.question import Question, analyse, in_context, leans_on, made_whole, may_lean
from rag.retrieval import DenseRetriever, Retriever, fuse
from rag.settings import Settings
from rag.types import Answer, Retrieved, ScoredPassage, Turn
from rag.wording import phrase

log = logging.getLogger(__name__)

NEAREST_TITLES = 3
LEANING_SHARE = 0.8
"""A short question in a conversation is read as leaning on the one before it when that reading's
chance is this share of the other's. Source: sample questions that follow another."""
EXAMPLE_HEADLINES = 4
ARTICLES_READ = 8
"""Articles whose sentences are weighed.
Source: on the sample questions the right article was never below rank 5."""


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way through the pipeline."""

    question: Question
    rewritten: str | None
    history: tuple[Turn, ...]
    as_of: date | None


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
        self._check_question(question)
        self._follow_store()
        index = self._index
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            with _timed(timings, "question"):
                asked = self._understand(question, tuple(history), as_of)
            with _timed(timings, "retrieve"):
                found = self._retrieve(index, asked.question.folded, asked.as_of)
            retrieved = self._described(index, found)
            finish = _Finisher(question, asked, retrieved, self._versions(index), timings)
            for answer in self._answers(index, asked, found, timings):
                yield finish(answer)
        yield finish(answer)

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[ScoredPassage]:
        """Return the passages that best fit a question, best first.

        Args:
            question: what is looked for, in either script.
            top_k: passages returned at most; None takes `retrieval.top_k`.
        """
        self._check_question(question)
        self._follow_store()
        return self._retrieve(self._index, fold(question), None, top_k=top_k)

    # -- looking things up --------------------------------------------------------------------

    def article(self, article_id: str) -> Article:
        """Return an article of the index.

        Raises:
            SourcesError: there is none of that identifier.
        """
        found = self._index.store.article(article_id)
        if found is None:
            message = f"no article {article_id!r} in this index"
            raise SourcesError(message)
        return found

    def passages(self, article_id: str) -> list[Passage]:
        """Return an article's passages in order; [] for an unknown article."""
        return self._index.store.passages(article_id)

    def stats(self) -> IndexStats:
        """Return what the collection holds."""
        index, counts = self._index, self._index.store.counts()
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
        chosen = self._settings.serve.examples
        answered = tuple(q for q in chosen if self.query(q).status == "answered")
        if answered:
            return answered
        store = self._index.store
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

    # -- the stages ---------------------------------------------------------------------------

    def _check_question(self, question: str) -> None:
        longest = self._settings.answer.max_question_chars
        if not any(character.isalnum() for character in question):
            raise QuestionError("the question is empty: ask something, such as 武隆区建会补助多少")
        if len(question) > longest:
            message = (
                f"the question has {len(question)} characters, at most {longest} are read "
                "(answer.max_question_chars): shorten it"
            )
            raise QuestionError(message)

    def _follow_store(self) -> None:
        """Open the newest generation when the index was changed since it was opened."""
        if self._index.store.version == self._index.generation.version:
            return
        with self._lock:
            if self._index.store.version != self._index.generation.version:
                self._index = open_index(self._settings)

    def _understand(self, text: str, history: tuple[Turn, ...], as_of: date | None) -> _Asked:
        """Take the question apart, made whole from the conversation where it needs it.

        Where that is uncertain both readings are tried, and the one with better evidence is kept.
        """
        index = self._index
        rewritten = made_whole(text, history, index.segmenter)
        if rewritten is not None:
            question = in_context(text, rewritten, index.segmenter)
            return _Asked(question, rewritten, history, as_of)
        alone = _Asked(analyse(text, index.segmenter), None, history, as_of)
        if not history or not may_lean(alone.question):
            return alone
        before = made_whole(history[-1].question, history[:-1], index.segmenter)
        whole = leans_on(text, before or history[-1].question)
        leaning = _Asked(in_context(text, whole, index.segmenter), whole, history, as_of)
        chances = [self._chance(index, reading) for reading in (alone, leaning)]
        return leaning if chances[1] >= LEANING_SHARE * chances[0] else alone

    def _chance(self, index: OpenIndex, asked: _Asked) -> float:
        """Return the chance that the collection answers a question read this way."""
        found = self._retrieve(index, asked.question.folded, asked.as_of)
        return self._extracted(index, asked.question, self._articles(index, found)).confidence

    def _extracted(
        self, index: OpenIndex, question: Question, articles: Sequence[Article]
    ) -> Extract:
        return extract(
            question,
            articles[:ARTICLES_READ],
            inverse_frequency=index.generation.lexical.inverse_frequency,
            segmenter=index.segmenter,
            max_quotes=self._settings.answer.max_quotes,
        )

    def _retrieve(
        self, index: OpenIndex, folded: str, as_of: date | None, *, top_k: int | None = None
    ) -> list[ScoredPassage]:
        chosen = self._settings.retrieval
        wanted = top_k or chosen.top_k
        depth = max(chosen.candidates, wanted)
        legs = [
            (weight, retriever.retrieve(folded, top_k=depth))
            for weight, retriever in self._legs(index)
        ]
        hits = fuse(legs, top_k=depth)
        passages = index.store.passage_rows([hit.row for hit in hits])
        known = [hit for hit in hits if hit.row in passages]
        if as_of is not None:
            known = [hit for hit in known if self._existed(index, passages[hit.row], as_of)]
        return [
            ScoredPassage(passages[hit.row], hit.score, rank)
            for rank, hit in enumerate(known[:wanted], start=1)
        ]

    def _legs(self, index: OpenIndex) -> list[tuple[float, Retriever]]:
        weight = self._settings.retrieval.dense_weight
        legs: dict[str, tuple[float, Retriever]] = {
            "lexical": (1 - weight, index.generation.lexical),
            "dense": (weight, DenseRetriever(index.encoder, index.generation.vectors)),
        }
        return [legs[name] for name in self._settings.retrieval.retrievers]

    @staticmethod
    def _existed(index: OpenIndex, passage: Passage, as_of: date) -> bool:
        """Tell whether a passage's article was out by a date; undated ones are taken to be."""
        article = index.store.article(passage.article_id)
        return article is None or (article.published or "") <= as_of.isoformat()

    def _answers(
        self,
        index: OpenIndex,
        asked: _Asked,
        found: Sequence[ScoredPassage],
        timings: dict[str, float],
    ) -> Iterator[Answer]:
        with _timed(timings, "extract"):
            quoting = self._quoting(index, asked.question, found)
        if self._generator is None or not found:
            yield quoting
            return
        with _timed(timings, "generate"):
            try:
                yield from phrased_answers(
                    self._generator,
                    asked.question,
                    [(passage, self._read(index, passage)) for passage in found],
                    history=asked.history,
                    index=index,
                    fallback=quoting,
                )
            except GeneratorError as error:
                log.warning("%s", error)
                note = phrase("model_failed", like=asked.question.text, reason=error)
                yield replace(quoting, notes=(note, *quoting.notes))

    def _quoting(
        self, index: OpenIndex, question: Question, found: Sequence[ScoredPassage]
    ) -> Answer:
        chosen = self._settings.answer
        articles = self._articles(index, found)
        extracted = self._extracted(index, question, articles)
        status = decide(extracted, min_confidence=chosen.min_confidence)
        log.debug("evidence: confidence %.3f: %s", extracted.confidence, status)
        if status == "not_found":
            titles = [display_title(article) for article in articles[:NEAREST_TITLES]]
            refusal = not_found_answer(question, titles)
            return replace(refusal, confidence=round(extracted.confidence, 3))
        answer = quoting_answer(question, extracted.quotes, status)
        return replace(answer, confidence=round(extracted.confidence, 3))

    def _articles(self, index: OpenIndex, found: Sequence[ScoredPassage]) -> list[Article]:
        ids = dict.fromkeys(scored.passage.article_id for scored in found)
        articles = (index.store.article(article_id) for article_id in ids)
        return [article for article in articles if article is not None]

    def _read(self, index: OpenIndex, scored: ScoredPassage) -> Article:
        article = index.store.article(scored.passage.article_id)
        if article is None:
            message = f"article {scored.passage.article_id} is gone: ask again"
            raise SourcesError(message)
        return article

    def _described(self, index: OpenIndex, found: Sequence[ScoredPassage]) -> tuple[Retrieved, ...]:
        titles = index.store.titles([scored.passage.article_id for scored in found])
        return tuple(
            Retrieved(
                rank=scored.rank,
                score=round(scored.score, 4),
                passage_id=scored.passage.passage_id,
                article_id=scored.passage.article_id,
                title=titles.get(scored.passage.article_id, ""),
                start=scored.passage.start,
                end=scored.passage.end,
            )
            for scored in found
        )

    def _versions(self, index: OpenIndex) -> dict[str, str | None]:
        return {
            "index": str(index.generation.version),
            "encoder": index.encoder.fingerprint,
            "reader": "quoting-1",
            "model": None if self._generator is None else self._generator.name,
        }


@dataclass(frozen=True, slots=True)
class _Finisher:
    """Puts what the pipeline knows onto each answer that leaves it."""

    question: str
    asked: _Asked
    retrieved: tuple[Retrieved, ...]
    versions: dict[str, str | None]
    timings: dict[str, float]

    def __call__(self, answer: Answer) -> Answer:
        return replace(
            answer,
            question=self.question,
            rewritten=self.asked.rewritten,
            retrieved=self.retrieved,
            versions=self.versions,
            timings_ms=dict(self.timings),
        )


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        yield
    finally:
        timings[stage] = round((time.perf_counter() - begun) * 1000, 2)
