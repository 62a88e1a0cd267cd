"""The curves, with the decision boundary or the fit beside them where the data allows it and both fit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

LEAST_WIDTH = 660
"""From this width on there is room for two curves and the map beside them, in pixels."""
_ROOMY = 860
"""From this width on the map gets a larger share."""


class CurvesPage(QWidget):
    """The curves alone, or with another widget beside them."""

    def __init__(self, curves: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside: QWidget | None = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(curves)
        self._moved = False
        """Whether somebody has moved the line between the two."""
        self._splitter.splitterMoved.connect(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)

    @property
    def beside(self) -> QWidget | None:
        """What stands beside the curves."""
        return self._beside

    def put_beside(self, widget: QWidget) -> None:
        """Put a widget beside the curves."""
        self._beside = widget
        self._splitter.addWidget(widget)
        widget.show()
        self._share()

    def _share(self) -> None:
        """Give the curves what they need to be read, and the map the rest."""
        curves, beside = (3, 2) if self.width() >= _ROOMY else (2, 1)
        self._splitter.setSizes([curves * self.width(), beside * self.width()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._beside is not None and not self._moved:
            self._share()

    @Slot(int, int)
    def _keep(self, *_where: int) -> None:
        self._moved = True

    def take_away(self) -> None:
        """Leave the curves alone; the widget is hidden, and belongs to nobody until somebody places it."""
        if self._beside is not None:
            self._beside.hide()
            self._beside.setParent(None)
            self._beside = None
