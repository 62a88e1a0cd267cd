"""Samples of a dataset to look at and to choose from: pictures side by side, or rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.reports.figures import amount
from gui import theme
from gui.array_image import image_of
from gui.plain_text import PlainLabel, plain_tip

MOST = 200
"""So many samples at most are shown."""
SIDE = 48
"""Pixels a side of a picture."""


class SampleGallery(QWidget):
    """``chosen(number)`` says which sample was picked, by its number in what was shown; ``closed`` that it is done."""

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel()
        self.title.setFont(theme.font("strong"))
        self.title.setWordWrap(True)
        self.note = PlainLabel()
        theme.set_role(self.note, "caption")
        self.note.setFont(theme.font("caption"))
        self.note.setWordWrap(True)
        self.back = QToolButton()
        self.back.setText("Back")
        self.back.setToolTip("Back to the metrics for each class (Esc)")
        self.back.clicked.connect(self.closed)
        self.pictures, self.table = QListWidget(), QTableWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pictures)
        self._stack.addWidget(self.table)
        self._set_up()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACING.tiny)
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self._stack, 1)

    def _set_up(self) -> None:
        self.pictures.setViewMode(QListWidget.ViewMode.IconMode)
        self.pictures.setIconSize(QSize(SIDE, SIDE))
        self.pictures.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.pictures.setMovement(QListWidget.Movement.Static)
        self.pictures.setUniformItemSizes(True)
        self.pictures.setSpacing(2)
        self.pictures.setFont(theme.font("caption"))
        self.pictures.setAccessibleName("Images of the cell")
        self.pictures.setMinimumHeight(SIDE + 24)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setAccessibleName("Samples of the cell")
        # One click or Enter puts a sample where it can be tried; both views send one of these for each.
        self.pictures.clicked.connect(self._picked)
        self.table.clicked.connect(self._picked)
        for view in (self.pictures, self.table):
            view.activated.connect(self._picked)

    def say(self, title: str, note: str = "") -> None:
        """Show words and no samples, as while they are looked for."""
        self.title.setText(title)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.pictures.clear()
        self.table.setRowCount(0)

    def show_pictures(self, pictures: NDArray[np.uint8], captions: Sequence[str], tips: Sequence[str]) -> None:
        """Pictures (n × channels × height × width) with a caption each, the first ones, up to ``MOST``."""
        self._stack.setCurrentWidget(self.pictures)
        self.pictures.clear()
        widest = 0
        for picture, caption, tip in zip(pictures[:MOST], captions, tips, strict=False):
            item = QListWidgetItem(QIcon(self._pixmap(picture)), caption)
            item.setToolTip(plain_tip(tip))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.pictures.addItem(item)
            widest = max(widest, self.pictures.fontMetrics().horizontalAdvance(caption))
        self.pictures.setGridSize(QSize(max(SIDE + 8, min(widest, 120) + 8), SIDE + 22))
        self.pictures.scrollToTop()

    def _pixmap(self, picture: NDArray[np.uint8]) -> QPixmap:
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        # Pixels stay pixels: this is what the network sees.
        scaled = QPixmap.fromImage(image_of(picture)).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        return scaled

    def show_rows(
        self, rows: NDArray[np.floating], columns: Sequence[str], captions: Sequence[str], title: str = "predicted"
    ) -> None:
        """Rows of numbers (n × columns) with what was predicted before them, the first ones, up to ``MOST``."""
        self._stack.setCurrentWidget(self.table)
        self.table.setSortingEnabled(False)
        names = [title, *columns]
        self.table.setColumnCount(len(names))
        for place, name in enumerate(names):
            item = QTableWidgetItem(name)
            item.setToolTip(plain_tip(name))
            self.table.setHorizontalHeaderItem(place, item)
        shown = rows[:MOST]
        self.table.setRowCount(len(shown))
        for number, row in enumerate(shown):
            for place, words in enumerate([captions[number], *(amount(float(value), 4) for value in row)]):
                self.table.setItem(number, place, QTableWidgetItem(words))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMaximumSectionSize(180)
        self.table.resizeColumnsToContents()
        self.table.scrollToTop()

    @Slot(QModelIndex)
    def _picked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())
