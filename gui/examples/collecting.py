"""Collecting examples for one window: opens the dialog, and makes a dataset of one's own the project's data."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.examples import library
from engine.data.examples.values import ExampleKind
from engine.data.sources.own_examples import NAME
from engine.tasks import examples_proposal
from gui.dialogs import Dialogs
from gui.examples.collect_dialog import CollectDialog
from gui.examples.handwriting import Handwriting
from gui.examples.new_dataset_dialog import NewDatasetDialog
from gui.workspace import Workspace


class Collecting(QObject):
    """``told`` is a sentence for the status line."""

    told = Signal(str)

    def __init__(self, studio: Workspace, handwriting: Handwriting, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._handwriting, self.dialogs, self._window = studio, handwriting, dialogs, window
        self.dialog: CollectDialog | None = None

    @Slot()
    def open(self) -> None:
        """Open the dialog with the drawings that belong to the pad; without a pad with the first dataset there is."""
        name = self._handwriting.name_of_dataset()
        if name:
            try:
                self._handwriting.begun_dataset()
            except DataError as error:
                self.told.emit(str(error))
                return
        else:
            drawn = [one for one in library.everything() if one.collection.description.kind is ExampleKind.PICTURES]
            name = drawn[0].name if drawn else ""
        self.dialog = CollectDialog(self._studio, self.dialogs, name, self._ask_for_new, self._window)
        self.dialog.collected.connect(self._handwriting.look_again)
        self.dialog.use_wanted.connect(self.use)
        self.dialog.destroyed.connect(self._closed)
        self.dialog.show()

    @Slot()
    def _closed(self) -> None:
        self.dialog = None

    def _ask_for_new(self) -> library.OwnDataset | None:
        asked = NewDatasetDialog(self.dialog)
        if asked.exec() != QDialog.DialogCode.Accepted or asked.description is None:
            return None
        try:
            return library.begin(asked.description)
        except DataError as error:
            self.told.emit(str(error))
            return None

    @Slot(str)
    def use(self, name: str) -> None:
        """Learn from a dataset of the library; a diagram for other data gives way to one that fits, Undo back to it."""
        found = library.find(name)
        if found is None:
            return
        document, own = self._studio.document, {"dataset": NAME, "dataset_options.path": name}
        known = catalogue.schema_if_known(NAME, {"path": name})
        schema = self._studio.schema
        if known is not None and schema is not None and schema.input == known.input and document.whole.inputs:
            document.set_recipe("Choose the dataset", document.recipe.with_settings(own))
        else:
            proposal = examples_proposal.propose(found.path, name=name)
            document.begin_with("Choose the dataset", proposal.graph, proposal.recipe)
        self.told.emit(f"{found.collection.description.title} is the data of this project now. Undo goes back.")
