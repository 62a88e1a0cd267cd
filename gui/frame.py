"""A window before its panels are there: the bars and the places where they will stand, quiet and of their final size.

It is painted first, while what stands in a window is still being loaded; so nothing is imported here that takes long.
What a panel needs no panel for, the line between it and its neighbour, say, is real from the beginning.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui.on_screen import stay_on_screen
from gui.panel_sizes import PanelSizes
from gui.plain_text import PlainLabel
from gui.settings_file import settings
from gui.theme.style import current, hairline, set_role

MENUS = ("&File", "&Edit", "&View", "&Train", "&Window", "&Help")
TOOLBAR_HEIGHT = 64
BORDERS = QSize(16, 48)
"""About how much a desktop's title bar and borders take; Qt does not know it before the window is shown."""
LEAST = QSize(960, 640)
LEAST_LEFT, LEAST_RIGHT, LEAST_TRYOUT, LEAST_RESULTS = 192, 280, 372, 150


def menu_of(window: QMainWindow, title: str) -> QMenu:
    """A menu of a window's bar. KeyError where it has none of that title."""
    menus = window.menuBar().findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return {menu.title(): menu for menu in menus}[title]


class Frame(QMainWindow):
    """``put`` has a panel stand in its place: toolbar, palette, outline, canvas, results, inspector, tryout, status."""

    def __init__(self) -> None:
        super().__init__()
        self.left = QTabWidget()
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._body = QStackedWidget()
        self._column = QVBoxLayout()
        self._places = {"toolbar": _quiet_toolbar(), "status": _quiet_status(), "canvas": _quiet_canvas()}
        self._places |= {name: QWidget() for name in ("palette", "outline", "results", "inspector", "tryout")}
        for title in MENUS:
            self.menuBar().addMenu(title)
        menu_of(self, "&Window").menuAction().setVisible(False)  # until there are two
        self._lay_out()
        self.setWindowTitle("Sketchnet")
        self.setMinimumSize(LEAST)
        self._restore_geometry()
        self.panel_sizes = PanelSizes(self, self._sides, self._middle)

    def _lay_out(self) -> None:
        places = self._places
        self._middle.addWidget(places["canvas"])
        self._middle.addWidget(places["results"])
        self._right.addWidget(places["inspector"])
        self._right.addWidget(places["tryout"])
        self.left.setDocumentMode(True)
        self.left.setAccessibleName("Palette or outline")
        self.left.tabBar().setAccessibleName("Palette or outline")
        self.left.addTab(places["palette"], "Palette")
        self.left.addTab(places["outline"], "Outline")
        for widget in (self.left, self._middle, self._right):
            self._sides.addWidget(widget)
        for splitter in (self._sides, self._middle, self._right):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.left.setMinimumWidth(LEAST_LEFT)
        self._right.setMinimumWidth(LEAST_RIGHT)
        places["tryout"].setMinimumHeight(LEAST_TRYOUT)
        places["results"].setMinimumHeight(LEAST_RESULTS)
        self._sides.setStretchFactor(1, 1)
        self._middle.setStretchFactor(0, 1)
        body = QWidget()
        set_role(body, "panel")
        body.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(places["toolbar"])
        self._column.addWidget(hairline())
        self._body.addWidget(self._sides)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(places["status"])
        self.setCentralWidget(body)

    def _restore_geometry(self) -> None:
        geometry = settings().value("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            # The frame that the desktop puts around the window needs room too.
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableGeometry().size() - BORDERS))
        stay_on_screen(self)
        self.left.setCurrentIndex(1 if str(settings().value("left")) == "1" else 0)
        self._right.setSizes([450, LEAST_TRYOUT])
        state = settings().value("splitter/right")
        if isinstance(state, QByteArray):
            self._right.restoreState(state)

    def put(self, place: str, panel: QWidget) -> None:
        """Have ``panel`` stand in a place from now on, with the size that the place has."""
        quiet = self._places.pop(place)
        splitter = quiet.parentWidget()
        panel.setMinimumSize(panel.minimumSize().expandedTo(quiet.minimumSize()))
        if isinstance(splitter, QSplitter):
            splitter.replaceWidget(splitter.indexOf(quiet), panel)
        elif (tab := self.left.indexOf(quiet)) >= 0:
            front = self.left.currentIndex()
            self.left.insertTab(tab, panel, self.left.tabText(tab))
            self.left.removeTab(tab + 1)
            self.left.setCurrentIndex(front)
        else:
            self._column.replaceWidget(quiet, panel)
            panel.show()  # a layout would do that later, when the frame without it has been painted
        quiet.hide()
        quiet.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel_sizes.share()


def _quiet_canvas() -> QWidget:
    """In its colour; all other panels have that of the window."""
    canvas, colours = QWidget(), QPalette()
    colours.setColor(QPalette.ColorRole.Window, QColor(current().canvas))
    canvas.setPalette(colours)
    canvas.setAutoFillBackground(True)
    return canvas


def _quiet_toolbar() -> QWidget:
    bar = QWidget()
    bar.setFixedHeight(TOOLBAR_HEIGHT)
    row = QHBoxLayout(bar)
    row.setContentsMargins(16, 7, 16, 7)
    name = PlainLabel("Sketchnet")
    set_role(name, "title")
    row.addWidget(name)
    return bar


def _quiet_status() -> QWidget:
    """As high as the button that will be in it."""
    button = QPushButton()
    set_role(button, "plain")
    line = QWidget()
    line.setFixedHeight(button.sizeHint().height())
    return line
