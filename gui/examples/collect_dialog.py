"""Collecting examples: choose what you draw, draw it, Space keeps it; images can be pasted and dropped as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPixmap,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.digit import draw_over, prepare_strokes
from engine.data.examples import export, file, library
from engine.data.examples.values import ExampleKind
from engine.data.sources.own_examples import own_schema
from engine.reports.figures import probability
from engine.tasks.queries import Answer, Predicted
from gui import theme
from gui.array_image import image_of
from gui.background import aside, under_way
from gui.dialogs import Dialogs
from gui.plain_text import PlainLabel
from gui.tryout.ink import SIDE
from gui.tryout.pad import DrawingPad
from gui.tryout.pixels import image_in, image_in_clipboard
from gui.workspace import Workspace

_KEY = "collect"
_THUMBNAIL = 40
_MOST_SHOWN = 300
"""The newest examples of a class that are shown."""
_PAD_SIDES = (1, 28, 28)
"""Of the pictures that the pad gives."""
_NEW = "New dataset…"


class CollectDialog(QDialog):
    """Shows one dataset of drawings. ``collected`` tells that it has changed, ``use_wanted`` that it is to be used."""

    collected = Signal()
    use_wanted = Signal(str)

    def __init__(
        self,
        studio: Workspace,
        dialogs: Dialogs,
        name: str,
        begin: Callable[[], library.OwnDataset | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Collect examples")
        self.resize(820, 520)
        self.setAcceptDrops(True)
        self._studio, self.dialogs, self._begin = studio, dialogs, begin
        self._name = name
        self.datasets, self.classes, self.shown = QComboBox(), QListWidget(), QListWidget()
        self.pad = DrawingPad()
        self.pad.keeps = True
        self.pad.invite("Draw here")
        self.guess, self.hint, self.total = PlainLabel(), PlainLabel(), PlainLabel()
        self.keep_button, self.remove_button = QPushButton("Keep (Space)"), QPushButton("Remove")
        self.use_button, self.more_button = QPushButton("Train with these"), QPushButton("More")
        self._lay_out()
        self.datasets.activated.connect(self._choose_dataset)
        self.classes.currentRowChanged.connect(self._show_class)
        self.pad.drawing_changed.connect(self._drawn)
        self.pad.keep_wanted.connect(self.keep)
        self.pad.typed.connect(self._keep_as)
        self.keep_button.clicked.connect(self.keep)
        self.remove_button.clicked.connect(self.remove)
        self.shown.itemSelectionChanged.connect(self._show_buttons)
        self.use_button.clicked.connect(self._use)
        studio.predictions.answered.connect(self._answered)
        self._list_datasets()
        self.show_dataset()
        self.pad.setFocus()

    def _lay_out(self) -> None:
        for label in (self.guess, self.hint, self.total):
            theme.set_role(label, "quiet")
        self.guess.setFont(theme.font("strong"))
        self.hint.setWordWrap(True)
        self.hint.setFont(theme.font("small"))
        self.datasets.setAccessibleName("Dataset")
        self.classes.setAccessibleName("What you draw")
        self.shown.setAccessibleName("Examples of this class")
        self.shown.setViewMode(QListView.ViewMode.IconMode)
        self.shown.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self.shown.setResizeMode(QListView.ResizeMode.Adjust)
        self.shown.setMovement(QListView.Movement.Static)
        self.shown.setSpacing(2)
        self.shown.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.pad.setMinimumSize(260, 260)
        theme.set_role(self.use_button, "primary")
        theme.set_role(self.more_button, "plain")
        menu = QMenu(self.more_button)
        menu.aboutToShow.connect(partial(self._fill_menu, menu))
        self.more_button.setMenu(menu)
        left = QVBoxLayout()
        left.addWidget(self.datasets)
        left.addWidget(self.classes, 1)
        left.addWidget(self.total)
        middle = QVBoxLayout()
        middle.addWidget(self.guess)
        middle.addWidget(self.pad, 1)
        middle.addWidget(self.hint)
        middle.addWidget(self.keep_button, 0, Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        right.addWidget(self.shown, 1)
        right.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACING.large)
        row.addLayout(left, 2)
        row.addLayout(middle, 3)
        row.addLayout(right, 2)
        ends = QHBoxLayout()
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        ends.addWidget(self.more_button)
        ends.addStretch(1)
        ends.addWidget(close)
        ends.addWidget(self.use_button)
        for button in (self.keep_button, self.remove_button, self.use_button, self.more_button, close):
            button.setAutoDefault(False)  # Enter keeps what is drawn
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(theme.SPACING.medium)
        whole.addLayout(row, 1)
        whole.addLayout(ends)

    # Which dataset

    def dataset(self) -> library.OwnDataset | None:
        """The dataset on show, as it is now."""
        return library.find(self._name) if self._name else None

    def _list_datasets(self) -> None:
        self.datasets.clear()
        for kept in library.everything():
            if kept.collection.description.kind is ExampleKind.PICTURES:
                self.datasets.addItem(kept.collection.description.title, kept.name)
        self.datasets.addItem(_NEW, "")
        self.datasets.setCurrentIndex(max(0, self.datasets.findData(self._name)))

    @Slot(int)
    def _choose_dataset(self, row: int) -> None:
        name = str(self.datasets.itemData(row))
        if not name:
            begun = self._begin()
            name = self._name if begun is None else begun.name
        self._name = name
        self._list_datasets()
        self.pad.clear()
        self.show_dataset()
        self.pad.setFocus()

    def show_dataset(self) -> None:
        """Show what is in the dataset now."""
        found, row = self.dataset(), max(0, self.classes.currentRow())
        self.classes.blockSignals(True)
        self.classes.clear()
        if found is not None:
            for name, count in found.collection.counts.items():
                item = QListWidgetItem(f"{name}   {count:,}" if count else name)
                item.setData(Qt.ItemDataRole.UserRole, name)
                self.classes.addItem(item)
            self.classes.setCurrentRow(min(row, self.classes.count() - 1))
            self.pad.answers = frozenset(n for n in found.collection.description.classes if len(n) == 1)
        self.classes.blockSignals(False)
        self._show_class()

    @property
    def chosen(self) -> str:
        """The class that is drawn; "" for none."""
        item = self.classes.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def _show_class(self, *_row: int) -> None:
        found, chosen = self.dataset(), self.chosen
        self.shown.clear()
        examples = () if found is None else found.collection.examples
        for example in [one for one in examples if one.label == chosen][: -_MOST_SHOWN - 1 : -1]:
            item = QListWidgetItem(QIcon(QPixmap.fromImage(image_of(example.values))), "")
            item.setData(Qt.ItemDataRole.UserRole, example.id)
            item.setToolTip("Held out: judged by, never learned from" if example.held else "Learned from")
            self.shown.addItem(item)
        self.total.setText(counted(len(examples), "example"))
        by_hand = found is None or found.collection.description.size == _PAD_SIDES
        self.pad.setEnabled(by_hand and found is not None)
        what = f"Draw: {chosen}. " if chosen and by_hand else ""
        if found is None:
            self.hint.setText("Begin a new dataset at the top left.")
        else:
            self.hint.setText(f"{what}Space keeps it. Images can be pasted and dropped as well.")
        self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        found = self.dataset()
        self.keep_button.setEnabled(not self.pad.is_empty() and bool(self.chosen))
        self.remove_button.setEnabled(bool(self.shown.selectedItems()))
        self.use_button.setEnabled(found is not None and bool(found.collection.to_learn_from))
        self.more_button.setEnabled(found is not None)

    # Drawing

    def _picture(self) -> NDArray[np.uint8] | None:
        """What is drawn, prepared as a network gets it: uint8 28×28."""
        if self.pad.is_empty():
            return None
        ground, strokes = self.pad.picture(), self.pad.strokes()
        return prepare_strokes(strokes) if ground is None else draw_over(ground, strokes, SIDE)

    @Slot()
    def _drawn(self) -> None:
        self._show_buttons()
        picture, schema = self._picture(), self._studio.schema
        if picture is None or schema is None or not self._studio.has_pad:
            self.guess.setText("")
        else:
            self._studio.ask(_KEY, picture[np.newaxis, np.newaxis])

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, _trained: object) -> None:
        schema = self._studio.schema
        if key != _KEY or schema is None or not isinstance(answer, Predicted) or self.pad.is_empty():
            return
        shares = answer.answers[0]
        if len(shares) == len(schema.target.names) and np.isfinite(shares).all():
            best = int(shares.argmax())
            self.guess.setText(f"The network's guess: {schema.target.names[best]}, {probability(float(shares[best]))}")

    @Slot()
    def keep(self) -> None:
        """Keep what is drawn as an example of the chosen class."""
        picture, found = self._picture(), self.dataset()
        if picture is None or found is None or not self.chosen:
            return
        if self._add([picture[np.newaxis]]):
            self.pad.clear()

    @Slot(str)
    def _keep_as(self, letter: str) -> None:
        self._choose_class(letter)
        self.keep()

    def _choose_class(self, name: str) -> None:
        for row in range(self.classes.count()):
            if self.classes.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.classes.setCurrentRow(row)

    def _add(self, pictures: list[NDArray[np.uint8]]) -> bool:
        found = self.dataset()
        if found is None or not self.chosen:
            self.hint.setText("Choose what it is first, in the list at the left.")
            return False
        try:
            file.add(found.path, [(self.chosen, picture) for picture in pictures])
        except DataError as error:
            self.hint.setText(str(error))
            return False
        self.show_dataset()
        self.collected.emit()
        return True

    @Slot()
    def remove(self) -> None:
        """Remove the selected examples."""
        found = self.dataset()
        gone = [str(item.data(Qt.ItemDataRole.UserRole)) for item in self.shown.selectedItems()]
        if found is not None and gone:
            try:
                file.remove(found.path, gone)
            except DataError as error:
                self.hint.setText(str(error))
            self.show_dataset()
            self.collected.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            pixels = image_in_clipboard()
            if pixels is None:
                self.hint.setText("There is no image in the clipboard.")
            else:
                self.take(lambda: [pixels], 1)
        elif event.key() == Qt.Key.Key_Delete and self.shown.hasFocus():
            self.remove()
        elif letter := self.pad.answer_of(event):
            self._choose_class(letter)
        else:
            super().keyPressEvent(event)

    # Images from elsewhere

    def take(self, read: Callable[[], list[NDArray[np.generic]]], count: int) -> None:
        """Take images: a single one lies on the pad, where it can be drawn on; several are kept at once."""
        from engine.data.pictures.input import picture_input  # what reads pictures is loaded when there is one

        found = self.dataset()
        if found is None or not self.chosen or under_way():
            self.hint.setText("Choose what it is first, in the list at the left.")
            return
        schema = own_schema(found.collection)
        try:
            pictures = aside(lambda: [picture_input(one, schema) for one in read()])
        except DataError as error:
            self.hint.setText(str(error))
            return
        if count == 1 and found.collection.description.size == _PAD_SIDES:
            self.pad.set_picture(pictures[0][0])
            self.pad.setFocus()
        elif self._add(pictures):
            self.hint.setText(f"{counted(len(pictures), 'image')} kept as {self.chosen}.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().urls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasImage() or event.mimeData().urls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from engine.data.pictures.file import read_picture_file

        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.take(lambda: [read_picture_file(path) for path in paths], len(paths))
        elif (pixels := image_in(event.mimeData())) is not None:
            self.take(lambda: [pixels], 1)
        else:
            self.hint.setText("Only images can be dropped here: save it to a folder first.")

    # The dataset as a whole

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        found = self.dataset()
        if found is None:
            return
        for form in export.formats(found.collection):
            menu.addAction(f"Export as {export.FORMATS[form]}…").triggered.connect(partial(self._export, form))
        others = [one for one in library.everything() if one.name != found.name]
        size = found.collection.description.size
        fitting = [one for one in others if one.collection.description.size == size]
        if fitting:
            merging = menu.addMenu("Add the examples of")
            for other in fitting:
                title = other.collection.description.title
                merging.addAction(title).triggered.connect(partial(self._merge, other))

    def _export(self, form: str, _checked: bool = False) -> None:
        found = self.dataset()
        ending = "" if form == "folder" else f".{form}"
        path = None if found is None else self.dialogs.file_for_examples(Path.home() / f"{found.name}{ending}", form)
        if found is not None and path is not None:
            try:
                aside(lambda: export.export(found.collection, form, path))
            except DataError as error:
                self.hint.setText(str(error))
            else:
                self.hint.setText(f"{counted(len(found.collection.examples), 'example')} are in {path}.")

    def _merge(self, other: library.OwnDataset, _checked: bool = False) -> None:
        found = self.dataset()
        if found is None:
            return
        try:
            new = export.merge(found.path, other.path)
        except DataError as error:
            self.hint.setText(str(error))
            return
        self.show_dataset()
        self.hint.setText(f"{counted(new, 'example')} of {other.collection.description.title} added.")
        self.collected.emit()

    @Slot()
    def _use(self) -> None:
        self.use_wanted.emit(self._name)
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.deleteLater()
