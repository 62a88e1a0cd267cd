"""The curves, with the decision boundary or the fit beside them where the data allows it and both fit."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QToolButton, QVBoxLayout, QWidget

from gui import theme

LEAST_WIDTH = 660
"""From this width on there is room for two curves and the map beside them, in pixels."""
_ROOMY = 860
"""From this width on the map gets a larger share."""
BUTTON = 20
"""A side of the small buttons that enlarge, in pixels."""


def enlarging_button(parent: QWidget | None = None) -> QToolButton:
    """A small button that enlarges a view; a right click on it opens the view's menu."""
    button = QToolButton(parent)
    button.setAutoRaise(True)
    button.setFixedSize(BUTTON, BUTTON)
    button.setIconSize(QSize(14, 14))
    button.setIcon(theme.icon("enlarge"))
    button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    return button


class CurvesPage(QWidget):
    """The curves alone, or with another widget beside them, which has a small button over its corner."""

    enlarge_wanted = Signal()
    menu_wanted = Signal(QPoint)
    """The menu of what stands beside the curves is asked for, at a place of the screen."""
    share_chosen = Signal(float)
    """The line between the two was moved: the part of the width that is beside the curves, 0 to 1."""

    def __init__(self, curves: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside: QWidget | None = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(curves)
        self._chosen: float | None = None
        self._splitter.splitterMoved.connect(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        self.button = enlarging_button(self)
        self.button.setToolTip("Enlarge what is beside the curves; a right click offers a window of its own")
        self.button.setAccessibleName("Enlarge what is beside the curves")
        self.button.clicked.connect(self.enlarge_wanted)
        self.button.customContextMenuRequested.connect(self._ask_for_menu)
        self.button.hide()
        theme.notifier().changed.connect(self._dress)

    @property
    def beside(self) -> QWidget | None:
        """What stands beside the curves."""
        return self._beside

    def put_beside(self, widget: QWidget) -> None:
        """Put a widget beside the curves."""
        self._beside = widget
        self._splitter.addWidget(widget)
        widget.show()
        self.button.show()
        self._share()

    def set_share(self, share: float | None) -> None:
        """Give what stands beside the curves this part of the width; None for as much as suits both."""
        self._chosen = share
        self._share()

    def _share(self) -> None:
        """Give the curves what they need to be read, and the map the rest."""
        if self._beside is None:
            return
        usual = 2 / 5 if self.width() >= _ROOMY else 1 / 3
        beside = round((self._chosen or usual) * self.width())
        self._splitter.setSizes([self.width() - beside, beside])
        self._place_button()

    def _place_button(self) -> None:
        """Over the corner of the map, where nothing is drawn."""
        if self._beside is not None:
            margin = theme.SPACING.tiny
            corner = self._beside.geometry().topRight()
            self.button.move(corner.x() - BUTTON - margin + 1, corner.y() + margin)
            self.button.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    @Slot(int, int)
    def _keep(self, *_where: int) -> None:
        if self._beside is not None:
            self._chosen = self._splitter.sizes()[1] / max(1, sum(self._splitter.sizes()))
            self._place_button()
            self.share_chosen.emit(self._chosen)

    @Slot(QPoint)
    def _ask_for_menu(self, at: QPoint) -> None:
        self.menu_wanted.emit(self.button.mapToGlobal(at))

    @Slot()
    def _dress(self) -> None:
        self.button.setIcon(theme.icon("enlarge"))

    def take_away(self) -> None:
        """Leave the curves alone; the widget is hidden, and belongs to nobody until somebody places it."""
        if self._beside is not None:
            self._beside.hide()
            self._beside.setParent(None)
            self._beside = None
            self.button.hide()
