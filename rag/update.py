"""One run of changes to the index: files in, files out, the derived indexes after them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus import (
    Article,
    CorpusError,
    Failure,
    find_files,
    fold,
    make_passages,
    read_articles,
)
from rag.errors import IndexMismatchError, SourcesError
from rag.generations import Progress
from rag.named import file_sum, named_encoder, named_segmenter, recipe_of
from rag.settings import Settings
from rag.store_writer import StoreWriter
from rag.upkeep import STORE, bring_up, writing

INGEST_LAYOUT = "2"
"""Raise when readers, repair, page splitting or chunking change what an unchanged file gives."""
ENCODE_BATCH = 512
REBUILD = "run `wenju build SOURCE…`"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build, an addition or a removal did.

    Attributes:
        added: files that were not in the index before.
        replaced: files read anew because they, or the settings, had changed.
        removed: files dropped, and articles dropped by their identifier.
        unchanged: files left alone.
        articles: articles in the index now.
        passages: passages in the index now.
        failures: what of the files named in this run cannot be read, unchanged ones included.
        seconds: how long it took.
    """

    added: int
    replaced: int
    removed: int
    unchanged: int
    articles: int
    passages: int
    failures: tuple[Failure, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain dicts, lists and numbers."""
        return asdict(self)


class Update:
    """One run of changes, holding the write lock; `updating` makes it."""

    def __init__(
        self, settings: Settings, store: StoreWriter, on_progress: Progress | None
    ) -> None:
        self._settings = settings
        self._store = store
        self._encoder = named_encoder(settings)
        self._recipe = recipe_of(settings, self._encoder, named_segmenter(settings))
        self._progress = on_progress or _silent
        self._begun = time.perf_counter()
        self._waiting: list[Article] = []

    def sync(self, files: Mapping[str, Path], *, drop_others: bool) -> BuildReport:
        """Bring the store to hold these files (source name → path), then the derived indexes.

        Raises:
            SourcesError: nothing is left that could be read; the index stays as it was.
        """
        known = self._store.file_hashes()
        anew = self._mismatch() is not None
        hashes = {source: _file_sum(path) for source, path in files.items()}
        changed = [source for source in files if anew or known.get(source) != hashes[source]]
        gone = [source for source in known if drop_others and source not in files]
        if changed or gone:
            with self._store.change() as version:
                self._drop(known if anew else gone)
                if anew:
                    self._store.drop_orphans(version)
                for number, source in enumerate(changed):
                    self._progress("read", number, len(changed))
                    self._ingest(source, files[source], hashes[source], version)
                self._embed(version)
                self._store.drop_orphans(version)
                self._refuse_empty(files)
                for key, value in self._fingerprints().items():
                    self._store.set_meta(key, value)
        replaced = sum(source in known for source in changed)
        return self._finish(
            added=len(changed) - replaced,
            replaced=replaced,
            removed=len(gone),
            unchanged=len(files) - len(changed),
            sources=files,
        )

    def remove(self, targets: Sequence[str]) -> BuildReport:
        """Drop articles by identifier and files by source name, path or folder.

        Raises:
            SourcesError: a target is neither; nothing is removed.
        """
        removed = 0
        with self._store.change() as version:
            ids = set(self._store.article_ids())
            for target in dict.fromkeys(targets):
                if target in ids:
                    self._store.drop_article(target)
                    removed += 1
                else:
                    sources = self._sources_of(target)
                    self._drop(sources)
                    removed += len(sources)
            self._store.drop_orphans(version)
        return self._finish(added=0, replaced=0, removed=removed, unchanged=0, sources=())

    def require_same_recipe(self) -> None:
        """Refuse to mix passages or vectors made in two ways.

        Raises:
            IndexMismatchError: the index was built with other settings.
        """
        mismatch = self._mismatch()
        if mismatch is not None and self._store.meta("encoder") is not None:
            message = f"the index was built with other settings ({mismatch}): {REBUILD}"
            raise IndexMismatchError(message)

    def _mismatch(self) -> str | None:
        """Return what was made in another way than the settings ask for, None when nothing was."""
        for key, wanted in self._fingerprints().items():
            built_with = self._store.meta(key)
            if built_with != wanted:
                return f"{key} {built_with}, now {wanted}"
        return None

    def _fingerprints(self) -> dict[str, str]:
        corpus = self._settings.corpus
        ingest = f"{INGEST_LAYOUT}:{corpus.passage_chars}:{corpus.overlap_sentences}"
        return {"encoder": self._encoder.fingerprint, "ingest": ingest}

    def _sources_of(self, target: str) -> list[str]:
        here, there = Path(target).absolute(), self._settings.folder / target
        wanted = {Path(os.path.normpath(path)) for path in (here, there)}
        found = [
            source
            for source in self._store.file_hashes()
            if wanted & {path := self._settings.folder / source, *path.parents}
        ]
        if not found:
            message = (
                f"{target!r} is neither an article nor a source of this index: `wenju report` "
                "lists the sources, `wenju ask --json` shows article identifiers"
            )
            raise SourcesError(message)
        return found

    def _drop(self, sources: Iterable[str]) -> None:
        for source in sources:
            self._store.drop_file(source)

    def _ingest(self, source: str, path: Path, digest: str, version: int) -> None:
        file_id = self._store.put_file(source, digest)
        ordinal = 0
        for item in read_articles(path, source=source):
            if isinstance(item, Failure):
                self._store.put_failure(file_id, item)
                continue
            ordinal += 1
            if self._store.put_article(item, file_id=file_id, ordinal=ordinal):
                self._waiting.append(item)
            if len(self._waiting) >= ENCODE_BATCH:
                self._embed(version)
                self._progress("articles", ordinal, None)

    def _embed(self, version: int) -> None:
        """Cut the waiting articles into passages, encode and store them."""
        corpus = self._settings.corpus
        passages, texts = [], []
        for article in self._waiting:
            for passage in make_passages(
                article,
                passage_chars=corpus.passage_chars,
                overlap_sentences=corpus.overlap_sentences,
            ):
                passages.append(passage)
                text = article.text[passage.start : passage.end]
                texts.append(fold(f"{article.title}\n{text}"))
        self._waiting.clear()
        if passages:
            vectors = self._encoder.encode_passages(texts)
            self._store.put_passages(passages, vectors, version=version)

    def _refuse_empty(self, files: Iterable[str]) -> None:
        if self._store.counts().articles == 0:
            failures = self._store.failures()[:3]
            reasons = "; ".join(f"{failure.source}: {failure.reason}" for failure in failures)
            named = ", ".join(list(files)[:3])
            message = (
                f"no article could be read from {named}: {reasons or 'no text'} "
                "(the index was left as it was)"
            )
            raise SourcesError(message)

    def _finish(
        self, *, added: int, replaced: int, removed: int, unchanged: int, sources: Iterable[str]
    ) -> BuildReport:
        folder = self._settings.index.dir
        bring_up(folder, self._store, self._recipe, on_progress=self._progress)
        self._store.settle()
        counts, named = self._store.counts(), set(sources)
        return BuildReport(
            added=added,
            replaced=replaced,
            removed=removed,
            unchanged=unchanged,
            articles=counts.articles,
            passages=counts.passages,
            failures=tuple(one for one in self._store.failures() if one.source in named),
            seconds=round(time.perf_counter() - self._begun, 3),
        )


@contextmanager
def updating(settings: Settings, on_progress: Progress | None) -> Iterator[Update]:
    """Hold the index for one run of changes.

    Raises:
        IndexBusyError, IndexAccessError, IndexDamagedError, SettingsError: see there.
    """
    with (
        writing(settings.index.dir),
        closing(StoreWriter.open(settings.index.dir / STORE)) as store,
    ):
        yield Update(settings, store, on_progress)


def files_of(settings: Settings, sources: Sequence[Path]) -> dict[str, Path]:
    """Return the files that sources hold by the names they are called by.

    A file inside the configuration's folder is called by its path relative to it.

    Raises:
        SourcesError: a source is missing, empty, or of a kind that cannot be read.
    """
    try:
        paths = find_files([Path(source) for source in sources])
    except CorpusError as error:
        raise SourcesError(str(error)) from error
    return {_source_name(settings.folder, path): path for path in paths}


def _source_name(folder: Path, path: Path) -> str:
    normal = Path(os.path.normpath(path.absolute()))
    return (normal.relative_to(folder) if normal.is_relative_to(folder) else normal).as_posix()


def _file_sum(path: Path) -> str:
    """Return a file's SHA-256; "" when it cannot be read, so that the next run tries again."""
    try:
        return file_sum(path)
    except OSError:
        return ""


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    return None
