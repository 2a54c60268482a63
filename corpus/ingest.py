"""Files in, articles out: whatever cannot be read is reported, and everything else still comes."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.clean import take_header, take_title, tidy
from corpus.errors import CorpusError, SourceError
from corpus.readers import READERS, Draft, Problem, suffix_of
from corpus.types import Article, Failure, article_id_of


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
                yield _finished(found, source)
    except CorpusError as error:
        yield Failure(source, None, str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield Failure(source, None, f"cannot be read to its end: {error}")
    else:
        if empty:
            yield Failure(source, None, "holds no article")


def _finished(found: Draft | Problem, source: str) -> Article | Failure:
    if isinstance(found, Problem):
        return Failure(source, found.where, found.reason)
    return _article(found, source)


def _article(draft: Draft, source: str) -> Article | Failure:
    body, header, title = tidy(draft.body), draft.header, draft.title or ""
    if draft.is_page:
        if draft.title is None:
            title, body = take_title(body)
        stated, body = take_header(body)
        header = header.or_else(stated)
    if not body.text:
        return Failure(source, draft.where, "holds no text")
    return Article(
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
    return f"the kinds of file known are {' '.join(sorted(READERS))}"
