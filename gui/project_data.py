"""The open project and its dataset: what is known of the data, and what becomes known of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.data.dataset import Schema
from engine.graph.targets import CLASSIFIED
from engine.tasks.kind import TaskKind
from engine.training.data_loading import kind_chosen, schema_of
from engine.training.recipe import Recipe
from gui.dataset_preview import DataPreview, DatasetPreview
from gui.file_reading import FileReading
from gui.project_session import ProjectSession


class ProjectData(QObject):
    """The open project of a window and what its data is like.

    ``notice`` is a sentence for the status line; ``looked(DatasetPreview or None)`` tells what is known of the dataset.
    """

    notice = Signal(str)
    looked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = ProjectSession(self)
        self.document = self.session.document
        self.data = DataPreview(self)
        self.reading = FileReading(self)
        self._closed = False
        self.reading.read.connect(self.look_again)
        self.data.looked.connect(self._looked)
        self.data.downloaded.connect(self._downloaded)

    @property
    def schema(self) -> Schema | None:
        """The schema of the recipe's dataset, or None when it is not known here."""
        return schema_of(self.document.recipe)

    @property
    def kind(self) -> TaskKind | None:
        """What the recipe learns; None where its dataset is not known here."""
        return kind_chosen(self.document.recipe)

    @property
    def has_pad(self) -> bool:
        """Whether the dataset's pictures are what the drawing pad gives: 28×28 in grey, to be told apart."""
        schema = self.schema
        return schema is not None and schema.input.sizes == (1, 28, 28) and schema.target.kind in CLASSIFIED

    def look(self) -> DatasetPreview | None:
        """What is known of the recipe's dataset; None while it is loaded, then ``looked`` follows."""
        return self.data.look(self.document.recipe)

    def choose_dataset(self, name: str) -> None:
        """Make another dataset the recipe's."""
        self.document.set_recipe("Choose the dataset", self.document.recipe.with_setting("dataset", name))

    @Slot()
    def look_again(self) -> None:
        """What the data is like may be known now, or be something else: a file has been read or has changed."""
        if not self._closed:
            self.document.look_again()
            self.looked.emit(self.look())

    @Slot(object, object)
    def _looked(self, recipe: Recipe, look: DatasetPreview) -> None:
        # A look that was asked for earlier may arrive after the dataset's options have changed again.
        if self.data.same(recipe, self.document.recipe):
            self.looked.emit(look)

    @Slot(str, str)
    def _downloaded(self, name: str, problem: str) -> None:
        if problem:
            self.notice.emit(problem)
        elif name == self.document.recipe.dataset:
            self.looked.emit(self.look())
