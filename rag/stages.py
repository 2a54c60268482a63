"""The stages between a question and its answer, over one state of the index."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from corpus import Article
from rag.cite import display_title
from rag.compose import not_found_answer, quoting_answer
from rag.conversation import in_context, leans_on, made_whole, may_lean, parts_of
from rag.decide import decide
from rag.errors import GeneratorError
from rag.extract import Extract, extract, joined
from rag.generate import Generator
from rag.index import OpenIndex
from rag.phrased import phrased_answers
from rag.question import Question, analyse
from rag.searching import search
from rag.settings import Settings
from rag.types import Answer, ScoredPassage, Turn
from rag.wording import phrase

log = logging.getLogger(__name__)

NEAREST_TITLES = 3
LEANING_SHARE = 0.8
"""A short question in a conversation is read as leaning on the one before it when that reading's
chance is this share of the other's. Source: sample questions that follow another."""
ARTICLES_READ = 8
"""Articles whose sentences are weighed.
Source: on the sample questions the right article was never below rank 5."""

Timings = dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on its way through the stages.

    Attributes:
        question: the question taken apart.
        rewritten: the question made whole from the conversation, or None.
        history: the conversation so far, oldest first.
        as_of: articles published later are left out; None takes all.
    """

    question: Question
    rewritten: str | None
    history: tuple[Turn, ...]
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Stages:
    """What answers questions from one state of the index; made anew for every question."""

    settings: Settings
    index: OpenIndex
    generator: Generator | None

    def understand(self, text: str, history: tuple[Turn, ...], as_of: date | None) -> Asked:
        """Take the question apart, made whole from the conversation where it needs it.

        Where that is uncertain both readings are tried, and the one with better evidence is kept.
        """
        segmenter = self.index.segmenter
        rewritten = made_whole(text, history, segmenter)
        if rewritten is not None:
            question = in_context(text, rewritten, segmenter)
            return Asked(question, rewritten, history, as_of)
        alone = Asked(analyse(text, segmenter), None, history, as_of)
        if not history or not may_lean(alone.question):
            return alone
        before = made_whole(history[-1].question, history[:-1], segmenter)
        whole = leans_on(text, before or history[-1].question)
        leaning = Asked(in_context(text, whole, segmenter), whole, history, as_of)
        chances = [self._chance(reading) for reading in (alone, leaning)]
        return leaning if chances[1] >= LEANING_SHARE * chances[0] else alone

    def find(self, asked: Asked) -> list[ScoredPassage]:
        """Return the passages that best fit the question, best first."""
        return search(
            self.index,
            asked.question.folded,
            chosen=self.settings.retrieval,
            as_of=asked.as_of,
        )

    def answers(
        self, asked: Asked, found: Sequence[ScoredPassage], timings: Timings
    ) -> Iterator[Answer]:
        """Yield the answer as it grows: quoted, or phrased by the language model and proven.

        Where the model fails, the last answer is the quoting one with a note that says so.
        """
        with timed(timings, "extract"):
            read = self._read(found)
            articles = list({article.article_id: article for _, article in read}.values())
            quoting = self._quoting(asked.question, articles)
        if self.generator is None or not read:
            yield quoting
            return
        with timed(timings, "generate"):
            try:
                yield from phrased_answers(
                    self.generator,
                    asked.question,
                    read,
                    history=asked.history,
                    index=self.index,
                    fallback=quoting,
                )
            except GeneratorError as error:
                log.warning("%s", error)
                note = phrase("model_failed", like=asked.question.text, reason=error)
                yield replace(quoting, notes=(note, *quoting.notes))

    def _read(self, found: Sequence[ScoredPassage]) -> list[tuple[ScoredPassage, Article]]:
        """Return the passages with their articles; one removed a moment ago is left out."""
        ids = dict.fromkeys(scored.passage.article_id for scored in found)
        articles = {article_id: self.index.store.article(article_id) for article_id in ids}
        return [
            (scored, article)
            for scored in found
            if (article := articles[scored.passage.article_id]) is not None
        ]

    def _quoting(self, question: Question, articles: Sequence[Article]) -> Answer:
        extracted = self._extracted(question, articles)
        confidence = round(extracted.confidence, 3)
        status = decide(extracted, min_confidence=self.settings.answer.min_confidence)
        log.debug("evidence: confidence %.3f: %s", confidence, status)
        if status == "not_found":
            titles = [display_title(article) for article in articles[:NEAREST_TITLES]]
            answer = not_found_answer(question, titles)
        else:
            answer = quoting_answer(question, extracted, status)
        return replace(answer, confidence=confidence)

    def _extracted(self, question: Question, articles: Sequence[Article]) -> Extract:
        chosen = self.settings.answer
        found = [
            (
                part,
                extract(
                    part,
                    articles[:ARTICLES_READ],
                    inverse_frequency=self.index.generation.lexical.inverse_frequency,
                    segmenter=self.index.segmenter,
                    max_quotes=chosen.max_quotes,
                ),
            )
            for part in parts_of(question, self.index.segmenter)
        ]
        if len(found) == 1:
            return found[0][1]
        return joined(found, min_confidence=chosen.min_confidence)

    def _chance(self, asked: Asked) -> float:
        """Return the chance that the collection answers a question read this way."""
        read = self._read(self.find(asked))
        articles = list({article.article_id: article for _, article in read}.values())
        return self._extracted(asked.question, articles).confidence


@contextmanager
def timed(timings: Timings, stage: str) -> Iterator[None]:
    """Record how many milliseconds a stage took."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        timings[stage] = round((time.perf_counter() - begun) * 1000, 2)
