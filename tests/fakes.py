"""Stand-ins for the rooms below `ui`, with answers that can be checked by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpus import Article, MappedText, Passage, article_id_of
from rag.errors import QuestionError, WenjuError
from rag.types import Answer, Citation, Fact, Retrieved, ScoredPassage, Turn

MAX_QUESTION_CHARS = 2000


@dataclass(frozen=True)
class FakeStats:
    """The numbers of a collection, with the fields of `rag.IndexStats`."""

    articles: int
    passages: int
    sources: int = 1
    encoder: str = "fake"
    index_version: int = 7
    published_from: str | None = None
    published_to: str | None = None


def make_article(title: str, text: str, **details: Any) -> Article:
    """Return an article that stood alone in its file, exactly as given."""
    return Article(
        article_id=article_id_of(title, text),
        title=title,
        text=text,
        source=details.pop("source", f"articles/{article_id_of(title, text)[:4]}.txt"),
        offsets=MappedText.from_file(text).offsets,
        **details,
    )


def cite(article: Article, quote: str, *, marker: int = 1) -> Citation:
    """Return a citation of words that stand in the article."""
    start = article.text.index(quote)
    return Citation(
        marker=marker,
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        url=article.url,
        published=article.published,
        author=article.author,
        outlet=article.outlet,
        quote=quote,
        start=start,
        end=start + len(quote),
        file_ranges=((start, start + len(quote)),),
        mended=False,
    )


def quoting_answer(question: str, *citations: Citation, short: str | None = None) -> Answer:
    """Return an answer that quotes its citations, each with its marker."""
    text = "\n".join(f"{one.quote}[{one.marker}]" for one in citations)
    return Answer(
        question=question,
        status="answered",
        text=text,
        short=short,
        citations=citations,
        timings_ms={"total": 42.0},
        versions={"index": "7", "encoder": "fake", "reader": "fake", "model": None},
    )


def not_found(question: str, *near: Article) -> Answer:
    """Return a refusal that names the nearest articles."""
    return Answer(
        question=question,
        status="not_found",
        text="没有找到能回答这个问题的内容。",
        nearest=tuple(article.title for article in near),
        retrieved=tuple(
            Retrieved(
                rank,
                1 / rank,
                f"{article.article_id}:0",
                article.article_id,
                article.title,
                0,
                min(20, len(article.text)),
            )
            for rank, article in enumerate(near, start=1)
        ),
        timings_ms={"total": 21.0},
    )


class FakeAssistant:
    """An assistant that answers exactly the questions it was given answers for.

    An answer that is an exception is raised. Every question asked is kept in `asked`.
    """

    def __init__(
        self,
        articles: Sequence[Article] = (),
        answers: Mapping[str, Answer | Exception] | None = None,
        examples: tuple[str, ...] = (),
    ) -> None:
        self._articles = {article.article_id: article for article in articles}
        self._answers = dict(answers or {})
        self._examples = examples
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def query(self, question: str, *, history: Sequence[Turn] = (), as_of: object = None) -> Answer:
        """Return the last of `stream`."""
        *_, last = self.stream(question, history=history, as_of=as_of)
        return last

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), as_of: object = None
    ) -> Iterator[Answer]:
        """Yield the answer's first half without citations, then the whole answer."""
        self.asked.append((question, tuple(history)))
        if not question.strip() or len(question) > MAX_QUESTION_CHARS:
            message = f"the question has {len(question)} characters; ask with 1 to 2000"
            raise QuestionError(message)
        answer = self._answers.get(question) or not_found(question, *self._articles.values())
        if isinstance(answer, Exception):
            raise answer
        half = answer.text[: len(answer.text) // 2]
        yield replace(answer, text=half, short=None, citations=(), notes=(), nearest=())
        yield answer

    def article(self, article_id: str) -> Article:
        """Return an article, or raise as the real one does."""
        if article_id not in self._articles:
            message = f"no article {article_id!r} in the index"
            raise WenjuError(message)
        return self._articles[article_id]

    def passages(self, article_id: str) -> list[Passage]:
        """Return one passage for the whole article."""
        article = self.article(article_id)
        return [Passage(f"{article_id}:0", article_id, 0, len(article.text))]

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[ScoredPassage]:
        """Return every article's passage, in the order given."""
        found = [self.passages(article_id)[0] for article_id in self._articles][:top_k]
        return [ScoredPassage(one, 1 / rank, rank) for rank, one in enumerate(found, start=1)]

    def stats(self) -> FakeStats:
        """Return how much there is."""
        dates = sorted(a.published for a in self._articles.values() if a.published)
        return FakeStats(
            articles=len(self._articles),
            passages=len(self._articles),
            published_from=dates[0] if dates else None,
            published_to=dates[-1] if dates else None,
        )

    def examples(self) -> tuple[str, ...]:
        """Return the example questions it was given."""
        return self._examples


SUBSIDY = make_article(
    "武隆推动非公企业建会",
    "武隆区总工会去年秋天以来,把组建工会当作头等事来办。\n"
    "对开展建会入会的乡镇街道和园区工会,一次性补助共计58万元;对开展农民工建会的,另给补助共计6万元。\n"
    "到目前为止,新建会和加入分会的非公组织一共43个。",
    published="2023-04-18",
    outlet="工会示例报",
    author="文 一",
    page="3",
    source="articles/wulong.txt",
)
"""The article of the first question a visitor asks."""

SUBSIDY_QUESTION = "武隆区建会补助多少"

SUBSIDY_ANSWER = replace(
    quoting_answer(
        SUBSIDY_QUESTION,
        cite(SUBSIDY, "一次性补助共计58万元;对开展农民工建会的,另给补助共计6万元。"),
        short="58万元；6万元",
    ),
    facts=(
        Fact("58万元", "money", 580000.0, "元", (1,)),
        Fact("6万元", "money", 60000.0, "元", (1,)),
    ),
)
