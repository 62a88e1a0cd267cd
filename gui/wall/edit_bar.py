"""What can be set right of the images that are selected: their class, their split, and whether they are used at all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from engine.data.pictures.layout import GivenPart
from gui.plain_text import caption, plain_tip
from gui.theme.style import set_role

_SPLITS = (
    ("Training", GivenPart.TRAIN),
    ("Validation", GivenPart.VALIDATION),
    ("Test", GivenPart.TEST),
    ("As divided", GivenPart.ANY),
)
_KEYS = 9
"""Classes that have a key of their own."""


class EditBar(QWidget):
    """``labelled(number)``: the selected images are to be of a class; ``put(part)``: in a split, ANY for where they
    are divided to; ``excluded(bool)``; ``restored``: as their files have them; ``all_undone``: and so all others."""

    labelled = Signal(int)
    put = Signal(int)
    excluded = Signal(bool)
    restored = Signal()
    all_undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.split = QPushButton("Class"), QPushButton("Split")
        self.exclude, self.undo_all = QPushButton("Exclude"), QPushButton("Undo all edits")
        self.labels, self.splits = QMenu(self), QMenu(self)
        self._classes: Sequence[str] = ()
        self._includes = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.label, self.split, self.exclude, self.undo_all):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.label.setMenu(self.labels)
        self.split.setMenu(self.splits)
        self.label.setToolTip(plain_tip("Say of which class the selected images are (keys 1 to 9)"))
        self.split.setToolTip(plain_tip("Put the selected images into a split, however the others are divided"))
        self.exclude.setToolTip(plain_tip("Leave the selected images out of the dataset, or use them again (Delete)"))
        self.undo_all.setToolTip(plain_tip("Use all images as their files have them"))
        set_role(self.undo_all, "danger")
        for words, part in _SPLITS:
            action = self.splits.addAction(words)
            action.setData(int(part))
        self.labels.triggered.connect(self._label)
        self.splits.triggered.connect(self._put)
        self.exclude.clicked.connect(self.turn)
        self.undo_all.clicked.connect(self.all_undone)

    def show_classes(self, classes: Sequence[str]) -> None:
        """Offer these classes."""
        if tuple(classes) == tuple(self._classes):
            return
        self._classes = classes
        self.labels.clear()
        for number, name in enumerate(classes):
            key = f"\t{number + 1}" if number < _KEYS else ""
            action = self.labels.addAction(caption(name) + key)
            action.setData(number)

    def show_selection(self, count: int, *, all_excluded: bool, edits: int) -> None:
        """How many images are selected, whether all of them are left out, and how many of all are edited."""
        self._includes = all_excluded and count > 0
        for button in (self.label, self.split, self.exclude):
            button.setEnabled(count > 0)
        self.exclude.setText("Include" if self._includes else "Exclude")
        self.undo_all.setEnabled(edits > 0)

    def ask(self, at: QPoint) -> None:
        """Offer everything in a menu."""
        menu = QMenu(self)
        for title, source in (("Class", self.labels), ("Split", self.splits)):
            inner = menu.addMenu(title)
            inner.addActions(source.actions())
        menu.addAction(self.exclude.text(), self.turn)
        menu.addAction("As in the file", self.restored.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    @Slot(int)
    def number(self, number: int) -> None:
        """A key from 1 to 9 was pressed."""
        if number <= len(self._classes):
            self.labelled.emit(number - 1)

    @Slot()
    def turn(self) -> None:
        """Leave out what is selected, or use it again."""
        if self.exclude.isEnabled():
            self.excluded.emit(not self._includes)

    @Slot(QAction)
    def _label(self, action: QAction) -> None:
        self.labelled.emit(int(action.data()))

    @Slot(QAction)
    def _put(self, action: QAction) -> None:
        self.put.emit(int(action.data()))
