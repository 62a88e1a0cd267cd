"""Points of the user's own as a project's data: begun, given axes and names, exported."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QHBoxLayout, QLineEdit, QMenu, QWidget

from engine.data.dataset import DataError
from engine.data.examples import export, library
from engine.data.examples.values import LONGEST_NAME, Description, ExampleKind
from engine.data.sources.own_examples import NAME
from engine.graph.targets import CLASSIFIED
from engine.number_text import real_number, rounded
from engine.tasks import examples_proposal
from gui.dialogs import Dialogs
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.tryout.point_painter import COLOURS, PointPainter
from gui.workspace import Workspace

_TITLE, _FIRST = "Painted points", 2


class PointSets(QObject):
    """Serves one window: what is asked for by its menu, and by the bar above the points."""

    def __init__(self, studio: Workspace, painter: PointPainter, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._painter, self.dialogs, self._window = studio, painter, dialogs, window
        painter.bar.more_wanted.connect(self.open_menu)

    @Slot()
    def begin(self) -> None:
        """Paint on an empty plane: a new dataset of the library, with a network for it where there is none."""
        try:
            made = library.begin(Description(_TITLE, ExampleKind.POINTS, COLOURS[:_FIRST]))
        except DataError as error:
            self._studio.notice.emit(str(error))
            return
        document, schema = self._studio.document, self._studio.schema
        own = {"dataset": NAME, "dataset_options.path": made.name}
        fits = schema is not None and schema.input.sizes == (2,) and schema.target.kind in CLASSIFIED
        if fits and document.whole.inputs:
            document.set_recipe("Paint points", document.recipe.with_settings(own))
        else:
            proposal = examples_proposal.propose(made.path, name=made.name)
            document.begin_with("Paint points", proposal.graph, proposal.recipe)
        self._studio.notice.emit("Paint with the mouse on the map below the diagram: the network follows each stroke.")

    @Slot()
    def open_menu(self) -> None:
        """What else there is to do with the points on show."""
        found = self._painter.dataset()
        if found is None:
            return
        menu = QMenu(self._window)
        follow = menu.addAction("Train after each stroke")
        follow.setCheckable(True)
        follow.setChecked(self._painter.bar.follows)
        follow.toggled.connect(self._follow)
        menu.addSeparator()
        menu.addAction("Title and axes…").triggered.connect(self.describe)
        for form in export.formats(found.collection):
            menu.addAction(f"Export as {export.FORMATS[form]}…").triggered.connect(partial(self._export, form))
        menu.addSeparator()
        menu.addAction("Erase all points").triggered.connect(self._painter.erase_all)
        button = self._painter.bar.more
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    @Slot(bool)
    def _follow(self, follows: bool) -> None:
        self._painter.bar.follows = follows

    @Slot()
    def describe(self) -> None:
        """Ask for other axes and another title."""
        found = self._painter.dataset()
        if found is not None:
            dialog = AxesDialog(found.collection.description, self._window)
            if dialog.exec() == QDialog.DialogCode.Accepted and dialog.description is not None:
                self._painter.describe(dialog.description)

    def _export(self, form: str, _checked: bool = False) -> None:
        found = self._painter.dataset()
        if found is None:
            return
        path = self.dialogs.file_for_examples(Path.home() / f"{found.name}.{form}", form)
        if path is not None:
            try:
                export.export(found.collection, form, path)
            except DataError as error:
                self._studio.notice.emit(str(error))
            else:
                self._studio.notice.emit(f"{len(found.collection.examples):,} points are in {path}.")


class AxesDialog(QDialog):
    """Asks for the title, and for name and ends of each axis. ``description`` is the answer, None until it is sound."""

    def __init__(self, described: Description, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Title and axes")
        self._before = described
        self.description: Description | None = None
        self.title_field = QLineEdit(described.title)
        self.names = [QLineEdit(name) for name in described.axes]
        self.ends = [[QLineEdit(rounded(value)) for value in ends] for ends in described.ranges]
        self.problem = PlainLabel()
        set_role(self.problem, "warning")
        self.problem.setWordWrap(True)
        self.problem.hide()
        form = QFormLayout(self)
        form.addRow("Title", self.title_field)
        for field in (self.title_field, *self.names):
            field.setMaxLength(LONGEST_NAME)
        for words, name, ends in zip(("Across", "Up"), self.names, self.ends, strict=True):
            row = QHBoxLayout()
            row.addWidget(name, 2)
            for word, field in zip(("from", "to"), ends, strict=True):
                field.setAccessibleName(f"{words} {word}")
                row.addWidget(PlainLabel(word))
                row.addWidget(field, 1)
            form.addRow(words, row)
        form.addRow(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def accept(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        try:
            (x0, x1), (y0, y1) = ([real_number(field.text()) for field in ends] for ends in self.ends)
            names = (self.names[0].text().strip(), self.names[1].text().strip())
            title = self.title_field.text().strip()
            self.description = replace(self._before, title=title, axes=names, ranges=((x0, x1), (y0, y1)))
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
        else:
            super().accept()
