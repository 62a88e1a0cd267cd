"""What should make one pause before learning from the data, each with its proof and a button for what could be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.profile import DataRepair, DataWarning, profile_of
from engine.data.reading import StillReading
from engine.text import printable
from engine.training.recipe import Recipe
from gui.document import Document
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role
from gui.wrapped_button import WrappedButton

_LONGEST, _LONGEST_NAME = 120, 30
"""Letters of what stands on a button, and of the name of a column."""
_MOST = 40
"""Sentences that are listed."""


def warnings_in(recipe: Recipe) -> tuple[DataWarning, ...] | None:
    """What there is to say of the data of a recipe, the gravest first; None while it is being read."""
    try:
        is_table = catalogue.schema(recipe.dataset, recipe.dataset_options).is_own_table
        return profile_of(recipe.dataset_options).warnings if is_table else ()
    except StillReading:
        return None
    except DataError:
        return ()


def repair_data(document: Document, repair: DataRepair) -> None:
    """Do what a warning says can be done: one step of undo."""
    changes = {f"dataset_options.{name}": value for name, value in repair.options.items()}
    document.set_recipe(repair.label, document.recipe.with_settings(changes))


class WarningList(QWidget):
    """``repair_wanted(DataRepair)`` tells which button was pressed, and where ``with_columns``, ``column_wanted(name)``
    which column one wants to see."""

    repair_wanted = Signal(object)
    column_wanted = Signal(str)

    def __init__(self, *, with_columns: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._with_columns = with_columns
        self._shown: tuple[DataWarning, ...] = ()
        self.buttons: list[QPushButton] = []
        """What could be done, in the order of the sentences."""
        self.links: dict[str, QPushButton] = {}
        """What leads to each column that there is something to say of."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    @property
    def words(self) -> list[str]:
        """The sentences on show."""
        return [one.words for one in self._shown]

    def show_warnings(self, found: Sequence[DataWarning]) -> None:
        """Show these instead."""
        if tuple(found) == self._shown:
            return
        self._shown = tuple(found)
        self.buttons.clear()
        self.links.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, one in enumerate(self._shown[:_MOST]):
            self._add(one, spaced=number > 0)
        if len(self._shown) > _MOST:
            more = PlainLabel(f"… and {len(self._shown) - _MOST:,} more, each on the page of its column.")
            more.setWordWrap(True)
            set_role(more, "caption")
            self._column.addWidget(more)

    def _add(self, one: DataWarning, *, spaced: bool) -> None:
        if spaced and self._with_columns:
            self._column.addSpacing(8)
        if self._with_columns and one.column:
            name = printable(one.column)
            link = QPushButton(_short(name, _LONGEST_NAME))
            set_role(link, "link")
            link.setAccessibleName(f"Show the column {name}")
            link.clicked.connect(partial(self.column_wanted.emit, one.column))
            self.links.setdefault(one.column, link)
            self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        label = PlainLabel(printable(one.words))
        label.setWordWrap(True)
        set_role(label, "quiet")
        self._column.addWidget(label)
        for repair in one.repairs:
            words = printable(repair.label)
            button = WrappedButton(_short(words))
            button.setAccessibleName(words)
            button.setToolTip(plain_tip(words) if button.text() != words else "")
            button.clicked.connect(partial(self.repair_wanted.emit, repair))
            self.buttons.append(button)
            self._column.addWidget(button)


def _short(words: str, longest: int = _LONGEST) -> str:
    return words if len(words) <= longest else f"{words[: longest - 12]}…{words[-11:]}"


class DataWarnings(QWidget):
    """What there is to say of the data of a document, under a heading; hidden where that is nothing, or not known."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown_of: tuple[str, object] = ("", None)
        self.list = WarningList()
        title = PlainLabel("Worth knowing")
        set_role(title, "section")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(self.list)
        self.list.repair_wanted.connect(partial(repair_data, document))
        self.hide()

    @property
    def words(self) -> list[str]:
        """The sentences on show."""
        return self.list.words

    @property
    def buttons(self) -> list[QPushButton]:
        """What could be done, in the order of the sentences."""
        return self.list.buttons

    def show_recipe(self) -> None:
        """Show what there is to say of the data of the document's recipe; while it is read again, what there was."""
        recipe = self._document.recipe
        found, shown_of = warnings_in(recipe), (recipe.dataset, recipe.dataset_options.get("path"))
        if found is None and shown_of == self._shown_of:
            return
        self._shown_of = shown_of
        self.list.show_warnings(found or ())
        self.setVisible(bool(self.list.words))
