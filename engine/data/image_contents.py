"""All images of a dataset in one row, with what is known of each: for looking at every one of them.

Nothing is copied: the pixels stay where the dataset has them, those of the user's own files in a mapped array.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Array, DataError, Dataset, Split
from engine.data.kinds import DataKind
from engine.data.pictures.edits import EditedRows
from engine.data.pictures.layout import SPLITS
from engine.graph.targets import CLASSIFIED

UNKNOWN = -1
"""The label of an image whose class is not known."""


@dataclass(frozen=True, eq=False)
class ImageContents:
    """The N images of a dataset, in the order of its source where that is known, else split by split.

    ``blocks`` hold the pixels, each M×channels×height×width of bytes; ``block`` and ``row`` (N) say where an image is.
    ``labels`` (N) count ``classes``, ``parts`` (N) are of ``GivenPart``, ANY for what is in none. ``names`` are those
    of the files, () where images have none.
    """

    blocks: tuple[Array, ...]
    block: NDArray[np.uint8]
    row: NDArray[np.int64]
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    parts: NDArray[np.uint8]
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Channels, height and width."""
        channels, height, width = self.blocks[0].shape[1:]
        return channels, height, width

    def images(self, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The pixels of the images with these numbers: uint8 n×channels×height×width."""
        found = np.empty((len(numbers), *self.sizes), dtype=np.uint8)
        block, row = self.block[numbers], self.row[numbers]
        for which, pixels in enumerate(self.blocks):
            there = np.flatnonzero(block == which)
            if len(there):
                found[there] = pixels[row[there]]
        return found

    def edited(self, rows: EditedRows) -> ImageContents:
        """The same images after edits."""
        return replace(self, labels=rows.labels, parts=rows.divided(self.parts))


def contents(data: Dataset, names: tuple[str, ...] = ()) -> ImageContents:
    """All images of a dataset; ``names`` are those of the rows of its source. Raises DataError for other data."""
    if data.schema.kind is not DataKind.PICTURES:
        raise DataError(f"{data.schema.title} is not a dataset of images.")
    splits = (data.train, data.validation, data.test)
    sizes = [len(split) for split in splits]
    target, is_classified = data.schema.target, data.schema.target.kind in CLASSIFIED
    block = np.repeat(np.arange(len(splits), dtype=np.uint8), sizes)
    row = np.concatenate([np.arange(size, dtype=np.int64) for size in sizes])
    labels = (
        np.concatenate([split.targets.reshape(-1) for split in splits])
        if is_classified
        else np.full(sum(sizes), UNKNOWN)
    )
    parts = np.repeat(np.array(SPLITS, dtype=np.uint8), sizes)
    places = _places(splits)
    if places is None:
        order, names = np.arange(len(row)), ()
    else:
        order = np.argsort(places, kind="stable")
        names = tuple(names[place] for place in places[order].tolist()) if names else ()
    return ImageContents(
        tuple(split.inputs for split in splits),
        block[order],
        row[order],
        target.names if is_classified else (),
        labels[order].astype(np.int64),
        parts[order],
        names,
    )


def _places(splits: tuple[Split, ...]) -> NDArray[np.int64] | None:
    """Which rows of one source they are; None where they are of several, or that is not known."""
    known = [split.places for split in splits if split.places is not None]
    found = np.concatenate(known) if known else np.empty(0, dtype=np.int64)
    return found if len(np.unique(found)) == sum(map(len, splits)) else None
