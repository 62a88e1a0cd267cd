"""What should make one pause before learning from the data, each with a button for what could be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.profile import DataRepair, DataWarning, profile_of
from gui.document import Document
from gui.plain_text import PlainLabel
from gui.theme.style import set_role


class DataWarnings(QWidget):
    """Hidden where there is nothing to say, or the data is not known yet."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[DataWarning, ...] = ()
        self.buttons: list[QPushButton] = []
        """What could be done, in the order of the sentences."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    @property
    def words(self) -> list[str]:
        """The sentences on show."""
        return [one.words for one in self._shown]

    def show_recipe(self) -> None:
        """Show what there is to say of the data of the document's recipe."""
        recipe = self._document.recipe
        try:
            is_table = catalogue.schema(recipe.dataset, recipe.dataset_options).is_own_table
            found = profile_of(recipe.dataset_options).warnings if is_table else ()
        except DataError:
            found = ()
        if found != self._shown:
            self._shown = found
            self._fill()
        self.setVisible(bool(found))

    def _fill(self) -> None:
        self.buttons.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if not self._shown:
            return
        title = PlainLabel("Worth knowing")
        set_role(title, "section")
        self._column.addWidget(title)
        for one in self._shown:
            label = PlainLabel(one.words)
            label.setWordWrap(True)
            set_role(label, "quiet")
            self._column.addWidget(label)
            for repair in one.repairs:
                button = QPushButton(repair.label)
                button.clicked.connect(partial(self._repair, repair))
                self.buttons.append(button)
                self._column.addWidget(button)

    def _repair(self, repair: DataRepair) -> None:
        changes = {f"dataset_options.{name}": value for name, value in repair.options.items()}
        self._document.set_recipe(repair.label, self._document.recipe.with_settings(changes))
