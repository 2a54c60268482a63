"""Reading-comprehension sets: SQuAD, DRCD and CMRC 2018 in both of the forms they come in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError
from rag.evaluation.questions import Document, Evidence, Question, QuestionSet, checked

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")


def read_squad(path: Path) -> QuestionSet:
    """Read a SQuAD-like JSON file; its paragraphs become the set's `documents`.

    Understood are the nested form (`data` → `paragraphs` → `qas`, SQuAD 1 and 2, DRCD, CMRC 2018)
    and the flat one (a list of `context_id`, `context_text`, `qas`, CMRC 2018 as first
    published). Answers are alternatives; the sentence that holds one is its evidence.

    Raises:
        QuestionSetError: not JSON, or neither of the two forms; names the question.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be read as JSON: {error}"
        raise QuestionSetError(message) from error
    documents: list[Document] = []
    placed: list[tuple[str, Question]] = []
    try:
        for document, asked in _paragraphs(content):
            documents.append(document)
            placed.extend(
                (f"question {len(placed) + n}", _question(values, document))
                for n, values in enumerate(asked, start=1)
            )
    except (KeyError, TypeError, AttributeError) as error:
        message = (
            f"{path}: neither SQuAD nor CMRC json (after question {len(placed)}, "
            f"{len(documents)} paragraphs: {error!r})"
        )
        raise QuestionSetError(message) from error
    return QuestionSet(path.name, checked(placed, name=str(path)), tuple(documents))


def write_collection(question_set: QuestionSet, path: Path) -> None:
    """Write the documents that came with a set as collection lines, to be indexed."""
    lines = (
        json.dumps(asdict(document), ensure_ascii=False) for document in question_set.documents
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _paragraphs(content: Any) -> Iterator[tuple[Document, list[dict[str, Any]]]]:
    if isinstance(content, list):
        for block in content:
            document = Document(
                str(block["context_id"]).strip(),
                str(block.get("title", "")).strip(),
                block["context_text"],
            )
            yield document, block["qas"]
        return
    for article_number, article in enumerate(content["data"]):
        title = str(article.get("title", "")).strip()
        for number, paragraph in enumerate(article["paragraphs"]):
            identifier = str(paragraph.get("id", f"{article_number}-{number}")).strip()
            yield Document(identifier, title, paragraph["context"]), paragraph["qas"]


def _question(values: Mapping[str, Any], document: Document) -> Question:
    texts = [
        answer if isinstance(answer, str) else answer["text"]
        for answer in values.get("answers") or []
    ]
    answers = tuple(dict.fromkeys(text for text in texts if text.strip()))
    quotes = dict.fromkeys(_sentence_with(text, document.text) for text in answers[:1])
    return Question(
        id=str(values["query_id"] if "query_id" in values else values["id"]).strip(),
        question=values["query_text"] if "query_text" in values else values["question"],
        answerable=not values.get("is_impossible", False),
        answers=answers,
        match="any",
        evidence=tuple(Evidence(quote, document=document.id) for quote in quotes),
    )


def _sentence_with(answer: str, text: str) -> str:
    """Return the sentence of `text` that holds `answer`; the answer where none holds it whole."""
    sentences = (match.group().strip() for match in _SENTENCE.finditer(text))
    return next((sentence for sentence in sentences if answer in sentence), answer)
