"""The list of datasets: what each is, what is in it, and a download for those that come from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.data import catalogue
from engine.data.catalogue import CatalogueEntry
from engine.data.examples import library
from engine.data.kinds import DataKind
from engine.data.sources.own_examples import NAME as OWN_EXAMPLES
from engine.inspection.costs import bytes_words
from engine.reports.data_words import rows_words, target_words, unit
from engine.training.recipe import Recipe
from gui.dataset_preview import DataPreview, DatasetPreview
from gui.panels.data_page import TableView, beginning
from gui.panels.pictures import seen, sheet
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import set_role

_OWN = Qt.ItemDataRole.UserRole + 1
"""Where an item has the name of a dataset in the user's library."""
_KINDS = {
    DataKind.PICTURES: "Images",
    DataKind.POINTS: "Points",
    DataKind.TABLE: "Tables",
    DataKind.NUMBERS: "Numbers",
    DataKind.TEXT: "Texts",
}


class DatasetDialog(QDialog):
    """Choose a dataset. ``chosen`` brings its name, ``own_chosen`` that of one in the user's library."""

    chosen = Signal(str)
    own_chosen = Signal(str)

    def __init__(self, current: str, preview: DataPreview, parent: QWidget | None = None, *, own: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a dataset")
        self.resize(820, 560)
        self._preview = preview
        self._downloading = ""
        self._messages: dict[str, str] = {}
        self.list = QListWidget()
        self.list.setAccessibleName("Datasets")
        self.list.setIconSize(QSize(20, 20))
        self.list.setFixedWidth(230)
        self.title_label, self.summary_label = PlainLabel(), PlainLabel()
        self.facts_label, self.origin_label = PlainLabel(), PlainLabel()
        self._shown, self.message_label = QWidget(), PlainLabel()
        self.progress_bar = QProgressBar()
        self.download = QPushButton("Download")
        self.use = QPushButton("Use this dataset")
        self._lay_out()
        self._fill(current, own)
        self.list.currentItemChanged.connect(self._show_current)
        self.list.itemActivated.connect(self._accept)
        self.use.clicked.connect(self._accept)
        self.download.clicked.connect(self._download)
        preview.looked.connect(self._looked)
        preview.progressed.connect(self._progressed)
        preview.downloaded.connect(self._downloaded)
        self._show_current()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self.list)
        side = QVBoxLayout()
        side.setSpacing(10)
        set_role(self.title_label, "title")
        for label in (self.summary_label, self.facts_label, self.origin_label, self.message_label):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.facts_label, "quiet")
        set_role(self.origin_label, "caption")
        self._place = QVBoxLayout()
        self._place.addWidget(self._shown)
        body = QWidget()
        set_role(body, "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self.summary_label)
        column.addWidget(self.facts_label)
        column.addLayout(self._place)
        column.addWidget(self.origin_label)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        side.addWidget(self.title_label)
        side.addWidget(scroll, 1)
        side.addWidget(self.message_label)
        side.addWidget(self.progress_bar)
        buttons = QHBoxLayout()
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        set_role(self.use, "primary")
        self.use.setDefault(True)
        buttons.addWidget(self.download)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.use)
        side.addLayout(buttons)
        row.addLayout(side, 1)
        self.progress_bar.setRange(0, 1000)
        self.progress_bar.hide()

    def _fill(self, current: str, own: str) -> None:
        kind = ""
        for name in catalogue.names():
            entry = catalogue.entry(name)
            if entry.schema.kind != kind:
                kind = entry.schema.kind
                head = QListWidgetItem(_KINDS[kind])
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setFont(fonts.font("section"))
                self.list.addItem(head)
            item = QListWidgetItem(_title(entry))
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
            if name == current:
                self.list.setCurrentItem(item)
        self._fill_own(own)

    def _fill_own(self, current: str) -> None:
        """The datasets of the user's library."""
        found = library.everything()
        if found:
            head = QListWidgetItem("Yours")
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(fonts.font("section"))
            self.list.addItem(head)
        for kept in found:
            item = QListWidgetItem(kept.collection.description.title)
            item.setData(Qt.ItemDataRole.UserRole, OWN_EXAMPLES)
            item.setData(_OWN, kept.name)
            self.list.addItem(item)
            if kept.name == current:
                self.list.setCurrentItem(item)

    @property
    def own(self) -> str:
        """The name in the library of the dataset of the selected row; "" where it is none of the user's."""
        item = self.list.currentItem()
        return str(item.data(_OWN) or "") if item is not None else ""

    @property
    def _recipe(self) -> Recipe:
        """A recipe with the dataset of the selected row."""
        return Recipe(dataset=self.current, dataset_options={"path": self.own} if self.own else {})

    @property
    def current(self) -> str:
        """The dataset of the selected row; "" for none."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole) or "") if item is not None else ""

    @Slot()
    def _show_current(self, *_items: object) -> None:
        name = self.current
        if not name:
            return
        entry = catalogue.entry(name, self._recipe.dataset_options)
        available = entry.is_available()
        schema = entry.schema
        self.title_label.setText(schema.title)
        self.summary_label.setText(schema.summary)
        self.facts_label.setText(_facts(entry))
        self.origin_label.setText(f"{schema.origin}\nLicence: {schema.licence}")
        self.use.setEnabled(available)
        self.download.setVisible(entry.downloadable and not available)
        busy = self._downloading == name
        self.download.setText("Stop the download" if busy else f"Download {bytes_words(entry.size_bytes)}")
        self.progress_bar.setVisible(busy)
        message = self._messages.get(name, "")
        if not available and not message:
            message = f"Not downloaded. You can also put the files by hand into {entry.where_to_put()}"
        self.message_label.setText(message)
        self.message_label.setVisible(bool(message))
        self._put(QWidget())
        if available:
            look = self._preview.look(self._recipe)
            if look is not None:
                self._show_look(look)

    def _show_look(self, look: DatasetPreview) -> None:
        if look.problem:
            self.message_label.setText(look.problem)
            self.message_label.show()
        elif look.pictures is not None:
            label = PlainLabel()
            label.setPixmap(sheet(look.pictures, 44, 9, self.devicePixelRatioF()))
            self._put(label)
        elif look.text:
            self._put(PlainLabel(beginning(look.text, longest=70)))
        else:
            self._put(self._table_or_points(look))
        if look.class_counts:
            entry = catalogue.entry(look.dataset, self._recipe.dataset_options)
            names = entry.schema.target.names
            counts = " · ".join(f"{n}: {c:,}" for n, c in zip(names, look.class_counts, strict=False))
            self.facts_label.setText(f"{_facts(entry)}\nTraining {unit(entry.schema)} by class: {counts}")

    def _table_or_points(self, look: DatasetPreview) -> QWidget:
        picture = seen(look, QSize(300, 220), self.devicePixelRatioF())
        if picture is None:
            return TableView(look)
        label = PlainLabel()
        label.setPixmap(picture)
        return label

    def _put(self, widget: QWidget) -> None:
        self._place.removeWidget(self._shown)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = widget
        self._place.addWidget(widget)

    @Slot(object, object)
    def _looked(self, recipe: Recipe, look: DatasetPreview) -> None:
        if self.current and self._preview.same(recipe, self._recipe):
            self._show_look(look)

    # Downloads

    @Slot()
    def _download(self) -> None:
        name = self.current
        if self._downloading == name:
            self._preview.cancel(name)
            return
        self._downloading = name
        self._messages.pop(name, None)
        self.progress_bar.setValue(0)
        self._preview.download(name)
        self._show_current()

    @Slot(str, float)
    def _progressed(self, name: str, share: float) -> None:
        if name == self._downloading:
            self.progress_bar.setValue(round(1000 * share))

    @Slot(str, str)
    def _downloaded(self, name: str, problem: str) -> None:
        if name == self._downloading:
            self._downloading = ""
        self._messages[name] = problem
        if not problem:
            self._messages.pop(name)
            # Every row, since other datasets may be made of the same files.
            for row in range(self.list.count()):
                item = self.list.item(row)
                listed = str(item.data(Qt.ItemDataRole.UserRole) or "")
                if listed and not item.data(_OWN):
                    item.setText(_title(catalogue.entry(listed)))
        if name == self.current:
            self._show_current()

    # Ending

    @Slot()
    def _accept(self, *_item: object) -> None:
        name = self.current
        if self.own:
            self.own_chosen.emit(self.own)
            self.accept()
        elif name and catalogue.entry(name).is_available():
            self.chosen.emit(name)
            self.accept()

    def done(self, result: int) -> None:
        if self._downloading:
            self._preview.cancel(self._downloading)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.done(QDialog.DialogCode.Rejected)
        super().closeEvent(event)


def _title(entry: CatalogueEntry) -> str:
    return entry.schema.title + ("" if entry.is_available() else "  (download)")


def _facts(entry: CatalogueEntry) -> str:
    schema = entry.schema
    facts = f"{rows_words(entry.rows)} {unit(schema)} · {bytes_words(entry.size_bytes)}"
    return f"{schema.input.words()} → {target_words(schema)}\n{facts}"
