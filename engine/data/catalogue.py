"""Every dataset by name: what it is, whether it is here, and its rows.

Quick to import and free of torch: the window lists the datasets as it opens. Rows are made or read when asked
for, and kept in memory for the next time up to a limit.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data import folders
from engine.data.checking import check
from engine.data.dataset import DataError, Dataset, Schema
from engine.data.download import Cancelled, DownloadCancelled, Progress
from engine.data.download import download as fetch
from engine.data.fingerprint import Fingerprint
from engine.data.folding import Folds, fold_dataset, fold_pool
from engine.data.kinds import DataKind, SplitKind
from engine.data.memory import MemoryCache
from engine.data.preview import class_counts, preview, table_columns, table_preview, text_preview
from engine.data.sources import (
    drawn_digits,
    houses,
    mnist,
    mnist_and_strokes,
    own_examples,
    own_pictures,
    own_table,
    own_text,
    points,
    python_topics,
    sklearn_tables,
    synthetic_regression,
    uci_digits,
)
from engine.data.sources.source import TEST, VALIDATION, InOrder, Pool, Source
from engine.data.splitting import check_fractions, divided, split_sizes
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import BadParameter, Parameter, Params
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind

__all__ = [
    "CatalogueEntry",
    "DownloadCancelled",
    "class_counts",
    "download",
    "entry",
    "is_available",
    "is_known",
    "is_own",
    "load",
    "names",
    "preview",
    "schema",
    "signature",
    "table_columns",
    "table_preview",
    "text_preview",
]

SOURCES: dict[str, Source] = {
    "strokes": drawn_digits.STROKES,
    "uci-digits": uci_digits.UCI_DIGITS,
    "mnist": mnist.MNIST,
    "mnist+strokes": mnist_and_strokes.MNIST_AND_STROKES,
    "fashion-mnist": mnist.FASHION_MNIST,
    "circles": points.CIRCLES,
    "moons": points.MOONS,
    "spirals": points.SPIRALS,
    "xor": points.XOR,
    "blobs": points.BLOBS,
    "line": synthetic_regression.LINE,
    "always-five": synthetic_regression.ALWAYS_FIVE,
    "houses": houses.HOUSES,
    "iris": sklearn_tables.IRIS,
    "wine": sklearn_tables.WINE,
    "breast-cancer": sklearn_tables.BREAST_CANCER,
    "diabetes": sklearn_tables.DIABETES,
    "python-topics": python_topics.PYTHON_TOPICS,
    "own-text": own_text.OWN_TEXT,
    own_table.NAME: own_table.OWN_TABLE,
    own_pictures.NAME: own_pictures.OWN_PICTURES,
    own_examples.NAME: own_examples.OWN_EXAMPLES,
}
"""Every dataset by its name, in the order in which they are offered."""

CACHE = MemoryCache(512 * 1024 * 1024)
"""What was loaded lately, shared by all who ask; its rows take that many bytes at most."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One line of the catalogue, known without loading anything.

    ``schema``, ``rows`` (of "train", "validation" and "test") and ``size_bytes`` are those of the default
    options; ``size_bytes`` is how much there is to download, for data that comes from elsewhere, and
    otherwise the memory that the rows take.
    """

    schema: Schema
    options: tuple[Parameter, ...]
    downloadable: bool
    size_bytes: int
    rows: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name that a recipe and the command line call it by."""
        return self.schema.name

    def is_available(self) -> bool:
        """Whether it can be loaded without a download: a look at the files, quick enough for a list on screen."""
        remote = _source(self.name).remote
        return remote is None or remote.is_available()

    def where_to_put(self) -> Path:
        """The folder where its files may be put by hand, and where downloads go."""
        remote = _source(self.name).remote
        return remote.folder if remote is not None else folders.downloads() / self.name


def names() -> tuple[str, ...]:
    """The names of all datasets that are there by themselves, in the order to show them."""
    return tuple(name for name, source in SOURCES.items() if not source.asks_for)


def is_known(name: str) -> bool:
    """Whether there is a dataset of that name, by itself or made of a file of the user's."""
    return name in SOURCES


def is_own(name: str) -> bool:
    """Whether a dataset is made of a file of the user's, which one of its options names."""
    return name in SOURCES and bool(SOURCES[name].asks_for)


def is_of_file(name: str) -> bool:
    """Whether one of the options of a dataset names the file that it is made of."""
    return name in SOURCES and bool(SOURCES[name].file)


def is_available(name: str) -> bool:
    """Whether a dataset can be loaded without a download: a look at the files. Raises DataError for an unknown name."""
    remote = _source(name).remote
    return remote is None or remote.is_available()


def entry(name: str, options: Mapping[str, Any] | None = None) -> CatalogueEntry:
    """What the catalogue knows of a dataset. Raises DataError for an unknown name, and for a file that cannot be read.

    Data that is made of a file of the user's takes ``options`` that name it.
    """
    source = _source(name)
    options = _options(name, options)
    described = schema(name, options)
    if (base := source.base(options)) is not None:
        other = entry(base.name, base.options)
        rows = {**other.rows, "train": other.rows["train"] + source.rows(options)}
        size = _memory(described, sum(rows.values()))
        return CatalogueEntry(described, source.options, other.downloadable, size, rows)
    if source.in_order is not None:
        return _entry_in_order(source, source.in_order, options)
    pool = source.rows(options)
    given = source.test_rows or source.held_out(options)
    train, validation, test = split_sizes(pool, VALIDATION, 0.0 if given else TEST)
    size = source.remote.size_bytes if source.remote is not None else _memory(described, pool + given)
    return CatalogueEntry(
        schema=described,
        options=source.options,
        downloadable=source.remote is not None,
        size_bytes=size,
        rows={"train": train, "validation": validation, "test": given or test},
    )


def _entry_in_order(source: Source, in_order: InOrder, options: Params) -> CatalogueEntry:
    """The entry of a source that divides its rows itself; without any where it waits for a file."""
    try:
        data = in_order.load(options, VALIDATION, TEST)
    except DataError:
        data = None
    rows = {name: 0 if data is None else len(getattr(data, name)) for name in ("train", "validation", "test")}
    return CatalogueEntry(
        schema=in_order.schema(options, VALIDATION, TEST),
        options=source.options,
        downloadable=False,
        size_bytes=0 if data is None else data.nbytes,
        rows=rows,
    )


def options(name: str) -> tuple[Parameter, ...]:
    """The settings that a dataset declares. Raises DataError for an unknown name."""
    return _source(name).options


def offered(name: str, options: Mapping[str, Any] | None = None) -> tuple[Parameter, ...]:
    """The same as a form offers them, which may depend on their values. Raises DataError."""
    source = _source(name)
    return source.options if source.offered is None else source.offered(_options(name, options))


def brings_test_rows(name: str) -> bool:
    """Whether a dataset comes with test rows of its own, which are kept. Raises DataError for an unknown name."""
    return bool(_source(name).test_rows)


def given_parts(name: str, options: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """The parts, "validation" and "test", that come with a dataset under these options, so that no share applies to
    them; none where that is not known. Raises DataError for an unknown name or option."""
    source, checked = _source(name), _options(name, options)
    try:
        if (base := source.base(checked)) is not None:
            return given_parts(base.name, base.options)
        return ("test",) if source.test_rows else source.given(checked)
    except DataError:
        return ()


def schema(
    name: str, options: Mapping[str, Any] | None = None, *, validation: float = VALIDATION, test: float = TEST
) -> Schema:
    """The schema under the given options, without loading rows. Raises DataError.

    ``validation`` and ``test`` are the shares that ``load`` will be asked for; only of data whose rows follow one
    another does the schema depend on them.
    """
    source, checked = _source(name), _options(name, options)
    if (base := source.base(checked)) is not None:
        return source.together(schema(base.name, base.options, validation=validation, test=test), checked)
    return source.schema(checked) if source.in_order is None else source.in_order.schema(checked, validation, test)


def checked_options(name: str, options: Mapping[str, Any] | None = None) -> Params:
    """All options of a dataset, those given checked. Raises DataError."""
    return _options(name, options)


def schema_if_known(name: str, options: Mapping[str, Any] | None = None) -> Schema | None:
    """The schema under the given options; None where the dataset or an option is not known here."""
    try:
        return schema(name, options)
    except DataError:
        return None


def version(name: str, options: Mapping[str, Any] | None = None) -> Hashable:
    """What is another value once the data has changed, as a file of the user's may; None where it never does."""
    try:
        return _source(name).version(_options(name, options))
    except DataError:
        return None


def file_of(name: str, options: Mapping[str, Any] | None = None) -> Path | None:
    """The file of the user's that a dataset is made of; None of other data, and where none is named yet."""
    option = _source(name).file
    checked = _options(name, options)
    path = str(checked.get(option, "")) if option else ""
    if path.strip() and (where := _source(name).path) is not None:
        return where(checked)
    return Path(path).expanduser().absolute() if path.strip() else None


def is_of_folder(name: str) -> bool:
    """Whether what a dataset is made of may be a folder. Raises DataError for an unknown name."""
    source = _source(name)
    return any(getattr(option, "takes_folders", False) for option in source.options if option.name == source.file)


def fingerprint_now(name: str, options: Mapping[str, Any] | None = None) -> Fingerprint | None:
    """That of this file as it is now; None of other data. Raises DataError, and StillReading where nobody may wait."""
    return _source(name).fingerprint(_options(name, options))


def fingerprint_remembered(name: str, options: Mapping[str, Any] | None = None) -> Fingerprint | None:
    """That of this file as it was last learned from; None where that is not known. Raises DataError."""
    known = _source(name).remembered(_options(name, options))
    return None if known is None else known.file


def learned_from(name: str, options: Mapping[str, Any] | None = None) -> None:
    """A network begins to learn from a dataset, which may want to know. Never raises."""
    with contextlib.suppress(DataError):
        _source(name).learned_from(_options(name, options))


def signature(name: str, loss: str = "", options: Mapping[str, Any] | None = None) -> Signature:
    """What a drawing for this dataset must take and give. Raises DataError for an unknown name or option."""
    return schema(name, options).signature(loss)


def load(
    name: str,
    *,
    options: Mapping[str, Any] | None = None,
    validation: float = VALIDATION,
    test: float = TEST,
    seed: int = 0,
    split: str = SplitKind.AUTO,
) -> Dataset:
    """The dataset, divided into train, validation and test rows.

    ``options`` are the settings its entry declares; what is not given has its default. ``validation`` and
    ``test`` are shares of all rows (0 to 0.9 together); where a test split came with the data it is kept and
    ``test`` has no effect. ``seed`` and ``split`` decide which row goes where, and nothing else: the rows
    themselves depend on the options only. The same arguments give the same arrays, kept in memory as long as there is
    room: treat them as read-only.

    Raises DataError: unknown name or option, data not on this computer (with what to do), files that are
    damaged.
    """
    source = _source(name)
    checked = _options(name, options)
    if source.test_rows:
        test = 0.0
    check_fractions(validation, test)
    if source.in_order is not None:
        in_order = source.in_order.load(checked, validation, test)
        check(in_order)
        return in_order
    state = source.version(checked)
    if (base := source.base(checked)) is not None:

        def mixed() -> Dataset:
            other = load(base.name, options=base.options, validation=validation, test=test, seed=seed, split=split)
            made = source.mixed(other, checked, seed)
            check(made)
            return made

        key = (name, checked, state, version(base.name, base.options), validation, test, seed, split)
        return CACHE.get(key, mixed, lambda made: made.nbytes)

    def pool() -> Pool:
        return source.make(checked)

    def dataset() -> Dataset:
        # A small pool is kept too, so that another division costs no second reading.
        rows = CACHE.get((name, checked, state), pool, lambda made: made.nbytes)
        described = source.schema(checked)
        stratified = not described.target.measured
        parts, division = divided(rows, validation, test, seed, stratified=stratified, how=SplitKind(split))
        made = Dataset(described, *parts, division=division)
        check(made)
        return made

    return CACHE.get((name, checked, state, validation, test, seed, split), dataset, lambda made: made.nbytes)


def load_folds(
    name: str,
    folds: int,
    *,
    options: Mapping[str, Any] | None = None,
    validation: float = VALIDATION,
    test: float = TEST,
    seed: int = 0,
    split: str = SplitKind.AUTO,
) -> Folds:
    """The same dataset with all but its test rows in ``folds``.

    Raises DataError as ``load``, and where rows follow one another or are too few.
    """
    whole = load(name, options=options, validation=validation, test=test, seed=seed, split=split)
    source, checked = _source(name), _options(name, options)
    if source.in_order is not None:
        raise DataError(f"{whole.schema.title} is read in order, and cannot be divided into folds. Switch them off.")
    if source.base(checked) is not None:
        return fold_dataset(whole, folds, validation, seed)
    pool = CACHE.get((name, checked, source.version(checked)), lambda: source.make(checked), lambda made: made.nbytes)
    return fold_pool(pool, whole, folds, validation, 0.0 if source.test_rows else test, seed, SplitKind(split))


def download(name: str, progress: Progress | None = None, cancelled: Cancelled | None = None) -> None:
    """Fetch a downloadable dataset into the user's data folder; see :func:`engine.data.download.download`.

    Raises DataError when there is nothing to download, no mirror can be reached, or files arrive damaged;
    DownloadCancelled when ``cancelled()`` says so.
    """
    remote = _source(name).remote
    if remote is None:
        raise DataError(f"{name} is built in: there is nothing to download.")
    fetch(remote, progress, cancelled)


def _source(name: str) -> Source:
    try:
        return SOURCES[name]
    except KeyError:
        near = difflib.get_close_matches(name, SOURCES, n=3)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(SOURCES)}."
        raise DataError(f"There is no dataset called {name!r}; {meant}") from None


def _options(name: str, options: Mapping[str, Any] | None) -> Params:
    try:
        return resolve(_source(name).options, options or {}, f"The dataset {name}")
    except BadParameter as error:
        raise DataError(str(error)) from None


def _memory(described: Schema, rows: int) -> int:
    """The bytes that ``rows`` rows take: pictures a byte a number, everything else four; class numbers eight."""
    each = described.input.count * (1 if described.kind is DataKind.PICTURES else 4)
    target = described.target
    each += {TargetKind.CLASSES: 8, TargetKind.YES_NO: 4}.get(target.kind, 4 * target.size)
    return rows * each
