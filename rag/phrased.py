"""The answer a language model phrased, let through sentence by sentence, each one proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus import Article
from rag.cite import cite, display_title, facts_in
from rag.compose import notes_on
from rag.extract import Quote
from rag.generate import Generator
from rag.index import OpenIndex
from rag.markers import Statement, clean_markers, settled, statements
from rag.prompts import PromptPassage, says_not_found
from rag.question import Question
from rag.support import support
from rag.types import Answer, ScoredPassage, Turn
from rag.wording import phrase

Source = tuple[ScoredPassage, Article]
_CLAUSE_ENDS = ("；", ";")
_ENDS = "。；;！!？?"


@dataclass(slots=True)
class _Draft:
    """What of the model's answer has been proven so far."""

    question: Question
    sources: Sequence[Source]
    index: OpenIndex
    lines: list[str] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    waiting: list[Statement] = field(default_factory=list)
    dropped: int = 0

    def hear(self, statement: Statement) -> None:
        """Judge a statement; a clause before a semicolon that cites nothing waits for the next.

        Models put one marker behind a sentence of several clauses: it stands for them all.
        """
        self.waiting.append(statement)
        if statement.markers or not statement.text.endswith(_CLAUSE_ENDS):
            self.settle(statement.markers)

    def settle(self, markers: Sequence[int] = ()) -> None:
        """Judge what waits by these markers, or by its own."""
        for clause in self.waiting:
            self._judge(clause.text, clause.markers or markers)
        self.waiting.clear()

    def answer(self) -> Answer:
        """Return the answer as far as it goes."""
        text, like = "".join(self.lines), self.question.text
        notes = notes_on(self.quotes, like=like)
        if self.dropped:
            notes = (phrase("model_dropped", like=like, count=self.dropped), *notes)
        return Answer(
            question=self.question.text,
            status="partial" if self.dropped else "answered",
            text=text,
            citations=cite(self.quotes),
            facts=facts_in(text, self.quotes),
            notes=notes,
        )

    def _judge(self, words: str, markers: Sequence[int]) -> None:
        """Take words in with the marker of the quote that carries them; else drop them."""
        cited = (self.sources[number - 1][1] for number in markers)
        quote = support(
            words,
            {article.article_id: article for article in cited}.values(),
            question=self.question,
            inverse_frequency=self.index.generation.lexical.inverse_frequency,
            segmenter=self.index.segmenter,
        )
        if quote is None:
            self.dropped += 1
            return
        if quote not in self.quotes:
            self.quotes.append(quote)
        said = words.rstrip(_ENDS)
        self.lines.append(f"{said}[{self.quotes.index(quote) + 1}]{words[len(said) :]}")


def phrased_answers(
    generator: Generator,
    question: Question,
    sources: Sequence[Source],
    *,
    history: Sequence[Turn],
    index: OpenIndex,
    fallback: Answer,
) -> Iterator[Answer]:
    """Yield the model's answer as it grows, only what its passages carry.

    Args:
        generator: the language model.
        question: the question taken apart.
        sources: the passages retrieved with their articles, best first.
        history: the conversation so far.
        index: weighs and cuts words.
        fallback: the quoting answer, given when the model's has no support or refuses.

    Raises:
        GeneratorError: the model failed; what was yielded before is to be forgotten.
    """
    draft, heard, done = _Draft(question, sources, index), "", 0
    for piece in generator.generate(question.text, _prompt(sources), history=history):
        heard += piece
        complete = statements(clean_markers(settled(heard), passages=len(sources)))[:-1]
        for statement in complete[done:]:
            draft.hear(statement)
            if draft.lines:
                yield draft.answer()
        done = max(done, len(complete))
    spoken = statements(clean_markers(heard, passages=len(sources)))
    if spoken and says_not_found(heard):
        yield fallback if fallback.status == "not_found" else _refused(question, sources)
        return
    for statement in spoken[done:]:
        draft.hear(statement)
    draft.settle()
    yield draft.answer() if draft.lines else _unsupported(fallback, like=question.text)


def _prompt(sources: Sequence[Source]) -> list[PromptPassage]:
    return [
        PromptPassage(
            number,
            display_title(article),
            article.published,
            article.text[scored.passage.start : scored.passage.end],
        )
        for number, (scored, article) in enumerate(sources, start=1)
    ]


def _unsupported(fallback: Answer, *, like: str) -> Answer:
    return replace(fallback, notes=(phrase("model_unsupported", like=like), *fallback.notes))


def _refused(question: Question, sources: Sequence[Source]) -> Answer:
    titles = dict.fromkeys(display_title(article) for _, article in sources)
    text = phrase("not_found", like=question.text)
    return Answer(question.text, "not_found", text, nearest=tuple(list(titles)[:3]))
