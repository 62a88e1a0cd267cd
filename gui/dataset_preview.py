"""Looking at datasets in the background: thumbnails, class counts, downloads. The window only gets arrays."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.data import catalogue
from engine.data.checking import SPLITS
from engine.data.dataset import DataError, Dataset
from engine.data.division import Division
from engine.data.kinds import DataKind
from engine.data.tables.seen import ColumnSeen, seen
from engine.graph.targets import CLASSIFIED, TargetKind
from engine.training.data_loading import load_data, rows_key
from engine.training.recipe import Recipe
from gui.threads import STACK_BYTES

THUMBNAILS = 10
MOST_KEPT = 16
_MOST_EXAMPLES, _MOST_CELLS = 500, 1_000_000
_EXAMPLES_SEED = 0


@dataclass(frozen=True, eq=False)
class Examples:
    """Some samples of a table with their targets, raw as in a dataset. ``held``: none of them was learned from."""

    inputs: np.ndarray
    targets: np.ndarray
    held: bool

    @classmethod
    def of(cls, data: Dataset) -> Examples:
        """Some held-back samples at random, or training samples where none are held back."""
        held = [split for split in (data.validation, data.test) if len(split)]
        splits = held or [data.train]
        most = min(_MOST_EXAMPLES, max(20, _MOST_CELLS // max(1, data.schema.input.count))) // len(splits)
        chance, parts = np.random.default_rng(_EXAMPLES_SEED), []
        for split in splits:
            some = np.sort(chance.permutation(len(split))[:most])
            parts.append(split.take(some.astype(np.int64)))
        rows, targets = [part.inputs for part in parts], [part.targets for part in parts]
        return cls(np.concatenate(rows), np.concatenate(targets), bool(held))


@dataclass(frozen=True, eq=False)
class DatasetPreview:
    """What there is to see of a dataset: pictures (n×channels×height×width, uint8) or a few rows of a table.

    ``points`` are the first two input columns and the class of up to 1,000 training rows, for data with two inputs;
    ``pairs`` the input and the answer of up to 1,000 rows, for data with one of each. ``sample`` are the raw inputs of
    up to 1,000 training rows. ``seen`` is what training rows of a table hold in each of its fields, ``examples`` are
    some of its rows to try.
    """

    dataset: str
    rows: dict[str, int]
    class_counts: tuple[int, ...]
    pictures: np.ndarray | None = None
    columns: tuple[str, ...] = ()
    table: np.ndarray | None = None
    points: tuple[np.ndarray, np.ndarray] | None = None
    pairs: tuple[np.ndarray, np.ndarray] | None = None
    sample: np.ndarray | None = None
    text: str = ""
    """The beginning of a text."""
    seen: tuple[ColumnSeen, ...] = ()
    examples: Examples | None = None
    problem: str = ""
    classes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The rows of each class by split, empty for what has no classes."""
    division: Division | None = None
    """How the rows were divided."""


def look_at(recipe: Recipe) -> DatasetPreview:
    """Load the recipe's dataset and look at it. Slow: for a thread. A problem is told in the result."""
    try:
        data = load_data(recipe)
        return replace(_seen(recipe.dataset, data), classes=_classes(data), division=data.division)
    except DataError as error:
        return DatasetPreview(recipe.dataset, {}, (), problem=str(error))


def _classes(data: Dataset) -> dict[str, tuple[int, ...]]:
    target = data.schema.target
    if target.kind not in CLASSIFIED:
        return {}
    return {name: catalogue.class_counts(getattr(data, name), target.size) for name in SPLITS}


def _seen(name: str, data: Dataset) -> DatasetPreview:
    target = data.schema.target
    counts = () if target.kind not in CLASSIFIED else catalogue.class_counts(data.train, target.size)
    if target.kind is TargetKind.LABELS:
        counts = tuple(int(count) for count in data.train.targets.sum(axis=0))
    rows = {"train": len(data.train), "validation": len(data.validation), "test": len(data.test)}
    first = data.train.take(np.arange(min(1_000, len(data.train))))
    if data.schema.kind is DataKind.PICTURES:
        return DatasetPreview(name, rows, counts, catalogue.preview(data, THUMBNAILS), sample=np.asarray(first.inputs))
    if data.schema.kind is DataKind.TEXT:
        return DatasetPreview(name, rows, counts, text=catalogue.text_preview(data))
    table, columns = catalogue.table_preview(data, 6), catalogue.table_columns(data)
    points = pairs = None
    if data.schema.input.sizes == (2,) and target.kind in CLASSIFIED:
        points = (first.inputs.astype(np.float64), first.targets.astype(np.int64))
    if data.schema.input.sizes == (1,) and target.kind is TargetKind.VALUES and target.size == 1:
        pairs = (first.inputs[:, 0].astype(np.float64), first.targets.reshape(-1).astype(np.float64))
    return DatasetPreview(
        name,
        rows,
        counts,
        columns=columns,
        table=table,
        points=points,
        pairs=pairs,
        sample=first.inputs,
        seen=seen(data.schema.fields, data.train.inputs),
        examples=Examples.of(data),
    )


class _Thread(QThread):
    """Does one thing after another; only the newest look that was asked for matters."""

    looked = Signal(object, object)
    progressed = Signal(str, float)
    downloaded = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._condition = threading.Condition()
        self._recipe: Recipe | None = None
        self._downloads: list[str] = []
        self._cancelled: set[str] = set()
        self._ending = False

    def look(self, recipe: Recipe) -> None:
        with self._condition:
            self._recipe = recipe
            self._condition.notify()

    def download(self, name: str) -> None:
        with self._condition:
            self._cancelled.discard(name)
            if name not in self._downloads:
                self._downloads.append(name)
            self._condition.notify()

    def cancel(self, name: str) -> None:
        self._cancelled.add(name)

    def end(self) -> None:
        with self._condition:
            self._ending = True
            self._condition.notify()

    def run(self) -> None:
        while True:
            with self._condition:
                while self._recipe is None and not self._downloads and not self._ending:
                    self._condition.wait()
                if self._ending:
                    return
                recipe, self._recipe = self._recipe, None
                name = self._downloads.pop(0) if recipe is None else ""
            try:
                if recipe is not None:
                    self.looked.emit(recipe, look_at(recipe))
                else:
                    self._fetch(name)
            except Exception as error:  # the last door of the thread; the window goes on
                sys.excepthook(type(error), error, error.__traceback__)

    def _fetch(self, name: str) -> None:
        def progress(done: int, total: int) -> None:
            self.progressed.emit(name, done / total if total else 0.0)

        try:
            catalogue.download(name, progress, lambda: self._ending or name in self._cancelled)
            self.downloaded.emit(name, "")
        except catalogue.DownloadCancelled:
            self.downloaded.emit(name, "Download stopped. It resumes from there next time.")
        except DataError as error:
            self.downloaded.emit(name, str(error))


class DataPreview(QObject):
    """Looks at datasets and downloads them without holding up the window.

    ``looked(recipe, DatasetPreview)``; ``progressed(name, 0 … 1)``; ``downloaded(name, problem or "")``.
    """

    looked = Signal(object, object)
    progressed = Signal(str, float)
    downloaded = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looker, self._downloader = _Thread(), _Thread()
        self._looker.looked.connect(self._keep)
        self._downloader.progressed.connect(self.progressed)
        self._downloader.downloaded.connect(self.downloaded)
        self._kept: OrderedDict[Hashable, DatasetPreview] = OrderedDict()
        """Those looked at last: every edit of an image makes another dataset."""
        self._looker.start()
        self._downloader.start()

    def same(self, one: Recipe, other: Recipe) -> bool:
        """Whether both recipes have the same rows, divided in the same way."""
        return rows_key(one) == rows_key(other)

    def look(self, recipe: Recipe) -> DatasetPreview | None:
        """What is known of the recipe's dataset; otherwise None, and ``looked`` follows."""
        known = self._kept.get(rows_key(recipe))
        if known is None:
            self._looker.look(recipe)
        return known

    @Slot(object, object)
    def _keep(self, recipe: Recipe, look: DatasetPreview) -> None:
        key = rows_key(recipe)
        if key in self._kept:
            return  # asked for again before the first was known: to tell it twice would have views begin anew
        if not look.problem:
            self._kept[key] = look
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self.looked.emit(recipe, look)

    def download(self, name: str) -> None:
        """Fetch a dataset; ``progressed`` and ``downloaded`` follow."""
        self._downloader.download(name)

    def cancel(self, name: str) -> None:
        """Stop fetching it; what has arrived is kept for the next time."""
        self._downloader.cancel(name)

    def close(self) -> None:
        """End the threads; a download under way stops at its next piece."""
        for thread in (self._looker, self._downloader):
            thread.end()
            thread.wait()
