"""Pairs of nearly equal images as a list of which only what is on show is painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.data.pictures.duplicates import NearPairs
from engine.data.pictures.layout import GivenPart
from engine.text import printable
from gui.array_image import image_of
from gui.plain_text import plain_tip
from gui.theme import fonts
from gui.theme.style import current
from gui.wall.filters import SPLIT_WORDS
from gui.wall.sieve import Mask
from gui.wall.thumbnails import Wall

Index = QModelIndex | QPersistentModelIndex
_SIDE, _GAP, _LINE = 72, 10, 20


@dataclass(frozen=True, eq=False)
class SeenPairs:
    """Pairs as they are after edits, P each: ``open`` where no image of a pair is excluded, in ``other_class`` and
    ``other_split`` where the two are not of one."""

    pairs: NDArray[np.int64]
    open: Mask
    other_class: Mask
    other_split: Mask

    @classmethod
    def of(cls, found: NearPairs, wall: Wall) -> SeenPairs:
        """Those of the images of a wall."""
        one, other = found.pairs[:, 0], found.pairs[:, 1]
        parts, labels = wall.images.parts, wall.images.labels
        return cls(
            found.pairs,
            (parts[one] != int(GivenPart.ANY)) & (parts[other] != int(GivenPart.ANY)),
            labels[one] != labels[other],
            parts[one] != parts[other],
        )


class PairModel(QAbstractListModel):
    """Shows the pairs at the places ``shown``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wall: Wall | None = None
        self.seen: SeenPairs | None = None
        self.shown: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def show_pairs(self, wall: Wall, seen: SeenPairs, shown: NDArray[np.int64]) -> None:
        """Show some of the pairs of the images of a wall."""
        self.beginResetModel()
        self.wall, self.seen, self.shown = wall, seen, shown
        self.endResetModel()

    def pair(self, row: int) -> tuple[int, int]:
        """The numbers of both images."""
        assert self.seen is not None
        one, other = self.seen.pairs[self.shown[row]].tolist()
        return one, other

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def words(self, row: int) -> tuple[str, str, str]:
        """What there is to say of a pair: how the two belong together, then each of them."""
        assert self.seen is not None
        assert self.wall is not None
        place = self.shown[row]
        label = "Different classes" if self.seen.other_class[place] else "Same class"
        split = "across splits" if self.seen.other_split[place] else "same split"
        one, other = (self._image(number) for number in self.pair(row))
        return f"{label}, {split}", one, other

    def _image(self, number: int) -> str:
        assert self.wall is not None
        images = self.wall.images
        name = printable(images.names[number]) if images.names else f"Image {number + 1:,}"
        split = SPLIT_WORDS[GivenPart(int(images.parts[number]))]
        return f"{name} · {self.wall.class_name(int(images.labels[number]))} · {split}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.wall is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "; ".join(self.words(index.row()))
        return plain_tip("\n".join(self.words(index.row()))) if role == Qt.ItemDataRole.ToolTipRole else None


class PairPainter(QStyledItemDelegate):
    """Paints both images side by side, and what there is to say of them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(4 * _SIDE, _SIDE + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, theme = index.model(), current()
        if not isinstance(model, PairModel) or model.wall is None or model.seen is None:
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(theme.selected if is_chosen else theme.canvas))
        if is_chosen:  # colour is not the only sign
            painter.fillRect(rect.left(), rect.top(), 4, rect.height(), QColor(theme.accent))
        pixels = model.wall.images.images(np.array(model.pair(index.row())))
        left = rect.left() + _GAP + 4
        for place, image in enumerate(pixels):
            height, width = image.shape[1:]
            scale = _SIDE / max(height, width)
            shown = QRectF(0, 0, width * scale, height * scale)
            shown.moveCenter(QRectF(left + place * (_SIDE + _GAP), rect.top() + _GAP, _SIDE, _SIDE).center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            painter.drawImage(shown, image_of(image))
        words, one, other = model.words(index.row())
        place = model.shown[index.row()]
        is_bad = bool(model.seen.other_class[place] or model.seen.other_split[place])
        x = left + 2 * (_SIDE + _GAP) + 4
        top = rect.top() + (rect.height() - 3 * _LINE) / 2
        for at, (line, role, colour) in enumerate(
            (
                (words, "strong", theme.warning_text if is_bad else theme.text),
                (one, "text", theme.quiet),
                (other, "text", theme.quiet),
            )
        ):
            painter.setFont(fonts.font(role))
            painter.setPen(QColor(colour))
            room = QRectF(x, top + at * _LINE, rect.right() - x - _GAP, _LINE)
            cut = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideMiddle, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.text))
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -1, -1))
        painter.restore()
