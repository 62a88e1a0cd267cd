"""The window that shows nearly equal images side by side, and offers what to do about them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.data.image_contents import ImageContents
from engine.data.pictures.duplicates import MOST_PAIRS, NearPairs
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import hairline, set_role
from gui.wall.duplicates_finding import DuplicatesFinding
from gui.wall.pairs import PairModel, PairPainter, SeenPairs
from gui.wall.thumbnails import Wall

_EVERY_MS, _STEPS = 100, 1_000
_ALL, _CLASSES, _SPLITS = "all", "classes", "splits"


class DuplicatesWindow(QDialog):
    """``exclude(names)``: these images are to be left out; ``together({name: part})``: each is to be in a split."""

    exclude = Signal(object)
    together = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Near duplicates")
        self.resize(760, 560)
        self.setMinimumSize(560, 360)
        self.finding = DuplicatesFinding(self)
        self.pairs = PairModel(self)
        self.found: NearPairs | None = None
        self._of: ImageContents | None = None
        self._wall: Wall | None = None
        self.words, self.bar = PlainLabel(), QProgressBar()
        self.stop = QPushButton("Stop")
        self.which, self.view = QComboBox(), QListView()
        self.first, self.second = QPushButton("Exclude the first"), QPushButton("Exclude the second")
        self.same = QPushButton("Put both into one split")
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._lay_out()
        self._timer.timeout.connect(self._progress)
        self.stop.clicked.connect(self.finding.stop)
        self.finding.found.connect(self._found)
        self.which.activated.connect(self._sift)
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.first.clicked.connect(self._exclude_first)
        self.second.clicked.connect(self._exclude_second)
        self.same.clicked.connect(self._put_together)
        self.finished.connect(self.finding.close)

    def _lay_out(self) -> None:
        set_role(self, "panel")
        set_role(self.words, "quiet")
        self.words.setWordWrap(True)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName("Comparing the images")
        for words, value in (("All pairs", _ALL), ("Different classes", _CLASSES), ("Across splits", _SPLITS)):
            self.which.addItem(words, value)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.which.setAccessibleName("Which pairs")
        view = self.view
        view.setModel(self.pairs)
        view.setItemDelegate(PairPainter(view))
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName("Pairs of nearly equal images")
        self.same.setToolTip(
            plain_tip("Both go into the split of the one that is not for training: none is both learned and tested")
        )
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        foot.setContentsMargins(16, 8, 16, 8)
        for row in (head, foot):
            row.setSpacing(8)
        head.addWidget(self.words, 1)
        head.addWidget(self.bar)
        head.addWidget(self.stop)
        head.addWidget(self.which)
        foot.addStretch(1)
        for button in (self.stop, self.first, self.second, self.same):
            button.setAutoDefault(False)
        for button in (self.first, self.second, self.same):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(hairline())
        column.addWidget(view, 1)
        column.addWidget(hairline())
        column.addLayout(foot)

    def show_wall(self, wall: Wall | None, *, may_edit: bool) -> None:
        """Look for pairs among the images of a wall; the same images after edits are not compared again."""
        for button in (self.first, self.second, self.same):
            button.setVisible(may_edit)
        self._wall = wall
        if wall is None:
            self.close()
        elif self._of is None or wall.images.block is not self._of.block:
            self._of, self.found = wall.images, None
            self.finding.find(wall.images)
            self._timer.start()
            self._show_progress(under_way=True)
            self.words.setText("Comparing the images…")
        else:
            self._sift()

    def _show_progress(self, *, under_way: bool) -> None:
        self.bar.setVisible(under_way)
        self.stop.setVisible(under_way)
        self.which.setVisible(not under_way)
        self.view.setEnabled(not under_way)
        self._chosen()

    @Slot()
    def _progress(self) -> None:
        self.bar.setValue(round(_STEPS * self.finding.share))

    @Slot(object, str)
    def _found(self, found: NearPairs | None, problem: str) -> None:
        self._timer.stop()
        self.found = found
        self._show_progress(under_way=False)
        if found is None:
            self._of = None
            self.which.hide()
            self.words.setText(problem or "Comparing was stopped. Close this window and open it again to compare.")
        else:
            self._sift()
            self.view.setFocus()

    @Slot()
    def _sift(self) -> None:
        found, wall = self.found, self._wall
        if found is None or wall is None:
            return
        seen = SeenPairs.of(found, wall)
        masks = {_ALL: seen.open, _CLASSES: seen.open & seen.other_class, _SPLITS: seen.open & seen.other_split}
        for at, words in enumerate(("All pairs", "Different classes", "Across splits")):
            self.which.setItemText(at, f"{words} ({int(masks[self.which.itemData(at)].sum()):,})")
        row = self.view.currentIndex().row()
        self.pairs.show_pairs(wall, seen, np.flatnonzero(masks[self.which.currentData()]))
        count = self.pairs.rowCount()
        if count:
            self.view.setCurrentIndex(self.pairs.index(min(max(row, 0), count - 1)))
        done = int((~seen.open).sum())
        more = "" if found.is_all else f", the likest {MOST_PAIRS:,} shown"
        words = f"{counted(len(found), 'pair')} of nearly equal images{more}"
        words += f"; {done:,} done with, as one of them is excluded" if done else ""
        self.words.setText(f"{words}." if len(found) else "No two images are nearly equal.")
        self._chosen()

    @property
    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.view.selectionModel().selectedRows())

    @Slot()
    def _chosen(self, *_values: object) -> None:
        there = self.found is not None and bool(self._rows)
        for button in (self.first, self.second, self.same):
            button.setEnabled(there)
        if there and self.pairs.seen is not None:
            places = self.pairs.shown[self._rows]
            self.same.setEnabled(bool(self.pairs.seen.other_split[places].any()))

    def _names(self, side: int) -> list[str]:
        """The names of the images on one side of the pairs that are selected, each once."""
        if self._wall is None:
            return []
        names = self._wall.images.names
        return list(dict.fromkeys(names[self.pairs.pair(row)[side]] for row in self._rows)) if names else []

    @Slot()
    def _exclude_first(self) -> None:
        self.exclude.emit(self._names(0))

    @Slot()
    def _exclude_second(self) -> None:
        self.exclude.emit(self._names(1))

    @Slot()
    def _put_together(self) -> None:
        """Of each pair across splits both go into that of the image that is not for training."""
        wall = self._wall
        if wall is None or not wall.images.names:
            return
        moved: dict[str, int] = {}
        for row in self._rows:
            one, other = self.pairs.pair(row)
            part = max(moved.get(wall.images.names[number], int(wall.images.parts[number])) for number in (one, other))
            moved |= {wall.images.names[number]: part for number in (one, other)}
        self.together.emit(moved)
