"""Build, change and verify the index; open it for reading."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus import (
    Article,
    CorpusError,
    Failure,
    Segmenter,
    Summary,
    find_files,
    load_segmenter,
    make_passages,
    read_articles,
    summarise,
)
from corpus import fold as fold_text
from embeddings import EmbeddingsError, Encoder, load_encoder
from rag.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    SettingsError,
    SourcesError,
)
from rag.generations import (
    LEXICAL_LAYOUT,
    Generation,
    GenerationError,
    Progress,
    Recipe,
    open_generation,
    publish,
)
from rag.retrieval.lexical import tokenize
from rag.settings import Settings
from rag.store import Store

log = logging.getLogger(__name__)

INGEST_LAYOUT = "1"
"""Raise when readers, repair, page splitting or chunking change what an unchanged file gives."""
ENCODE_BATCH = 512
STORE, GENERATIONS, LOCK = "store.sqlite", "generations", "lock"
REBUILD = "run `wenju build SOURCE…`"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build, an addition or a removal did.

    Attributes:
        added: files that were not in the index before.
        replaced: files whose content had changed.
        removed: files dropped.
        unchanged: files left alone.
        articles: articles in the index now.
        passages: passages in the index now.
        failures: what could not be read in the files of this run.
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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the index, and the command that mends it."""

    what: str
    command: str


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An index opened for reading: the truth, one generation, and what reads them."""

    store: Store
    generation: Generation
    encoder: Encoder
    segmenter: Segmenter


def build(
    settings: Settings,
    sources: Sequence[Path] | None = None,
    *,
    on_progress: Progress | None = None,
) -> BuildReport:
    """Make the index hold exactly these sources; unchanged files are left alone.

    Args:
        settings: which encoder, passages and folder.
        sources: files and folders; None takes the ones of the settings.
        on_progress: told (stage, done, total) now and then; total None when unknown.

    Raises:
        SourcesError: a source is missing or empty, or nothing in them could be read.
        IndexBusyError: another process is writing to the index.
        IndexDamagedError: the store cannot be read.
        SettingsError: the encoder or the user dictionary cannot be loaded.
    """
    files = _files(settings, settings.corpus.sources if sources is None else sources)
    with _writer(settings, on_progress) as writer:
        return writer.sync(files, drop_others=True)


def add(
    settings: Settings, sources: Sequence[Path], *, on_progress: Progress | None = None
) -> BuildReport:
    """Add files to the index, or replace those that changed; the rest stays.

    Raises:
        IndexMismatchError: the index was built with other settings.
        SourcesError, IndexBusyError, IndexDamagedError, SettingsError: as for `build`.
    """
    files = _files(settings, sources)
    with _writer(settings, on_progress) as writer:
        writer.require_same_recipe()
        return writer.sync(files, drop_others=False)


def remove(
    settings: Settings, targets: Sequence[str], *, on_progress: Progress | None = None
) -> BuildReport:
    """Remove articles (by identifier) or files (by name or folder); the rest stays.

    Raises:
        SourcesError: a target is neither an article nor a source of the index.
        IndexMissingError, IndexMismatchError, IndexBusyError, IndexDamagedError: see there.
    """
    Store.open(settings.index.dir / STORE).close()
    with _writer(settings, on_progress) as writer:
        writer.require_same_recipe()
        return writer.remove(targets)


def open_index(settings: Settings) -> OpenIndex:
    """Open the index for reading; derived indexes that are behind or damaged are made again.

    Raises:
        IndexMissingError: there is no index.
        IndexMismatchError: it was built with another encoder.
        IndexDamagedError: the store cannot be read.
    """
    store = Store.open(settings.index.dir / STORE)
    encoder, segmenter = _encoder(settings), _segmenter(settings)
    built_with = store.meta("encoder")
    if built_with != encoder.fingerprint:
        message = (
            f"the index at {settings.index.dir} was built with another embedding model "
            f"({built_with}) than the configuration names ({encoder.fingerprint}): "
            f"{REBUILD} to embed it anew, or set encoder back"
        )
        raise IndexMismatchError(message)
    recipe = _recipe(settings, encoder, segmenter)
    return OpenIndex(store, _generation(settings, store, recipe), encoder, segmenter)


def check(settings: Settings) -> list[Problem]:
    """Verify the whole index; [] when everything agrees.

    Raises:
        IndexMissingError, IndexMismatchError, IndexDamagedError: see `open_index`.
    """
    store = Store.open(settings.index.dir / STORE)
    problems = [Problem(fault, f"{REBUILD} after deleting the index") for fault in store.faults()]
    encoder, segmenter = _encoder(settings), _segmenter(settings)
    if store.meta("encoder") != encoder.fingerprint:
        return [*problems, Problem("the vectors are another encoder's", REBUILD)]
    folder = settings.index.dir / GENERATIONS
    mend = "ask any question (`wenju ask`): it is made again from the store"
    try:
        generation = open_generation(folder, _recipe(settings, encoder, segmenter))
    except GenerationError as fault:
        return [*problems, Problem(f"derived indexes: {fault}", mend)]
    if generation.version != store.version:
        what = f"derived indexes stand at version {generation.version}, store at {store.version}"
        problems.append(Problem(what, mend))
    passages = store.counts().passages
    for name, held in (("vector", len(generation.vectors)), ("lexical", len(generation.lexical))):
        if held != passages:
            problems.append(Problem(f"{name} index holds {held} of {passages} passages", mend))
    return problems


def ingest_report(settings: Settings) -> Summary:
    """Return what came in: encodings, repairs, duplicates, missing dates, failures.

    Raises:
        IndexMissingError, IndexDamagedError: see `open_index`.
    """
    store = Store.open(settings.index.dir / STORE)
    return summarise([*store.articles(), *store.failures()])


class _Writer:
    """One run of changes, holding the write lock."""

    def __init__(self, settings: Settings, store: Store, on_progress: Progress | None) -> None:
        self._settings = settings
        self._store = store
        self._encoder = _encoder(settings)
        self._recipe = _recipe(settings, self._encoder, _segmenter(settings))
        self._progress = on_progress or _silent
        self._begun = time.perf_counter()
        self._waiting: list[Article] = []
        self._failures: list[Failure] = []

    @property
    def _fingerprints(self) -> dict[str, str]:
        corpus = self._settings.corpus
        ingest = f"{INGEST_LAYOUT}:{corpus.passage_chars}:{corpus.overlap_sentences}"
        return {"encoder": self._encoder.fingerprint, "ingest": ingest}

    def require_same_recipe(self) -> None:
        """Refuse to mix passages or vectors made in two ways."""
        for key, wanted in self._fingerprints.items():
            built_with = self._store.meta(key)
            if built_with not in (None, wanted):
                message = (
                    f"the index was built with other settings ({key} {built_with}, now {wanted}): "
                    f"{REBUILD} to build it anew"
                )
                raise IndexMismatchError(message)

    def sync(self, files: dict[str, Path], *, drop_others: bool) -> BuildReport:
        """Bring the store to hold these files (source name → path), then the derived indexes."""
        hashes = {source: _file_sum(path) for source, path in files.items()}
        with self._store.change() as version:
            if any(self._store.meta(key) != value for key, value in self._fingerprints.items()):
                self._forget_everything(version)
            known = self._store.file_hashes()
            gone = [source for source in known if drop_others and source not in files]
            changed = [s for s in files if known.get(s) != hashes[s]]
            for source in gone:
                self._store.drop_file(source)
            for number, source in enumerate(changed):
                self._progress("read", number, len(changed))
                self._ingest(source, files[source], hashes[source], version)
            self._embed(version)
            self._store.drop_orphans(version)
            self._refuse_empty(files)
            for key, value in self._fingerprints.items():
                self._store.set_meta(key, value)
        replaced = sum(source in known for source in changed)
        return self._publish(
            added=len(changed) - replaced,
            replaced=replaced,
            removed=len(gone),
            unchanged=len(files) - len(changed),
        )

    def remove(self, targets: Sequence[str]) -> BuildReport:
        """Drop articles by identifier and files by source name, path or folder."""
        dropped = 0
        with self._store.change() as version:
            ids = set(self._store.article_ids())
            for target in targets:
                if target in ids:
                    self._store.drop_articles_of([target])
                    continue
                sources = self._matching(target)
                for source in sources:
                    self._store.drop_file(source)
                dropped += len(sources)
            self._store.drop_orphans(version)
        self._store.compact()
        return self._publish(added=0, replaced=0, removed=dropped, unchanged=0)

    def _matching(self, target: str) -> list[str]:
        name = _source_name(self._settings, Path(target).absolute())
        known = self._store.file_hashes()
        found = [s for s in known if s in (target, name) or s.startswith(f"{name}/")]
        if not found:
            message = (
                f"{target!r} is neither an article nor a source of this index: `wenju report` "
                "lists the sources, `wenju ask` shows article identifiers"
            )
            raise SourcesError(message)
        return found

    def _forget_everything(self, version: int) -> None:
        for source in self._store.file_hashes():
            self._store.drop_file(source)
        self._store.drop_orphans(version)

    def _ingest(self, source: str, path: Path, digest: str, version: int) -> None:
        file_id = self._store.put_file(source, digest)
        ordinal = 0
        for item in read_articles(path, source=source):
            if isinstance(item, Failure):
                self._failures.append(item)
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
                texts.append(fold_text(f"{article.title}\n{text}"))
        self._waiting.clear()
        if passages:
            vectors = self._encoder.encode_passages(texts)
            self._store.put_passages(passages, vectors, version=version)

    def _refuse_empty(self, files: Iterable[str]) -> None:
        if self._store.counts().articles == 0:
            reasons = "; ".join(f"{f.source}: {f.reason}" for f in self._failures[:3])
            message = (
                f"no article could be read from {', '.join(files)}: {reasons or 'no text'} "
                "(the index was left as it was)"
            )
            raise SourcesError(message)

    def _publish(self, *, added: int, replaced: int, removed: int, unchanged: int) -> BuildReport:
        _bring_up(self._settings, self._store, self._recipe, self._progress)
        counts = self._store.counts()
        return BuildReport(
            added=added,
            replaced=replaced,
            removed=removed,
            unchanged=unchanged,
            articles=counts.articles,
            passages=counts.passages,
            failures=tuple(self._failures),
            seconds=round(time.perf_counter() - self._begun, 3),
        )


@contextmanager
def _writer(settings: Settings, on_progress: Progress | None) -> Iterator[_Writer]:
    with _lock(settings.index.dir):
        store = Store.create(settings.index.dir / STORE)
        try:
            yield _Writer(settings, store, on_progress)
        finally:
            store.close()


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        message = f"another process is writing to {folder}: wait until it has finished"
        raise IndexBusyError(message) from error
    try:
        yield
    finally:
        os.close(descriptor)


def _generation(settings: Settings, store: Store, recipe: Recipe) -> Generation:
    """Return the current generation, made anew when it is missing, behind or damaged."""
    folder = settings.index.dir / GENERATIONS
    found: Generation | None = None
    try:
        found = open_generation(folder, recipe)
    except GenerationError as fault:
        log.warning("derived indexes are made again from the store: %s", fault)
    if found is not None and found.version == store.version:
        return found
    try:
        with _lock(settings.index.dir):
            return _bring_up(settings, store, recipe, _silent)
    except IndexBusyError:
        if found is None:
            raise
        return found


def _bring_up(
    settings: Settings, store: Store, recipe: Recipe, on_progress: Progress
) -> Generation:
    """Return a generation at the store's version; the caller holds the write lock."""
    folder = settings.index.dir / GENERATIONS
    folder.mkdir(exist_ok=True)
    base: Generation | None = None
    try:
        base = open_generation(folder, recipe)
    except GenerationError as fault:
        log.info("building derived indexes from the store: %s", fault)
    if base is not None and base.version == store.version:
        return base
    if base is not None and base.version > store.version:
        base = None
    try:
        return publish(folder, store, recipe, base=base, on_progress=on_progress)
    except GenerationError as fault:
        message = f"the derived indexes cannot be made: {fault}; {REBUILD} after deleting {folder}"
        raise IndexDamagedError(message) from fault


def _recipe(settings: Settings, encoder: Encoder, segmenter: Segmenter) -> Recipe:
    dictionary = settings.corpus.dictionary
    words = "" if dictionary is None else _file_sum(dictionary)[:16]
    return Recipe(
        tokenizer=partial(tokenize, segmenter=segmenter),
        token_fingerprint=f"{LEXICAL_LAYOUT}:{words}",
        dim=encoder.dim,
    )


def _encoder(settings: Settings) -> Encoder:
    chosen = settings.encoder
    try:
        return load_encoder(
            chosen.kind,
            model=chosen.model,
            device=chosen.device,
            batch_size=chosen.batch_size,
            query_prompt=chosen.query_prompt,
            passage_prompt=chosen.passage_prompt,
            allow_download=chosen.allow_download,
        )
    except EmbeddingsError as error:
        message = f"encoder: {error}"
        raise SettingsError(message) from error


def _segmenter(settings: Settings) -> Segmenter:
    try:
        return load_segmenter(dictionary=settings.corpus.dictionary)
    except CorpusError as error:
        message = f"corpus.dictionary: {error}"
        raise SettingsError(message) from error


def _files(settings: Settings, sources: Sequence[Path]) -> dict[str, Path]:
    try:
        paths = find_files([Path(source) for source in sources])
    except CorpusError as error:
        raise SourcesError(str(error)) from error
    return {_source_name(settings, path.absolute()): path for path in paths}


def _source_name(settings: Settings, path: Path) -> str:
    """Return how a file is called: relative to the configuration's folder when inside it."""
    normal = Path(os.path.normpath(path))
    if normal.is_relative_to(settings.folder):
        return normal.relative_to(settings.folder).as_posix()
    return normal.as_posix()


def _file_sum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    return None
