"""The bar above points that can be painted: colours, what the brush does, and whether training follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QWidget

from gui import theme
from gui.plain_text import plain_tip
from gui.tryout.icon_button import icon_button

MOST_COLOURS = 8
_SWATCH = 22
_CORNER = 24
"""Room at the right, where a button lies in the corner, in pixels."""


class Brush(StrEnum):
    """What the brush does; the words are those on its buttons."""

    SPRAY = "Spray"
    POINT = "Point"
    ERASE = "Erase"


_TIPS = {
    Brush.SPRAY: "Spray points around the pointer (S)",
    Brush.POINT: "Put down single points (P)",
    Brush.ERASE: "Erase points around the pointer (E)",
}


class _Swatch(QToolButton):
    """A colour to paint with."""

    def __init__(self, colour: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = QColor(colour)
        self.setCheckable(True)
        self.setFixedSize(QSize(_SWATCH, _SWATCH))
        self.setToolTip(plain_tip(f"Paint with: {name}"))
        self.setAccessibleName(f"Paint with: {name}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        middle, radius = QRectF(self.rect()).center(), min(self.width(), self.height()) / 2 - 1
        painter.drawEllipse(middle, radius - 3, radius - 3)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.current().text if self.isChecked() else theme.current().faint), 1.5))
            painter.drawEllipse(middle, radius, radius)
        painter.end()


class PaintBar(QWidget):
    """Knows no data. ``chosen`` is the number of the colour, ``brush`` what the brush does."""

    colour_wanted = Signal()
    """One more colour."""
    undo_wanted = Signal()
    more_wanted = Signal()
    """What else there is, as a menu below the button that asks for it."""

    def __init__(self, colours: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = colours
        self.chosen = 0
        self.swatches: list[_Swatch] = []
        self.follows = True
        """Whether training follows each stroke."""
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self.more_colours = icon_button(self, "plus", "Add a colour, up to eight", "Add a colour")
        self.undo = icon_button(self, "undo", "Undo the last stroke of the brush (Backspace)", "Undo the brush")
        self.more = QToolButton(self)
        self.more.setText("…")
        self.more.setAccessibleName("More about these points")
        self.more.setToolTip("Whether training follows each stroke, title and axes, export")
        theme.set_role(self.more, "plain")
        self.brushes = QComboBox(self)
        self.brushes.setAccessibleName("What the brush does")
        for number, brush in enumerate(Brush):
            self.brushes.addItem(brush.value)
            self.brushes.setItemData(number, _TIPS[brush], Qt.ItemDataRole.ToolTipRole)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACING.medium, theme.SPACING.small, _CORNER, 0)
        row.setSpacing(theme.SPACING.tiny)
        self._row = row
        row.addWidget(self.more_colours)
        row.addSpacing(theme.SPACING.small)
        row.addWidget(self.brushes)
        row.addWidget(self.undo)
        row.addWidget(self.more)
        row.addStretch(1)
        self.more_colours.clicked.connect(self.colour_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        self.more.clicked.connect(self.more_wanted)
        theme.notifier().changed.connect(self._dress)
        self._dress()

    @property
    def brush(self) -> Brush:
        """What the brush does now."""
        return Brush(self.brushes.currentText())

    def choose_brush(self, brush: Brush) -> None:
        """Have the brush do something else."""
        self.brushes.setCurrentText(brush.value)

    def show_colours(self, names: Sequence[str]) -> None:
        """Have one colour for each class."""
        if [one.accessibleName() for one in self.swatches] == [f"Paint with: {name}" for name in names]:
            return
        for swatch in self.swatches:
            self._group.removeButton(swatch)
            self._row.removeWidget(swatch)
            swatch.deleteLater()
        self.swatches = []
        for index, name in enumerate(names):
            swatch = _Swatch(self._colours[index % len(self._colours)], name, self)
            self._group.addButton(swatch, index)
            self._row.insertWidget(index, swatch)
            self.swatches.append(swatch)
        self.choose_colour(min(self.chosen, len(names) - 1))
        self.more_colours.setVisible(len(names) < MOST_COLOURS)

    def choose_colour(self, index: int) -> None:
        """Paint with another colour; one that there is not changes nothing."""
        if 0 <= index < len(self.swatches):
            self.swatches[index].setChecked(True)
            self._choose(index)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen = index
        if self.brush is Brush.ERASE:
            self.choose_brush(Brush.SPRAY)

    @Slot()
    def _dress(self) -> None:
        for button, icon in ((self.more_colours, "plus"), (self.undo, "undo")):
            button.setIcon(theme.icon(icon, theme.current().quiet))
