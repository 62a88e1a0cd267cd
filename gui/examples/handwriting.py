"""My handwriting: drawings of the pad are kept with their right answers, the network is judged by and taught with them.

The drawings are a dataset of the user's library (``engine.data.examples``), one for each set of classes. How well they
are read is asked of the network in small pieces, so that the pad's questions are answered in between.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.counting import counted
from engine.data import catalogue
from engine.data.dataset import DataError, Schema
from engine.data.examples import file, library
from engine.data.examples.values import Description, Example, ExampleKind
from engine.data.kinds import PictureForm
from engine.data.pictures.form import DIGITS
from engine.data.sources.own_examples import NAME
from engine.reports.own_drawings import OwnFigure, accuracy_of, beside, gained_and_lost
from engine.tasks.queries import Answer, Predicted
from engine.training.recipe import Recipe
from engine.training.teaching import judged_with, teaching_recipe
from gui.training.trained import Trained
from gui.tryout.host import TryoutHost
from gui.workspace import Workspace

_KEY = "own drawings"
_PIECE = 64
"""Drawings that are asked about at a time."""
_MOST_JUDGED = 2_000
"""The newest drawings that are judged by."""
_REST_MS = 300
"""How long nothing must have changed before the drawings are asked about."""
_SHORT = 14
"""Letters of a dataset's title that there is room for."""
_HANDWRITING = "my-handwriting"


class Handwriting(QObject):
    """Serves the pad of one window."""

    told = Signal(str)
    """A sentence for the status line."""
    judged = Signal(str)
    """How well the run in use reads the drawings, in a few words; "" where there are none to judge by."""

    def __init__(self, studio: Workspace, tryout: TryoutHost) -> None:
        super().__init__(tryout)
        self._studio, self._panel = studio, tryout.pad
        self.figure: OwnFigure | None = None
        """How well the network on show reads the drawings; None where that is not known."""
        self._of: tuple[Trained, library.OwnDataset] | None = None
        """Whose figure it is, or is being found."""
        self._left: list[tuple[Example, ...]] = []
        """The drawings that are to be asked about yet, in pieces."""
        self._read: dict[str, bool] = {}
        """Of each drawing asked about, by its id, whether it was read as it is meant."""
        self._undone: tuple[library.OwnDataset, Example, object] | None = None
        """What was kept last, and its strokes: where these come back by Undo, it is taken away again."""
        self._before: tuple[Trained, float | None, OwnFigure | None] | None = None
        """What teaching began with."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.judge)
        self._panel.named.connect(self.keep)
        self._panel.pad.undone.connect(self._take_back)
        self._panel.own.teach.connect(self.teach)
        studio.predictions.answered.connect(self._answered)
        studio.network_changed.connect(self.look_again)
        studio.looked.connect(self.look_again)
        studio.trainer.ended.connect(self.look_again)
        studio.evaluator.evaluated.connect(self._evaluated)

    # The dataset

    def name_of_dataset(self) -> str:
        """The dataset of the library that drawings of the pad belong to; "" where there is no pad."""
        schema, recipe = self._studio.schema, self._studio.document.recipe
        if schema is None or not self._studio.has_pad:
            return ""
        if recipe.dataset == NAME and recipe.dataset_options.get("path"):
            return str(recipe.dataset_options["path"])
        return _HANDWRITING if schema.target.names == DIGITS else f"my-{recipe.dataset}".replace("+", "-")

    def dataset(self) -> library.OwnDataset | None:
        """What there is of it; None for nothing."""
        name = self.name_of_dataset()
        return library.find(name) if name else None

    def begun_dataset(self) -> library.OwnDataset:
        """The same, begun where there is none. Raises DataError."""
        schema = self._studio.schema
        name = self.name_of_dataset()
        if schema is None or not name:
            raise DataError("There is no pad to draw on for this dataset.")
        return library.begin(_description(schema), name)

    # Keeping

    @Slot(object, int)
    def keep(self, picture: NDArray[np.uint8], index: int) -> None:
        """Keep a prepared drawing (uint8 28×28) with its class; the pad is empty for the next one."""
        schema = self._studio.schema
        if schema is None:
            return
        try:
            kept = self.begun_dataset()
            (example,) = file.add(kept.path, [(schema.target.names[index], picture[np.newaxis])])
        except DataError as error:
            self.told.emit(str(error))
            return
        pad = self._panel.pad
        strokes = pad.strokes()
        pad.clear()
        self._undone = (kept, example, strokes)
        title = kept.collection.description.title
        self.told.emit(f"Kept as {example.label} in {title}. Undo on the pad takes it back.")
        self.look_again()

    @Slot()
    def _take_back(self) -> None:
        """The drawing kept last is on the pad again: it is not kept any more."""
        pad = self._panel.pad
        if self._undone is None or pad.is_empty():
            return
        kept, example, strokes = self._undone
        self._undone = None
        if pad.strokes() == strokes:
            try:
                file.remove(kept.path, [example.id])
            except DataError as error:
                self.told.emit(str(error))
            else:
                self.told.emit(f"Taken back: it is not kept as {example.label} any more.")
            self.look_again()

    # Judging

    @Slot()
    def look_again(self, *_values: object) -> None:
        """Something is another: the drawings, the network, the data."""
        self._show()
        if not self._studio.trainer.running:
            self._rest.start()

    @Slot()
    def judge(self) -> None:
        """Ask the network on show about the drawings, where that was not done yet."""
        trained, kept = self._studio.session.fitting, self.dataset()
        if self._studio.trainer.running or trained is None or kept is None or trained.signature is None:
            if not self._studio.trainer.running:
                self.figure, self._of = None, None
                self._show()
            return
        if self._of is not None and self._of[0] is trained and self._of[1].collection is kept.collection:
            return
        shown = [example for example in kept.collection.examples if example.label in self._names][-_MOST_JUDGED:]
        self._of, self._read = (trained, kept), {}
        self._left = [tuple(shown[at : at + _PIECE]) for at in range(0, len(shown), _PIECE)]
        self._ask()

    @property
    def _names(self) -> tuple[str, ...]:
        schema = self._studio.schema
        return () if schema is None else schema.target.names

    def _ask(self) -> None:
        if self._left:
            self._studio.ask(_KEY, np.stack([example.values for example in self._left[0]]))
            return
        assert self._of is not None
        trained, kept = self._of
        held = library.was_learned_from(kept.path) or trained.recipe.dataset == NAME
        self.figure = self._counted(kept, held=held)
        self._show()
        self._tell_taught()
        self.judged.emit("" if self.figure is None else self.figure.words)

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, trained: Trained | None) -> None:
        if key != _KEY or not self._left or self._of is None:
            return
        if trained is not self._of[0] or not isinstance(answer, Predicted):
            self._of, self._left = None, []  # other weights answer now: it will be asked again
            return
        asked, names = self._left.pop(0), self._names
        if answer.answers.shape == (len(asked), len(names)):
            for example, best in zip(asked, answer.answers.argmax(axis=1), strict=True):
                self._read[example.id] = names[best] == example.label
        self._ask()

    def _counted(self, kept: library.OwnDataset, *, held: bool) -> OwnFigure | None:
        """The figure of the drawings asked about: of all, or of those alone that are held out."""
        judged = kept.collection.held_out if held else kept.collection.examples
        found = [self._read[example.id] for example in judged if example.id in self._read]
        return OwnFigure(sum(found), len(found), held) if found else None

    @property
    def words(self) -> str:
        """Both figures in a line; "" where there are no drawings."""
        kept, trained = self.dataset(), self._studio.session.fitting
        if kept is None or not kept.collection.examples:
            return ""
        if trained is None or self.figure is None:
            count = len(kept.collection.examples)
            return f"{counted(count, 'drawing')} of yours kept"
        return beside(_title(trained.recipe), accuracy_of(trained.test), self.figure)

    def _show(self) -> None:
        kept = self.dataset()
        ready = self._studio.session.fitting is not None and not self._studio.trainer.running
        can_teach = ready and kept is not None and bool(kept.collection.to_learn_from)
        self._panel.say_of_own(self.words, can_teach=can_teach)

    # Teaching

    @Slot()
    def teach(self) -> None:
        """Train the network further on the drawings, mixed with what it has learned before."""
        trained = self._studio.session.fitting
        if trained is None:
            return
        try:
            kept = self.begun_dataset()
            recipe = teaching_recipe(trained.recipe, self.name_of_dataset())
        except DataError as error:
            self.told.emit(str(error))
            return
        known = self._of is not None and self._of[0] is trained and not self._left
        figure = self._counted(kept, held=True) if known else None
        same = judged_with(recipe) == judged_with(trained.recipe)
        if self._studio.teach("Teach it mine", recipe):
            library.learned_from(kept.path)
            accuracy = accuracy_of(trained.test) if same else None
            self._before = (trained, accuracy, figure)
            if accuracy is None:  # judged by other data than the run before, or not yet
                self._studio.evaluator.start(replace(trained, recipe=recipe, test=None))
            self.told.emit("Teaching it your drawings, mixed with what it has learned before. Undo stops it.")

    @Slot(object, object)
    def _evaluated(self, trained: Trained, figures: dict[str, object]) -> None:
        if self._before is not None and trained.weights is self._before[0].weights:
            self._before = (self._before[0], accuracy_of(figures), self._before[2])
            self._tell_taught()

    def _tell_taught(self) -> None:
        """Say what was gained and lost, once all of it is known."""
        trained = self._studio.session.fitting
        if self._before is None or trained is None or trained is self._before[0] or self._studio.trainer.running:
            return
        if self._of is None or self._of[0] is not trained or self._left or trained.test is None:
            return
        _, accuracy, figure = self._before
        words = gained_and_lost(_title(trained.recipe), (accuracy, figure), (accuracy_of(trained.test), self.figure))
        self._before = None
        self.told.emit(f"Taught. {words}. Undo brings back the network as it was.")


def _description(schema: Schema) -> Description:
    digits = schema.target.names == DIGITS
    title = "My handwriting" if digits else f"My drawings for {schema.title}"[:100]
    form = schema.picture_form or (None if digits else PictureForm.DIGITS)
    return Description(title, ExampleKind.PICTURES, schema.target.names, schema.input.sizes, form=form)


def _title(recipe: Recipe) -> str:
    """What the test figure of a run is of."""
    known = catalogue.schema_if_known(judged_with(recipe), None)
    return known.title if known is not None and len(known.title) <= _SHORT else "test"
