"""Which part of a matrix is on show, and its cells as shades: what zooming into hundreds of classes needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, qRgb

from gui.theme.contrast import channels

_LEVELS = 127
"""The shades of a wrong cell are 0 … 127, those of a right one 128 … 255."""
_LEAST = 4.0
"""So many cells a side are shown at least."""


@dataclass(frozen=True)
class MatrixPart:
    """A square of ``span`` × ``span`` cells out of ``size`` × ``size``, from ``left`` and ``top`` on, in cells."""

    size: int
    left: float = 0.0
    top: float = 0.0
    span: float = 0.0

    @classmethod
    def whole(cls, size: int) -> MatrixPart:
        """All of a matrix."""
        return cls(size, span=float(size))

    @property
    def is_whole(self) -> bool:
        return self.span >= self.size

    def zoomed(self, factor: float, x: float = 0.5, y: float = 0.5) -> MatrixPart:
        """``factor`` times as large cells (above 1: fewer of them); what lies at ``x``, ``y`` (0 to 1 of the part)
        stays there."""
        span = min(max(self.span / factor, min(_LEAST, self.size)), self.size)
        gone = self.span - span
        return replace(self, left=self.left + x * gone, top=self.top + y * gone, span=span)._inside()

    def moved(self, across: float, down: float) -> MatrixPart:
        """Further to the right and down by so many cells."""
        return replace(self, left=self.left + across, top=self.top + down)._inside()

    def showing(self, row: int, column: int) -> MatrixPart:
        """As little moved as shows a cell in full."""
        left = min(max(self.left, column + 1 - self.span), column)
        top = min(max(self.top, row + 1 - self.span), row)
        return replace(self, left=left, top=top)._inside()

    def around(self, row: int, column: int) -> MatrixPart:
        """With a cell in its middle, as far as the matrix goes."""
        return replace(self, left=column + 0.5 - self.span / 2, top=row + 0.5 - self.span / 2)._inside()

    def _inside(self) -> MatrixPart:
        most = self.size - self.span
        return replace(self, left=min(max(self.left, 0.0), most), top=min(max(self.top, 0.0), most))

    @property
    def rows(self) -> range:
        """The rows of which something is on show."""
        return self._range(self.top)

    @property
    def columns(self) -> range:
        """The columns of which something is on show."""
        return self._range(self.left)

    def _range(self, first: float) -> range:
        return range(max(0, int(first)), min(self.size, int(np.ceil(first + self.span - 1e-9))))


def levels_of(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The shade of each cell, uint8 size×size: its share of its row, of wrong ones by the square root, so that one
    mistake in a hundred can be seen."""
    sums = np.maximum(counts.sum(axis=1, keepdims=True), 1).astype(np.float32)
    shares = counts / sums
    levels: NDArray[np.uint8] = np.rint(np.sqrt(shares) * _LEVELS).astype(np.uint8)
    levels[(levels == 0) & (counts > 0)] = 1
    np.fill_diagonal(levels, 128 + np.rint(np.diag(shares) * _LEVELS))
    return levels


def pooled(levels: NDArray[np.uint8], cells: int) -> NDArray[np.uint8]:
    """Shades of blocks of ``cells``×``cells``, each that of its strongest cell: no mistake is lost from afar."""
    if cells <= 1:
        return levels
    size = -(-len(levels) // cells)
    padded = np.zeros((size * cells, size * cells), dtype=np.uint8)
    padded[: len(levels), : len(levels)] = levels
    blocks = padded.reshape(size, cells, size, cells)
    right = np.where(blocks > _LEVELS, blocks, 0).max(axis=(1, 3))
    wrong = np.where(blocks > _LEVELS, 0, blocks).max(axis=(1, 3))
    strongest = (right > 0) & (right.astype(np.int16) - 128 >= wrong)
    found: NDArray[np.uint8] = np.where(strongest, right, wrong)
    return found


def shaded(levels: NDArray[np.uint8], ground: str, right: str, wrong: str) -> QImage:
    """An image of one pixel a cell, in colours of the theme."""
    height, width = levels.shape
    pixels = np.ascontiguousarray(levels)
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
    low = np.array(channels(ground), dtype=np.float64)
    table = []
    for full in (wrong, right):
        high = np.array(channels(full), dtype=np.float64)
        for level in range(_LEVELS + 1):
            red, green, blue = (int(one) for one in (low + (high - low) * level / _LEVELS).round())
            table.append(qRgb(red, green, blue))
    image.setColorTable(table)
    return image.convertToFormat(QImage.Format.Format_RGB32)
