"""Whether a question set can be trusted, before anything is measured with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from corpus import Article
from rag.evaluation.beir import BeirSet
from rag.evaluation.json_lines import json_lines
from rag.evaluation.matching import contains, covers, skeleton
from rag.evaluation.questions import Evidence, Question

ProblemKind = Literal[
    "no_answer",
    "answers_although_unanswerable",
    "question_holds_answer",
    "answer_not_in_evidence",
    "asked_twice",
    "asked_twice_differently",
    "evidence_not_in_collection",
    "unanswerable_is_in_collection",
    "relevant_not_in_collection",
    "not_judged",
    "no_such_query",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a question that makes its measures doubtful.

    Attributes:
        kind: what is the matter.
        question_id: the question or query.
        detail: the words or identifiers concerned.
    """

    kind: ProblemKind
    question_id: str
    detail: str


def check_questions(
    questions: Sequence[Question], articles: Iterable[Article] | None = None
) -> tuple[Problem, ...]:
    """Return what is doubtful about a question set, in the set's order.

    Args:
        questions: the set.
        articles: the whole collection, read once; without it nothing is said of gold that is not
            in it.
    """
    problems = [*_within(questions), *_asked_twice(questions)]
    if articles is not None:
        problems += _against(questions, articles)
    order = {question.id: at for at, question in enumerate(questions)}
    return tuple(sorted(problems, key=lambda problem: order[problem.question_id]))


def check_beir(beir: BeirSet) -> tuple[Problem, ...]:
    """Return what is doubtful about a BEIR folder: judgments of what is not there, or of nothing.

    Raises:
        QuestionSetError: the collection cannot be read.
    """
    asked = {query.id for query in beir.queries}
    problems = [
        Problem("not_judged", query.id, query.question)
        for query in beir.queries
        if query.id not in beir.qrels
    ]
    problems += [Problem("no_such_query", q, "") for q in beir.qrels if q not in asked]
    if beir.corpus is not None:
        known = {str(values.get("_id")) for _, values in json_lines(beir.corpus)}
        problems += [
            Problem("relevant_not_in_collection", query_id, doc_id)
            for query_id, documents in beir.qrels.items()
            for doc_id, relevance in documents.items()
            if relevance > 0 and doc_id not in known
        ]
    return tuple(problems)


def _within(questions: Iterable[Question]) -> Iterator[Problem]:
    for question in questions:
        quotes = "\n".join(evidence.quote for evidence in question.evidence)
        if question.answerable and not question.answers:
            yield Problem("no_answer", question.id, "")
        if not question.answerable and question.answers:
            yield Problem("answers_although_unanswerable", question.id, "；".join(question.answers))
        for answer in question.answers:
            if contains(question.question, answer):
                yield Problem("question_holds_answer", question.id, answer)
            if quotes.strip() and question.match == "all" and not contains(quotes, answer):
                yield Problem("answer_not_in_evidence", question.id, answer)


def _asked_twice(questions: Iterable[Question]) -> Iterator[Problem]:
    seen: dict[tuple[str, str | None], Question] = {}
    for question in questions:
        first = seen.setdefault((skeleton(question.question), question.follows), question)
        if first is question:
            continue
        same = (first.answerable, set(first.answers)) == (
            question.answerable,
            set(question.answers),
        )
        yield Problem("asked_twice" if same else "asked_twice_differently", question.id, first.id)


def _against(questions: Sequence[Question], articles: Iterable[Article]) -> list[Problem]:
    """Return gold that the collection does not hold, and answers it should not hold but does."""
    wanted = [(q.id, evidence) for q in questions for evidence in q.evidence]
    unwanted = [(q.id, answer) for q in questions if not q.answerable for answer in q.answers]
    problems: list[Problem] = []
    for article in articles:
        wanted = [(q, evidence) for q, evidence in wanted if not _stands_in(evidence, article)]
        held = [(q, answer) for q, answer in unwanted if contains(article.text, answer)]
        problems += [Problem("unanswerable_is_in_collection", q, answer) for q, answer in held]
        unwanted = [pair for pair in unwanted if pair not in held]
    problems += [
        Problem("evidence_not_in_collection", q, evidence.quote or evidence.article or "")
        for q, evidence in wanted
    ]
    return problems


def _stands_in(evidence: Evidence, article: Article) -> bool:
    if evidence.document is not None and evidence.document not in (
        article.record_id,
        article.article_id,
    ):
        return False
    if evidence.file and PurePath(evidence.file).name != PurePath(article.source).name:
        return False
    if evidence.quote:
        return covers(article.text, evidence.quote)
    return not evidence.article or skeleton(evidence.article) == skeleton(article.title)
