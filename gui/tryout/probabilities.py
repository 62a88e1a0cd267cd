"""How sure the network is of each class: bars that follow the pen.

A bar is as long as its number says in every frame. While a network learns, numbers change faster than a bar could glide
to its next length, and one that lags says something else than the number beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.reports.figures import probability
from gui import theme
from gui.plain_text import plain_tip

_ROW = 20.0
_MOST_UPRIGHT = 100
"""Above so many classes bars would be too thin to be told apart: they lie, the likeliest only."""
_TOLD_OF_REST = 5
"""So many classes of those that have no bar are told on hover."""


class ProbabilityBars(QWidget):
    """One bar for each of two or more classes, the likeliest in the accent.

    Short names stand below upright bars; long names, and more than 100 classes, turn the bars on their side, likeliest
    first, as many as there is room for: a last line then says how many more there are and what they have together.
    Every bar answers to hover. With ``choosable`` a click on one says that it is the right answer.
    """

    chosen = Signal(int)
    """The class whose bar was clicked, while there are probabilities."""
    rest_chosen = Signal()
    """The line that tells of the classes without a bar was clicked: the right answer may be one of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = tuple(str(digit) for digit in range(10))
        self._values: NDArray[np.float64] | None = None
        self._order: list[int] | None = None
        """The classes, likeliest first; None until somebody asks."""
        self._widest: dict[str, float] = {}
        """How wide the widest name is by font: of a thousand names it is measured once."""
        self._hovered = -1
        self._doubtful = False
        self.choosable = False
        self.independent = False
        """Whether each stands for itself, as of labels: they do not add up to 1, and those above half stand out."""
        self.empty_text = "The network's prediction appears here as you draw."
        self.setMouseTracking(True)
        self.setMinimumHeight(72)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Probabilities")
        self._describe()
        theme.notifier().changed.connect(self.update)

    def names(self) -> tuple[str, ...]:
        """The classes, in the order of the probabilities."""
        return self._names

    def set_classes(self, names: Sequence[str]) -> None:
        """Say what the bars stand for; ValueError unless there are two or more. Empties the bars."""
        if len(names) < 2:
            raise ValueError(f"Expected two or more classes, found {len(names)}.")
        self._names = tuple(str(name) for name in names)
        self._widest.clear()
        self._hovered = -1
        self._values = np.zeros(len(names))
        self.set_values(None)

    def values(self) -> NDArray[np.float64] | None:
        """The probabilities on show, or None."""
        return self._values

    @Slot(object)
    def set_values(self, values: ArrayLike | None) -> None:
        """Show probabilities (0 to 1, one for each class), or None for the empty state.

        ValueError for another number of values, or for values that are not finite.
        """
        if values is None:
            if self._values is None:
                return  # told again with every edit of the drawing
            self._values = None
        else:
            array = np.asarray(values, dtype=np.float64)
            if array.shape != (len(self._names),):
                raise ValueError(f"Expected {len(self._names)} probabilities, found an array of shape {array.shape}.")
            if not np.isfinite(array).all():
                raise ValueError("Expected probabilities that are numbers; at least one is not.")
            self._values = np.clip(array, 0.0, 1.0)
        self._order = None
        self._describe()
        self.update()

    def set_doubtful(self, doubtful: bool) -> None:
        """Whether the probabilities are those of something unlike all classes: no bar has the accent then."""
        if doubtful != self._doubtful:
            self._doubtful = doubtful
            self.update()

    def best(self) -> int | None:
        """Index of the likeliest class, or None when there is no answer."""
        return None if self._values is None else int(self._values.argmax())

    def _describe(self) -> None:
        if self._values is None:
            self.setAccessibleDescription(self.empty_text)
            return
        first = self.order()[:3]
        self.setAccessibleDescription(
            ", ".join(f"{self._names[index]}: {probability(self._values[index])}" for index in first)
        )

    def order(self) -> list[int]:
        """All classes, likeliest first; as they are named while there are no probabilities."""
        if self._order is None:
            count = len(self._names)
            found = np.arange(count) if self._values is None else np.argsort(-self._values, kind="stable")
            self._order = found.tolist()
        return self._order

    # -- geometry -----------------------------------------------------------------------------------------------

    def is_upright(self) -> bool:
        """Whether the bars stand (short names) or lie (long names, or very many)."""
        if len(self._names) > _MOST_UPRIGHT or self.independent:
            return False
        return self._name_room() <= self.width() / len(self._names) - 2 or max(map(len, self._names)) <= 3

    def _name_room(self, *, bold: bool = False) -> float:
        """How wide the widest name is, in pixels."""
        font = theme.font("caption")
        font.setBold(bold)
        key = font.key()
        if key not in self._widest:
            metrics = QFontMetricsF(font)
            self._widest[key] = max(metrics.horizontalAdvance(name) for name in self._names)
        return self._widest[key]

    def rows(self) -> list[int]:
        """Which classes lie below each other, likeliest first, when the bars lie.

        Where not all have room, a line is left for ``rest_words``.
        """
        room = max(1, int(self.height() // _ROW))
        count = len(self._names)
        return self.order()[: count if count <= room else max(1, room - 1)]

    def rest_words(self) -> str:
        """How many classes have no bar, and what they have together: "and 290 more, 3.1 % together"; "" for none."""
        rows = [] if self.is_upright() else self.rows()
        left = len(self._names) - len(rows)
        if not rows or not left or self._values is None:
            return ""
        if left == 1 or self.independent:
            return f"and {left:,} more"
        return f"and {left:,} more, {probability(float(self._values[self.order()[len(rows) :]].sum()))} together"

    def bar(self, index: int) -> QRectF:
        """Where the bar of a class lies now; an empty rectangle if it is not on show."""
        share = 0.0 if self._values is None else float(self._values[index])
        if self.is_upright():
            slot = self.width() / len(self._names)
            gap = min(5.0, slot * 0.18)
            floor = self.height() - 20.0
            tall = max(2.0, share * (floor - 2))
            return QRectF(index * slot + gap / 2, floor - tall, max(slot - gap, 1.0), tall)
        rows = self.rows()
        if index not in rows:
            return QRectF()
        left, right = self._name_width() + 8, 58.0
        length = max(2.0, share * max(self.width() - left - right, 1))
        return QRectF(left, rows.index(index) * _ROW + 4, length, _ROW - 8)

    def _name_width(self) -> float:
        """The room for names beside lying bars, with that for ranks."""
        return 2 + self._rank_width() + min(self._name_room(bold=True), self.width() * 0.4)

    def _rank_width(self) -> float:
        """The room for ranks, which are told where not all classes have a bar."""
        if len(self.rows()) == len(self._names):
            return 0.0
        return 6 + QFontMetricsF(theme.font("small-number")).horizontalAdvance(f"{len(self.rows())}")

    def rest_at(self, at: QPointF) -> bool:
        """Whether the line that tells of the classes without a bar lies at a point of the widget."""
        return QRectF(self.rect()).contains(at) and int(at.y() // _ROW) == len(self.rows()) and bool(self.rest_words())

    def class_at(self, at: QPointF) -> int:
        """The class whose bar, name or column lies at a point of the widget; -1 if none."""
        if not QRectF(self.rect()).contains(at):
            return -1
        if self.is_upright():
            return min(int(at.x() / self.width() * len(self._names)), len(self._names) - 1)
        row, rows = int(at.y() // _ROW), self.rows()
        return rows[row] if row < len(rows) else -1

    # -- events -------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.class_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
            if hovered >= 0:
                QToolTip.showText(event.globalPosition().toPoint(), plain_tip(self.hover_text(hovered)), self)
            elif not self.rest_at(event.position()):
                QToolTip.hideText()

    def hover_text(self, index: int) -> str:
        """What a bar says on hover."""
        name = self._names[index]
        if self._values is None:
            return name
        more = f". Click to keep the drawing as: {name}" if self.choosable else ""
        return f"{name}: {probability(float(self._values[index]))}{more}"

    def rest_hover_text(self) -> str:
        """What the line that tells of the classes without a bar says on hover: which come next."""
        if self._values is None:
            return ""
        first = len(self.rows())
        near = self.order()[first : first + _TOLD_OF_REST]
        told = [
            f"{rank}. {self._names[at]}: {probability(float(self._values[at]))}"
            for rank, at in enumerate(near, first + 1)
        ]
        left = len(self._names) - first - len(near)
        find = ["Click to find the right one among them."] if self.choosable else []
        return "\n".join([*told, *([f"… and {left:,} less likely ones"] if left else []), *find])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.class_at(event.position())
        if self.choosable and event.button() == Qt.MouseButton.LeftButton and index >= 0 and self._values is not None:
            self.chosen.emit(index)
        elif self.choosable and event.button() == Qt.MouseButton.LeftButton and self.rest_at(event.position()):
            self.rest_chosen.emit()
        else:
            super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # else its release goes elsewhere

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            index = self.class_at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), plain_tip(self.hover_text(index)), self)
            elif self.rest_at(QPointF(event.pos())):
                QToolTip.showText(event.globalPos(), plain_tip(self.rest_hover_text()), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 132)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_upright():
            self._paint_upright(painter)
        else:
            self._paint_lying(painter)
        if self._values is None:
            painter.setPen(QColor(theme.current().quiet))
            painter.setFont(theme.font("small"))
            room = QRectF(self.rect()).adjusted(8, 0, -8, -22)
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, wrapped, self.empty_text)
        painter.end()

    def _is_answer(self, index: int) -> bool:
        """Whether a class is what is predicted; of labels there may be several, or none."""
        if self._values is None:
            return False
        return bool(self._values[index] > 0.5) if self.independent else index == self.best()

    def _colour(self, index: int) -> QColor:
        colours = theme.current()
        if self._values is None:
            return QColor(colours.hairline)
        if self._is_answer(index) and not self._doubtful:
            return QColor(colours.accent)
        return QColor(colours.quiet if index == self._hovered else colours.faint)

    def _paint_upright(self, painter: QPainter) -> None:
        colours = theme.current()
        slot = self.width() / len(self._names)
        widest = self._name_room() + 6
        every = max(1, int(np.ceil(widest / slot)))
        best = self.best()
        for index, name in enumerate(self._names):
            bar = self.bar(index)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(index))
            radius = min(3.0, bar.width() / 2, bar.height() / 2)
            painter.drawRoundedRect(bar, radius, radius)
            told = index == best or index == self._hovered
            near = [other for other in (best, self._hovered) if other is not None and other >= 0]
            crowded = any(0 < abs(index - other) * slot < widest for other in near)
            if told or (index % every == 0 and not (every > 1 and crowded)):
                font = theme.font("caption")
                font.setBold(index == best)
                painter.setFont(font)
                painter.setPen(QColor(colours.text if told else colours.quiet))
                middle = min(max((index + 0.5) * slot, widest / 2), self.width() - widest / 2)
                box = QRectF(middle - widest / 2, self.height() - 18, widest, 16)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_lying(self, painter: QPainter) -> None:
        if self._values is None:
            return
        colours = theme.current()
        wide, ranks = self._name_width(), self._rank_width()
        vertical = Qt.AlignmentFlag.AlignVCenter
        for row, index in enumerate(self.rows()):
            best = self._is_answer(index)
            top = row * _ROW
            if ranks:
                painter.setFont(theme.font("small-number"))
                painter.setPen(QColor(colours.quiet))
                painter.drawText(QRectF(0, top, ranks - 6, _ROW), vertical | Qt.AlignmentFlag.AlignRight, f"{row + 1}")
            font = theme.font("caption")
            font.setBold(best)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if best or index == self._hovered else colours.quiet))
            name = QFontMetricsF(font).elidedText(self._names[index], Qt.TextElideMode.ElideRight, wide - ranks)
            painter.drawText(QRectF(ranks, top, wide - ranks, _ROW), vertical | Qt.AlignmentFlag.AlignRight, name)
            bar = self.bar(index)
            painter.setFont(theme.font("small-number"))
            painter.drawText(QRectF(bar.right() + 6, top, 60, _ROW), vertical, probability(float(self._values[index])))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(index))
            painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), min(3.0, bar.width() / 2))
        if words := self.rest_words():
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(colours.quiet))
            room = QRectF(ranks, len(self.rows()) * _ROW, self.width() - ranks, _ROW)
            cut = QFontMetricsF(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, vertical | Qt.AlignmentFlag.AlignLeft, cut)
