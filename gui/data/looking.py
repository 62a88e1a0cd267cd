"""Opens the window in which one looks at a table, keeps it up with the document, and makes of choices steps of undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from engine.data import column_settings
from engine.data.dataset import DataError
from engine.data.fields import DataField, Role
from engine.data.profile import DataRepair
from engine.data.progress import ReadingStopped
from engine.data.reading import StillReading, forget_failures
from engine.data.sources import own_table
from engine.data.sources.own_table_parts import no_parts
from engine.data.sources.own_table_roles import with_label, with_log, with_role
from engine.data.sources.own_table_settings import settings_of, with_type, with_values
from engine.data.sources.own_table_view import TableContents, view
from engine.data.table_reading import OPTIONS
from engine.reports.data_words import name_unread
from engine.training.recipe import RecipeError
from gui.data.data_window import DataWindow
from gui.data_warnings import repair_data, warnings_in
from gui.dataset_preview import DatasetPreview
from gui.looked_at import LookAt, look_of
from gui.splits.facts import facts_of
from gui.workspace import Workspace


class _Errand:
    """Reads a table; ``run`` is for a thread that may wait."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = dict(options)
        self.view: TableContents | None = None
        self.problem = ""
        self.stopped = False
        """Somebody had the reading end before it was done."""

    @property
    def path(self) -> Path:
        """The file that is read."""
        return Path(str(self.options.get("path", ""))).expanduser().absolute()

    def run(self) -> None:
        try:
            self.view = view(self.options)
        except DataError as error:
            self.problem, self.stopped = str(error), isinstance(error, ReadingStopped)


class Looking(QObject):
    """Serves one window of the program. ``action`` opens it, and can be chosen where there is a table to look at."""

    def __init__(self, studio: Workspace, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._document, self._action, self._window = studio, studio.document, action, window
        self.dialog: DataWindow | None = None
        """The window that is open."""
        self._errand: _Errand | None = None
        self._wanted: Callable[[], None] | None = None
        """What was chosen while the columns were still being judged."""
        action.triggered.connect(self.open)
        self._document.changed.connect(self._changed)
        studio.reading.read.connect(self._read)
        studio.looked.connect(self._show_split)
        self._changed()

    @Slot()
    def open(self) -> None:
        """Look at the table of the project."""
        if not self._is_table():
            return
        if self.dialog is None:
            self.dialog = dialog = DataWindow(self._window)
            dialog.page.role_wanted.connect(self._set_role)
            dialog.page.log_wanted.connect(self._set_log)
            dialog.reading.chosen.connect(self._set_reading)
            dialog.again.clicked.connect(self._read_again)
            dialog.page.label_wanted.connect(self._set_label)
            dialog.page.chosen.connect(self._set_values)
            for listed in (dialog.warnings, dialog.page.warnings):
                listed.repair_wanted.connect(self._repair)
            dialog.closed.connect(self._close)
            dialog.show()
            self._changed()
        else:
            self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot()
    def _close(self) -> None:
        dialog, self.dialog, errand, self._errand = self.dialog, None, self._errand, None
        self._wanted = None
        if dialog is not None:
            dialog.show_words("")
            dialog.deleteLater()
        if errand is not None and errand.view is not None:
            # To free the cells of a large table takes long: that is done where files are read.
            held = [errand.view]
            errand.view = None
            self._studio.reading.do(partial(held.clear))

    def _is_table(self) -> bool:
        return look_of(self._document.recipe) is LookAt.TABLE

    @Slot()
    def _changed(self, *_values: object) -> None:
        self._action.setEnabled(look_of(self._document.recipe) is not LookAt.NOTHING)
        dialog, options = self.dialog, self._document.recipe.dataset_options
        if dialog is None:
            return
        if not self._is_table():
            dialog.close()
            return
        errand = self._errand
        if errand is None or any(errand.options.get(name) != options.get(name) for name in own_table.READ_BY):
            self._errand = errand = _Errand(options)
            self._begin(dialog, errand)
        elif errand.view is not None:
            self._show_fields(dialog)

    def _begin(self, dialog: DataWindow, errand: _Errand) -> None:
        """Have the table be read."""
        dialog.show_words(name_unread(self._document.recipe), reading=errand.path)
        dialog.reading.show_reading(errand.options, (), ())
        self._studio.reading.do(errand.run)

    @Slot()
    def _read_again(self) -> None:
        """Read what was stopped."""
        if self.dialog is not None and self._is_table():
            forget_failures()
            self._errand = _Errand(self._document.recipe.dataset_options)
            self._begin(self.dialog, self._errand)
            self._document.look_again()

    @Slot(str, object)
    def _set_reading(self, name: str, value: object) -> None:
        """Read the file by another value of an option. Values of the same option in a row are one step of undo."""
        options = {one: said for one, said in self._document.recipe.dataset_options.items() if one != name}
        if value != next(option.default for option in OPTIONS if option.name == name):
            options[name] = value
        try:
            recipe = self._document.recipe.with_setting("dataset_options", options)
        except RecipeError as error:
            self._document.complain.emit(str(error))
            return
        self._document.set_recipe("Change how the file is read", recipe, merge=f"dataset_options.{name}")

    @Slot()
    def _read(self) -> None:
        dialog, errand = self.dialog, self._errand
        if dialog is None or errand is None:
            return
        title = name_unread(self._document.recipe)
        if errand.problem:
            dialog.show_words(title, errand.problem, unread=errand.stopped)
            dialog.reading.show_reading(errand.options, (), (), problem=not errand.stopped)
        elif errand.view is not None:
            if dialog.rows.table is not errand.view:
                dialog.show_table(title, errand.view)
                sheets = errand.view.looked.table.text.source.sheets
                dialog.reading.show_reading(errand.options, errand.view.guesses, sheets)
            self._show_fields(dialog)
            if self._wanted is not None:
                self._wanted()

    @Slot(object)
    def _show_split(self, look: DatasetPreview | None) -> None:
        """How the rows are divided, where that is known."""
        dialog, schema = self.dialog, self._studio.schema
        if dialog is None or dialog.rows.table is None:
            return
        dialog.split.show_split(None if schema is None else facts_of(self._document.recipe, schema, look))

    def _show_fields(self, dialog: DataWindow) -> None:
        self._show_split(self._studio.look())
        settings = column_settings.read(str(self._document.recipe.dataset_options.get("settings", "")))
        try:
            dialog.show_fields(self._fields(), settings=settings)
        except StillReading:
            return  # what there was stays on show until it is known
        except DataError as error:
            dialog.show_fields((), str(error), settings)
        if (found := warnings_in(self._document.recipe)) is not None:
            dialog.show_warnings(found)

    def _fields(self) -> tuple[DataField, ...]:
        return own_table.table(self._document.recipe.dataset_options).schema.fields

    @Slot(str, object)
    def _set_role(self, name: str, role: Role) -> None:
        contents = None if self._errand is None else self._errand.view
        if role is Role.PARTS and contents is not None and self.dialog is not None:
            look = next(look for look in contents.looked.looks if look.column.name == name)
            if words := no_parts(look):
                self._document.complain.emit(words)
                self._show_fields(self.dialog)
                return
        self._choose(lambda: with_role(self._document.recipe.dataset_options, self._fields(), name, role), name, "role")

    @Slot(str, bool)
    def _set_log(self, name: str, log: bool) -> None:
        self._choose(lambda: with_log(self._document.recipe.dataset_options, self._fields(), name, log), name, "log")

    @Slot(str, bool)
    def _set_label(self, name: str, label: bool) -> None:
        def options() -> dict[str, Any]:
            return with_label(self._document.recipe.dataset_options, self._fields(), name, label)

        self._choose(options, name, "label")

    @Slot(str, object, str)
    def _set_values(self, name: str, values: dict[str, Any], what: str) -> None:
        def options() -> dict[str, Any]:
            given = self._document.recipe.dataset_options
            if "type" in values:
                return with_type(given, self._fields_if_known(), name, values["type"])
            changed = with_values(given, name, values)
            if self._errand is not None and self._errand.view is not None:
                settings_of(changed["settings"], self._errand.view.looked.table.names)
            return changed

        self._choose(options, name, what)

    @Slot(object)
    def _repair(self, repair: DataRepair) -> None:
        repair_data(self._document, repair)

    def _fields_if_known(self) -> tuple[DataField, ...]:
        """The columns, none where what was chosen cannot be honoured. Raises StillReading."""
        try:
            return self._fields()
        except StillReading:
            raise
        except DataError:
            return ()

    def _choose(self, options: Callable[[], dict[str, Any]], name: str, what: str) -> None:
        """Change the options of the table, as soon as it is known what its columns are under those there are.

        Choices of the same for the same column in a row are one step of undo.
        """
        self._wanted = None
        try:
            recipe = self._document.recipe.with_setting("dataset_options", options())
        except StillReading:
            self._wanted = partial(self._choose, options, name, what)
            return
        except (DataError, RecipeError, ValueError) as error:
            self._document.complain.emit(str(error))
            if self.dialog is not None:
                self._show_fields(self.dialog)  # what holds is on show again
            return
        self._document.set_recipe("Change the data", recipe, merge=f"dataset_options of {name}: {what}")
