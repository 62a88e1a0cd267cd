"""A file of the user's becomes the data of the project: read in the background, then a network is proposed for it.

Until it has been read the project stays as it is, and a file that cannot be learned from changes nothing. The proposal
is the one that the command ``new --data`` makes. A diagram of the user's that takes the data is kept and the proposal
offered beside it; otherwise it is taken at once. Either is one step of undo.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from engine.data import catalogue, reading
from engine.data.dataset import DataError
from engine.graph.advice.analysis import analyse
from engine.tasks.proposal import proposed
from engine.tasks.proposed import Proposal
from engine.tasks.registry import AUTOMATIC
from engine.training.data_loading import kind_chosen, signature_of
from engine.training.recipe import Recipe
from gui.panels.data_page import DataPage
from gui.workspace import Workspace


class _Errand:
    """Reads a file; ``run`` is for a thread that may wait. Then there is a ``proposal``, or a ``problem``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.proposal: Proposal | None = None
        self.problem = ""

    @property
    def done(self) -> bool:
        return self.proposal is not None or bool(self.problem)

    def run(self) -> None:
        try:
            self.proposal = proposed(self.path)
        except DataError as error:
            self.problem = str(error)
        except Exception:
            self.problem = f"{self.path.name} cannot be learned from."
            raise


class DataOpening(QObject):
    """Serves one window. ``say`` shows a sentence; ``page`` shows what becomes of the file."""

    def __init__(self, studio: Workspace, page: DataPage, say: Callable[[str], None]) -> None:
        super().__init__(studio)
        self._studio, self._document, self._page, self._say = studio, studio.document, page, say
        self._errand: _Errand | None = None
        self._proposal: Proposal | None = None
        self._version = self._version_now()
        studio.reading.read.connect(self._read)
        studio.session.replaced.connect(self.cancel)
        self._document.changed.connect(self._changed)
        page.file.cancelled.connect(self.give_up)
        page.file.again.connect(self.read_again)
        page.file.accepted.connect(self.accept)
        application = QCoreApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._activated)

    def open(self, path: Path) -> None:
        """Learn from a file from now on, once it has been read."""
        reading.forget_failures()  # it is asked for anew: what was stopped or failed before is tried again
        self._errand = errand = _Errand(path.absolute())
        self._say(f"{path.name} is being read. The project stays as it is until that is done.")
        self._show_data()
        self._show()
        self._studio.reading.do(errand.run)

    @Slot()
    def give_up(self) -> None:
        """Go on with the data there is."""
        if self._errand is not None:
            self._say(f"{self._errand.path.name} is not opened. The data of the project is what it was.")
            self._errand = None
            self._show()

    @Slot()
    def cancel(self) -> None:
        """Forget what was being opened: another project is."""
        self._errand = self._proposal = None
        self._changed()

    @Slot()
    def _read(self) -> None:
        errand = self._errand
        if errand is None or not errand.done:
            self._show()
            return
        self._errand = None
        if errand.proposal is None:
            self._say(f"{errand.problem} The data of the project is what it was.")
            self._show()
            return
        moved, recipe = self._with_data(errand.proposal)
        kept = moved or (self._has_work and self._fits(recipe))
        self._proposal = errand.proposal if kept and not moved else None
        if kept:
            self._document.set_recipe("Open the data", recipe)
        else:
            # An example that is open makes way: what it learned, and its name, are not of this data.
            made = errand.proposal
            self._document.begin_with("Open the data", made.graph, made.recipe, title=made.title)
        self._show_data()
        self._show()
        now = f"{errand.path.name} is the data of this project now"
        if kept:
            proposed = "" if moved else " A network for it is proposed at the right."
            self._say(f"{now}.{proposed} Undo brings back the data it had.")
        else:
            self._say(f"{now}, with a network for it: press Train. Undo brings back what there was.")

    @property
    def _has_work(self) -> bool:
        """Whether the diagram is the user's: it was changed, or opened from a file of theirs."""
        return self._document.can_undo or self._studio.session.path is not None

    def _fits(self, recipe: Recipe) -> bool:
        """Whether the diagram can be trained on the data of a recipe as it is."""
        try:
            return analyse(self._document.whole, signature_of(recipe)).ready
        except DataError:
            return False

    def _with_data(self, proposal: Proposal) -> tuple[bool, Recipe]:
        """The recipe with the file as its data, and whether that is one like the data there is, which may have been
        moved: its options stay."""
        before, wanted = self._document.recipe, proposal.recipe
        moved = before.dataset == wanted.dataset and bool(before.dataset_options.get("path"))
        recipe = before.with_setting("dataset", wanted.dataset)
        if moved:
            recipe = recipe.with_setting("dataset_options.path", wanted.dataset_options["path"])
        else:
            recipe = recipe.with_setting("dataset_options", wanted.dataset_options)
        if kind_chosen(recipe) is None:
            recipe = recipe.with_setting("task.kind", AUTOMATIC)
        return moved, recipe

    def _show_data(self) -> None:
        """Select the data block: its page says what becomes of the file."""
        self._document.go(())
        self._document.select(node.id for node in self._document.whole.of_kind("Input")[:1])

    # The proposal

    @Slot()
    def accept(self) -> None:
        """Begin with the network that is proposed; options of the data that were changed since stay."""
        proposal = self._proposal
        if proposal is not None:
            recipe = proposal.recipe.with_setting("dataset_options", self._document.recipe.dataset_options)
            self._document.begin_with("Begin with the proposed network", proposal.graph, recipe)

    @Slot()
    def _changed(self, *_values: object) -> None:
        self._version = self._version_now()
        self._show()

    def _show(self) -> None:
        proposal, recipe = self._proposal, self._document.recipe
        fits = proposal is not None and _file_of(proposal.recipe) == _file_of(recipe)
        taken = proposal is not None and self._document.whole is proposal.graph
        path = None if self._errand is None else self._errand.path
        self._page.show_opening(path, proposal if fits and not taken else None)

    # The file that the data is made of

    @Slot()
    def read_again(self) -> None:
        """Look at the file anew, though nothing tells that it has changed."""
        reading.forget_failures()
        self._studio.look_again()

    @Slot(object)
    def _activated(self, state: Qt.ApplicationState) -> None:
        """The user comes back to the window, and may have changed the file meanwhile."""
        if state is Qt.ApplicationState.ApplicationActive and self._version_now() != self._version:
            self._version = self._version_now()
            self._studio.look_again()

    def _version_now(self) -> object:
        recipe = self._document.recipe
        return catalogue.version(recipe.dataset, recipe.dataset_options)


def _file_of(recipe: Recipe) -> tuple[str, object]:
    return recipe.dataset, recipe.dataset_options.get("path")
