"""A question beside its answer and what the collection holds: all that a measure looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath

from corpus import Article
from rag.errors import WenjuError
from rag.evaluation.answer_lines import AnswerLine, CitationLine
from rag.evaluation.matching import covers, overlaps, skeleton
from rag.evaluation.protocols import Articles
from rag.evaluation.questions import Evidence, Question
from rag.evaluation.trec import falling_scores

RELEVANT = 1


@dataclass(frozen=True, slots=True)
class Scored:
    """One answered question.

    Attributes:
        question: what was asked.
        answer: what came back.
        verbatim: per citation, whether its quote stands in the article at its offsets; None where
            the article or the offsets are not known.
        ranking: the articles looked at, best first, with strictly falling scores.
        relevant: the articles that hold the evidence, among them those not found.
    """

    question: Question
    answer: AnswerLine
    verbatim: tuple[bool | None, ...] = ()
    ranking: Mapping[str, float] = field(default_factory=dict)
    relevant: Mapping[str, int] = field(default_factory=dict)

    def shows(self, evidence: Evidence, citation: CitationLine) -> bool:
        """Tell whether a citation quotes a piece of evidence, from the right file if one is named.

        Evidence without a quote is met by any citation of its article.
        """
        if evidence.file and citation.source and not _same_file(evidence.file, citation.source):
            return False
        if not evidence.quote:
            return _same_title(evidence.article or "", citation.title)
        return overlaps(evidence.quote, citation.quote)


class Collection:
    """Articles by identifier, with the last ones kept at hand; None for an unknown one."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self.find = lru_cache(maxsize=512)(self._find)

    def _find(self, article_id: str) -> Article | None:
        try:
            return self._articles.article(article_id)
        except (KeyError, WenjuError):
            return None


def score(question: Question, answer: AnswerLine, collection: Collection | None) -> Scored:
    """Look up what the measures need to know of one answer.

    Args:
        question: the question.
        answer: its answer line.
        collection: the articles; None when the answers come from another system and it is not at
            hand, in which case nothing is said of offsets and retrieval.
    """
    if collection is None:
        return Scored(question, answer, verbatim=(None,) * len(answer.citations))
    found = _ranked(answer, collection)
    return Scored(
        question,
        answer,
        verbatim=tuple(_verbatim(citation, collection) for citation in answer.citations),
        ranking=falling_scores([(doc_id, value) for doc_id, (value, _) in found.items()]),
        relevant=_relevant(question, {doc_id: article for doc_id, (_, article) in found.items()}),
    )


def document_id(article: Article) -> str:
    """Return the name of an article in a run: the collection's own identifier where it has one."""
    own = article.record_id or ""
    return own if own and not any(c.isspace() for c in own) else article.article_id


def _ranked(answer: AnswerLine, collection: Collection) -> dict[str, tuple[float, Article]]:
    """Return the articles looked at, best first: the best passage stands for its article."""
    found: dict[str, tuple[float, Article]] = {}
    for passage in sorted(answer.retrieved, key=lambda line: line.rank):
        article = collection.find(passage.article_id)
        if article is not None:
            found.setdefault(document_id(article), (passage.score, article))
    return found


def _relevant(question: Question, found: Mapping[str, Article]) -> dict[str, int]:
    """Return the judgments of a question: one relevant article for each that holds evidence.

    An article that was not found has no known identifier and gets a made-up one, so that it counts
    as missing. Of several found articles with the same evidence the best one is meant.
    """
    relevant: dict[str, int] = {}
    missing: dict[tuple[str | None, ...], str] = {}
    for evidence in question.evidence:
        doc_id = next((d for d, article in found.items() if _holds(article, evidence)), None)
        if doc_id is None:
            place = (evidence.document, evidence.file, evidence.article)
            key = place if any(place) else (evidence.quote,)
            doc_id = missing.setdefault(key, f"not-found-{len(missing) + 1}")
        relevant[doc_id] = RELEVANT
    return relevant


def _holds(article: Article, evidence: Evidence) -> bool:
    if evidence.document is not None:
        return evidence.document in (article.record_id, article.article_id)
    if evidence.file and not _same_file(evidence.file, article.source):
        return False
    if evidence.article and _same_title(evidence.article, article.title):
        return True
    return covers(article.text, evidence.quote)


def _verbatim(citation: CitationLine, collection: Collection) -> bool:
    article = collection.find(citation.article_id)
    if article is None or not citation.quote:
        return False
    if citation.start is None or citation.end is None:
        return citation.quote in article.text
    return article.text[citation.start : citation.end] == citation.quote


def _same_file(first: str, second: str) -> bool:
    return PurePath(first).name == PurePath(second).name


def _same_title(first: str, second: str) -> bool:
    return bool(first) and skeleton(first) == skeleton(second)
