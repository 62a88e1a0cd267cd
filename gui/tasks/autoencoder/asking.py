"""A view that asks what comes back of held-out samples, while it is on screen."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from engine.data.dataset import Schema
from engine.tasks.queries import Answer, Reconstruct, Reconstructed
from gui.dataset_preview import DatasetPreview
from gui.training.trained import Trained
from gui.workspace import Workspace


class AskingView(QWidget):
    """Follows the workspace. Who extends it says what to ask, and shows what comes; ``key`` names its questions."""

    key = ""

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio

    def follow(self) -> None:
        """Begin to follow; called once the view is built."""
        self.studio.looked.connect(self.show_data)
        self.studio.network_changed.connect(self.ask)
        self.studio.predictions.answered.connect(self._answered)
        self.studio.predictions.refused.connect(self._refused)
        self.show_data(self.studio.look())

    def query(self) -> Reconstruct:
        """What to ask."""
        return Reconstruct()

    def clear(self) -> None:
        """Show nothing: the data is another, or nothing is learned yet."""
        raise NotImplementedError

    def show_found(self, found: Reconstructed, schema: Schema, steps: int) -> None:
        """Show what came back after so many steps of training."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """Say why nothing can be shown."""
        raise NotImplementedError

    @Slot(object)
    def show_data(self, _look: DatasetPreview | None) -> None:
        """Begin anew with other data."""
        self.clear()
        self.ask()

    @property
    def asks_unseen(self) -> bool:
        """Whether it asks although nobody looks."""
        return False

    @Slot()
    def ask(self) -> None:
        """Ask, where there is a network of this data that gives back what it is given."""
        schema, trained = self.studio.schema, self.studio.predictions.trained
        if schema is None or trained is None or trained.signature is None:
            return
        if not trained.signature.target.gives_back_input or trained.signature.input != schema.input:
            return
        if self.isVisible() or self.asks_unseen:
            self.studio.predictions.ask(self.key, self.query())

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        schema = self.studio.schema
        if key != self.key or not isinstance(answer, Reconstructed) or trained is None or schema is None:
            return
        if answer.inputs.shape[1:] == schema.input.sizes:
            self.show_found(answer, schema, trained.steps)

    @Slot(str, str)
    def _refused(self, key: str, why: str) -> None:
        if key == self.key and why:
            self.say(why)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()
