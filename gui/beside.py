"""The curves, and beside them what the network has found, where that can be seen whole and there is room for both."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

LEAST_WIDTH = 660
"""From this width on there is room for two curves and the map beside them, in pixels."""
_CURVES, _MAP = 3, 2
"""The shares of the width."""


class CurvesPage(QWidget):
    """The curves alone, or with another widget beside them."""

    def __init__(self, curves: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside: QWidget | None = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(curves)
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
        for number, share in enumerate((_CURVES, _MAP)):
            self._splitter.setStretchFactor(number, share)
        self._splitter.setSizes([_CURVES * self.width(), _MAP * self.width()])
        widget.show()

    def take_away(self) -> None:
        """Leave the curves alone; the widget is hidden, and belongs to nobody until somebody places it."""
        if self._beside is not None:
            self._beside.hide()
            self._beside.setParent(None)
            self._beside = None
