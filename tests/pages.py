"""Newspaper pages made of articles with known borders, for tests of the page splitter.

A page is laid out as the crawl of a paper leaves it:
blank lines between the lines of a column, paragraphs that break off where a column ended, holes
and captions where pictures stood, section labels and kickers above some headlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from corpus.page import Page


@dataclass(frozen=True)
class Story:
    """An article as its editor knows it: headline lines, and blocks of kind p (text) or h."""

    title: str
    blocks: tuple[tuple[str, str], ...]
    section: str | None = None
    kicker: str | None = None
    captions: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        return [text for kind, text in self.blocks if kind == "p"]


@dataclass(frozen=True)
class Layout:
    """How a page is set; the defaults are those of the pages that the splitter was made for."""

    cut: float = 0.35
    labels: bool = True
    gaps: bool = True
    blank: int = 1
    gap: int = 3
    between: int | None = None
    credit: bool = True


@dataclass
class SetPage:
    """A page as set, and where each of its stories begins."""

    text: str = ""
    stories: list[Story] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


@dataclass
class Score:
    """Counts over pages; ratios are asked of the sums."""

    found: int = 0
    true: int = 0
    right: int = 0
    titled: int = 0
    titles_right: int = 0
    paragraphs: int = 0
    whole: int = 0
    at_home: int = 0

    @property
    def boundary_f1(self) -> float:
        return 2 * self.right / (self.found + self.true)

    @property
    def title_exact(self) -> float:
        return self.titles_right / self.titled

    @property
    def paragraphs_whole(self) -> float:
        return self.whole / self.paragraphs

    @property
    def in_right_article(self) -> float:
        return self.at_home / self.paragraphs

    def add(self, page: SetPage, found: Page) -> None:
        """Count what was found on one page."""
        starts = {
            min(block.text.offsets.runs[0].file_start for block in article.blocks): article
            for article in found.articles
        }
        self.found += len(found.articles)
        self.true += len(page.stories)
        self.right += len(starts.keys() & set(page.starts))
        everything = [block.text.text for a in found.articles for block in a.blocks]
        for start, story in zip(page.starts, page.stories, strict=True):
            article = starts.get(start)
            if story.title:
                self.titled += 1
                self.titles_right += article is not None and article.title == story.title
            home = [block.text.text for block in article.blocks] if article else []
            self.paragraphs += len(story.paragraphs)
            self.whole += sum(text in everything for text in story.paragraphs)
            self.at_home += sum(text in home for text in story.paragraphs)


def set_page(stories: Sequence[Story], rng: Random, layout: Layout = Layout()) -> SetPage:
    """Set stories one below the other."""
    page = SetPage()
    for story in stories:
        if page.text and layout.between is not None:
            page.text += "\n" * (layout.between - layout.blank)
        page.starts.append(-1)
        page.stories.append(story)
        _set_story(page, story, rng, layout)
    if layout.credit:
        _put(page, "本版稿件除署名外均由本报编辑部供稿", layout.blank)
    page.text += "\n"
    return page


def _set_story(page: SetPage, story: Story, rng: Random, layout: Layout) -> None:
    gap = layout.gap if layout.gaps else layout.blank
    in_two_lines = story.title.count(" ") == 1 and rng.random() < 0.2
    title = story.title.replace(" ", "\n") if in_two_lines else story.title
    for line in (story.section if layout.labels else None, story.kicker, title):
        if line:
            _put(page, line, layout.blank)
    captions = list(story.captions)
    for kind, text in story.blocks:
        first, rest = _cut(text, rng, layout.cut if kind == "p" else 0.0)
        _put(page, first, layout.blank if story.title else gap)
        if rest:
            _put_caption(page, captions, rng, 0.3, gap)
            _put(page, rest, layout.blank)
        if kind == "p" and text != story.blocks[-1][1]:
            _put_caption(page, captions, rng, 0.4, gap)
    if not story.title:
        page.text += "\n" * (gap - layout.blank)


def _cut(text: str, rng: Random, probability: float) -> tuple[str, str]:
    if len(text) < 60 or rng.random() >= probability:
        return text, ""
    at = rng.randrange(10, len(text) - 10)
    return text[:at], text[at:]


def _put_caption(
    page: SetPage, captions: list[str], rng: Random, probability: float, gap: int
) -> None:
    if captions and rng.random() < probability:
        _put(page, captions.pop(), gap)


def _put(page: SetPage, line: str, blank: int) -> None:
    if page.text:
        page.text += "\n" * (1 + blank)
    if page.starts and page.starts[-1] < 0:
        page.starts[-1] = len(page.text)
    page.text += line
