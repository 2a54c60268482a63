"""Files in, articles out: whatever cannot be read is reported, and everything else still comes."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.clean import NOTHING_STATED, take_header, take_title, tidy
from corpus.draft import Draft, Problem
from corpus.errors import CorpusError, SourceError
from corpus.readers import READERS, REFUSED, suffix_of
from corpus.types import Article, Failure, Repair, article_id_of


def find_files(sources: Sequence[Path]) -> list[Path]:
    """Return the files that the sources hold, in the order of the sources, each file once.

    A folder is searched with all its folders, in the order of their names; hidden files and
    files of other kinds than `READERS` are passed over.

    Raises:
        SourceError: no source is given, or one is missing, holds no readable file, or is a file
            of a kind that cannot be read.
    """
    if not sources:
        raise SourceError("no source given: name files or folders to read")
    found: dict[Path, Path] = {}
    for source in sources:
        for file in _files_of(source):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def read_articles(path: Path, *, source: str) -> Iterator[Article | Failure]:
    """Read the articles of one file in order, and a `Failure` for whatever cannot be read.

    Args:
        path: the file.
        source: what articles and failures name as their source.
    """
    suffix = suffix_of(path)
    if suffix is None:
        yield Failure(source, None, _unknown_kind())
        return
    empty = True
    try:
        with path.open("rb") as file:
            for found in READERS[suffix](file):
                empty = False
                yield from _finished(found, source)
    except CorpusError as error:
        yield Failure(source, None, str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield Failure(source, None, f"cannot be read to its end: {error}")
    else:
        if empty:
            yield Failure(source, None, "holds no article")


def _finished(found: Draft | Problem, source: str) -> Iterator[Article | Failure]:
    """Mend a draft and make its article, or its articles where it is a page of several."""
    if isinstance(found, Problem):
        yield Failure(source, found.where, found.reason)
        return
    from corpus.repair import repair  # noqa: PLC0415 - only reading files needs its tables

    mended = repair(found.body)
    draft = replace(found, body=mended.page)
    empty = True
    for article in _articles(draft, source):
        empty = False
        yield replace(article, repairs=_within(article, (*article.repairs, *mended.repairs)))
    if empty:
        yield Failure(source, found.where, "holds no text")


def _articles(draft: Draft, source: str) -> Iterator[Article]:
    body, header, title = tidy(draft.body), draft.header, draft.title or ""
    if draft.is_page:
        if draft.title is None:
            title, body = take_title(body)
        stated, body = take_header(body)
        if draft.title is None and stated == NOTHING_STATED:
            yield from _page_articles(draft, source)
            return
        header = header.or_else(stated)
    if body.text:
        yield Article(
            article_id=article_id_of(title, body.text),
            title=title,
            text=body.text,
            source=source,
            offsets=body.offsets,
            url=header.url,
            published=header.published,
            author=header.author,
            editor=header.editor,
            outlet=header.outlet,
            record_id=draft.record_id,
            encoding=draft.encoding,
        )


def _page_articles(draft: Draft, source: str) -> Iterator[Article]:
    """Yield the articles of a text that states no title and no header lines of its own."""
    from corpus.page import split_page  # noqa: PLC0415 - only reading files needs its patterns

    page = split_page(draft.body)
    stated, header = page.metadata, draft.header
    for found in page.articles:
        yield Article(
            article_id=article_id_of(found.title, found.body.text),
            title=found.title,
            text=found.body.text,
            source=source,
            offsets=found.body.offsets,
            display_title="" if found.title else found.display_title,
            url=header.url or stated.url,
            published=header.published or stated.published,
            author=found.author or header.author,
            editor=found.editor or header.editor,
            outlet=header.outlet or stated.outlet,
            page=stated.page_credit,
            section=found.section,
            kicker=found.kicker,
            place=found.place,
            record_id=draft.record_id,
            encoding=draft.encoding,
            repairs=page.repairs,
        )


def _within(article: Article, repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    """Return the repairs that lie between the article's first and last character in the file."""
    runs = [run for run in article.offsets.runs if run.file_end > run.file_start]
    if not runs or not repairs:
        return ()
    first, last = min(run.file_start for run in runs), max(run.file_end for run in runs)
    inside = (one for one in repairs if first <= one.start and one.end <= last)
    return tuple(sorted(inside, key=lambda one: one.start))


def _files_of(source: Path) -> list[Path]:
    if source.is_dir():
        files = [
            Path(folder, name)
            for folder, folders, names in os.walk(source)
            for name in _visible(folders, names)
            if suffix_of(Path(name)) is not None
        ]
        if not files:
            message = f"source {source} holds no readable file: {_unknown_kind()}"
            raise SourceError(message)
        return files
    if not source.exists():
        message = f"source not found: {source} (check the path, or corpus.sources in config.yaml)"
        raise SourceError(message)
    if suffix_of(source) is None:
        message = f"source {source} cannot be read: {_unknown_kind()}"
        raise SourceError(message)
    return [source]


def _visible(folders: list[str], names: list[str]) -> list[str]:
    """Return the visible names, sorted; keep `os.walk` to visible folders, sorted."""
    folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
    return sorted(name for name in names if not name.startswith("."))


def _unknown_kind() -> str:
    return f"the kinds of file known are {' '.join(sorted(READERS.keys() - REFUSED.keys()))}"
