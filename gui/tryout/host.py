"""The place where one tries the model: the pad for digits, a picture from a file, a form for tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.data.dataset import Schema
from engine.data.fields import inputs
from engine.data.kinds import DataKind
from engine.data.learned_range import far_outside
from engine.data.novelty import sentence
from engine.data.tables.cells import encoded_cells
from engine.data.tables.seen import recorded
from engine.graph.targets import CLASSIFIED
from engine.tasks.queries import Answer, NearestSamples, Neighbours, Predict, Predicted
from engine.training.data_loading import kind_learned
from gui.dataset_preview import DatasetPreview
from gui.keys_in_words import with_key
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.training.trained import Trained
from gui.tryout.network_note import network_note
from gui.tryout.panel import TryoutPanel
from gui.tryout.picture_panel import PicturePanel
from gui.tryout.pixels import image_in_clipboard
from gui.tryout.table import TablePanel
from gui.workspace import Workspace

USUAL = ("pad", "picture", "row")
"""The panels to try a network out where it is not known what it learns; a kind names its own (``TaskKind.tryout``)."""
_PAD, _PICTURE, _ROW = "pad", "picture", "row"
_NEIGHBOURS = "neighbours"
_ALONG = "rows along column "


class OfferedPanel(QWidget):
    """What a panel has that a kind of learning brings along: it asks by itself, through ``Workspace.predictions``."""

    tried = Signal(object)
    """The row that is tried out now, float32 of one number a column; None for none."""
    file_wanted = Signal()
    """A picture is to be read from a file."""

    def try_sample(self, sample: NDArray[np.generic]) -> bool:
        """Try a raw sample of the data: a picture C×height×width, or a row. Returns whether there is a place for it."""
        return False

    def use(self, trained: Trained | None, note: str) -> None:
        """Ask this network from now on, None for none, and say ``note`` about it."""
        raise NotImplementedError


class TryoutHost(QStackedWidget):
    """Shows what fits the data, asks the workspace for predictions, and shows the answers."""

    file_wanted = Signal()
    """A picture is to be read from a file."""
    pasted = Signal(object)
    """An image was pasted, uint8 height×width×3."""
    drawn = Signal()
    """A stroke was drawn on the pad."""
    row_tried = Signal(object)
    """The row that is tried out now, float32 of one number a column; None where a field holds no number."""

    def __init__(self, studio: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._shown: tuple[object, ...] = ()
        self._refusals: dict[str, str] = {}
        """Why the last question of each panel got no answer."""
        self.pad = TryoutPanel()
        self.picture = PicturePanel()
        self.table = TablePanel()
        self.none = _Nothing()
        self._offered: dict[str, OfferedPanel] = {}
        set_role(self.table, "panel")
        for page in (self.pad, self.picture, self.table, self.none):
            self.addWidget(page)
        self.pad.prediction_wanted.connect(self._ask_pad)
        self.pad.drawing_changed.connect(self._keep_drawing)
        self.pad.pad.stroke_finished.connect(self.drawn)
        self.picture.prediction_wanted.connect(self._ask_picture)
        self.table.prediction_wanted.connect(self._ask_row)
        self.table.along_wanted.connect(self._ask_along)
        self.table.neighbours_wanted.connect(self._ask_neighbours)
        self.table.tried.connect(self.row_tried)
        for page in (self.pad, self.picture):
            page.file_wanted.connect(self.file_wanted)
        studio.predictions.refused.connect(self._refused)
        studio.predictions.answered.connect(self._answered)
        studio.network_changed.connect(self.ask)
        studio.looked.connect(self.show_data)
        studio.session.replaced.connect(self._replaced)

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Show what fits the dataset of the recipe."""
        schema = self._studio.schema
        panel = self._own_panel(schema)
        if schema is None:
            self.none.say("The dataset of this project is not known here.")
            self.setCurrentWidget(self.none)
            return
        kind = self._studio.kind
        panels = USUAL if kind is None else kind.tryout
        if panel is not None:
            self.setCurrentWidget(panel)
            self.ask()
        elif "pad" in panels and self._studio.has_pad:
            self._show_pad(schema)
        elif "row" in panels and schema.kind is not DataKind.PICTURES:
            self._show_table(schema, look)
        elif "picture" in panels and schema.kind is DataKind.PICTURES and schema.target.kind in CLASSIFIED:
            self._show_picture(schema, look)
        else:
            self.none.say(
                f"{schema.title} has images and no classes; that cannot be tried here yet."
                if kind is None or kind.automatic
                else f"Nothing is tried out here for this task: {kind.title}. What it has learned is beside the curves."
            )
            self.setCurrentWidget(self.none)

    def offer(self, name: str, panel: OfferedPanel) -> None:
        """Have a panel for kinds of learning that name it among theirs (``TaskKind.tryout``)."""
        self._offered[name] = panel
        set_role(panel, "panel")
        self.addWidget(panel)
        panel.tried.connect(self._tried)
        panel.file_wanted.connect(self.file_wanted)

    @Slot(object)
    def _tried(self, row: NDArray[np.float32] | None) -> None:
        if self.sender() is self.currentWidget():  # an answer may come when another panel is there already
            self.row_tried.emit(row)

    def _own_panel(self, schema: Schema | None) -> OfferedPanel | None:
        kind = kind_learned(self._studio.document.recipe, schema)
        names = () if kind is None else kind.tryout
        return next((self._offered[name] for name in names if name in self._offered), None)

    def _show_pad(self, schema: Schema) -> None:
        if self._shown != ("pad", schema.target.names):
            self._shown = ("pad", schema.target.names)
            digits = schema.target.names == tuple("0123456789")
            self.pad.set_classes(schema.target.names, title="Draw a digit" if digits else f"Draw: {schema.title}")
            self.pad.pad.invite("Draw a digit here" if digits else "Draw here")
        self.setCurrentWidget(self.pad)
        self.ask()

    def _show_picture(self, schema: Schema, look: DatasetPreview | None) -> None:
        self.setCurrentWidget(self.picture)
        known = look is not None and look.pictures is not None and look.dataset == schema.name
        if self._shown != ("picture", schema.name, known):
            self._shown = ("picture", schema.name, known)
            pictures = look.pictures if known and look is not None else None
            self.picture.show_schema(schema, None if pictures is None else pictures[0])
        self.ask()

    def _show_table(self, schema: Schema, look: DatasetPreview | None) -> None:
        self.setCurrentWidget(self.table)
        if look is None or look.dataset != schema.name:
            return
        known, fields = look.seen, inputs(schema.fields)
        trained = self._studio.predictions.trained
        if look.problem and trained is not None and trained.preparation is not None:
            known = recorded(fields, trained.preparation)  # the data is not at hand: the network remembers enough
        if len(known) != len(fields):
            return
        shown = ("table", schema.name, schema.fields, schema.target, known)
        if self._shown != shown:
            self._shown = shown
            start = encoded_cells(fields, [one.typical for one in known])[0]
            self.table.show_schema(schema, start.tolist(), known, look.examples)
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask again: other weights answer now."""
        if self.currentWidget() is self.pad:
            if self.pad.pad.is_empty():
                self.pad.show_prediction(None, self._note_when_empty())
            else:
                self.pad.request_prediction()
        elif self.currentWidget() is self.picture:
            self.picture.ask()
        elif self.currentWidget() is self.table:
            self.table.ask()
        elif isinstance(panel := self.currentWidget(), OfferedPanel):
            panel.use(self._studio.predictions.trained, network_note(self._studio))

    @Slot()
    def undo_stroke(self) -> None:
        """Take back the last stroke on the pad, or the last clearing."""
        self.pad.pad.undo()

    @Slot()
    def clear_pad(self) -> None:
        """Clear the pad."""
        self.pad.pad.clear()

    # -- what is tried from elsewhere: a file, or an example of the data ------------------------------------------

    def try_picture(self, picture: NDArray[np.uint8]) -> bool:
        """Show a picture as the dataset's are (uint8, C×height×width) and ask about it; on the pad it can be drawn on.

        Returns whether there is a place for it.
        """
        if self.currentWidget() is self.pad:
            self.pad.pad.set_picture(picture[0])
        elif self.currentWidget() is self.picture:
            self.picture.show_picture(picture)
        else:
            panel = self.currentWidget()
            return isinstance(panel, OfferedPanel) and panel.try_sample(picture)
        return True

    def try_image(self, image: NDArray[np.generic], picture: NDArray[np.uint8]) -> bool:
        """The same with the image that ``picture`` was prepared of, height×width×1 to 4 and of any number type.

        A part of it can be chosen where there is room for that.
        """
        if self.currentWidget() is not self.picture:
            return self.try_picture(picture)
        from engine.data.pictures.colour import as_colours  # what reads pictures is loaded when there is one

        self.picture.show_image(as_colours(image), picture)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            image = image_in_clipboard()
            if image is not None:
                self.pasted.emit(image)
                return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """An image in the clipboard is pasted here, whatever else the key is for elsewhere in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            clipboard = QGuiApplication.clipboard().mimeData()
            if event.matches(QKeySequence.StandardKey.Paste) and clipboard is not None and clipboard.hasImage():
                event.accept()
                return True
        return super().event(event)

    def try_row(self, row: Sequence[float]) -> bool:
        """Put a row (one number a column) into the form and ask about it. Returns whether there is a form."""
        panel = self.currentWidget()
        if isinstance(panel, OfferedPanel):
            return panel.try_sample(np.asarray(row, dtype=np.float32))
        if panel is not self.table:
            return False
        self.table.show_row(row)
        return True

    @Slot(object)
    def try_sample(self, sample: NDArray[np.generic]) -> bool:
        """Try a raw sample of the dataset: a picture C×height×width, or a row. Returns whether there is a place."""
        if sample.ndim == 1:
            return self.try_row(sample.tolist())
        return self.try_picture(sample.astype(np.uint8))

    def _note_when_empty(self) -> str:
        """An untrained network says what to do at once; a trained one leaves the pad to its invitation."""
        return network_note(self._studio) if self._studio.predictions.trained is None else ""

    @Slot(object)
    def _ask_pad(self, picture: np.ndarray) -> None:
        self._studio.ask(_PAD, picture[np.newaxis, np.newaxis])

    @Slot(object)
    def _ask_picture(self, picture: np.ndarray) -> None:
        self._studio.ask(_PICTURE, picture[np.newaxis])

    @Slot(object)
    def _ask_row(self, row: np.ndarray) -> None:
        self._studio.ask(_ROW, row)

    @Slot(int, object)
    def _ask_along(self, number: int, rows: np.ndarray) -> None:
        self._studio.predictions.ask(f"{_ALONG}{number}", Predict(rows, with_novelty=False))

    @Slot(object)
    def _ask_neighbours(self, row: np.ndarray) -> None:
        self._studio.predictions.ask(_NEIGHBOURS, Neighbours(row))

    @Slot(str, str)
    def _refused(self, key: str, why: str) -> None:
        self._refusals[key] = why

    @Slot(str, object, object)
    def _answered(self, key: str, found: Answer | None, trained: Trained | None) -> None:
        if key == _NEIGHBOURS:
            nearest = found if isinstance(found, NearestSamples) else None
            self.table.neighbours.show_found(nearest, self._refusals.get(key) or network_note(self._studio))
            return
        schema = self._studio.schema
        along = key.startswith(_ALONG)
        if (key not in (_PAD, _PICTURE, _ROW) and not along) or schema is None:
            return
        predicted = found if isinstance(found, Predicted) else None
        answer = None if predicted is None else predicted.answers[0]
        target = schema.target
        expected = target.answers
        note = network_note(self._studio)
        learned = None if trained is None else trained.signature
        other = learned is not None and (learned.target.kind, learned.input.sizes) != (target.kind, schema.input.sizes)
        if along:
            unfit = predicted is None or other or (expected and predicted.answers.shape[1] != expected)
            number = int(key.removeprefix(_ALONG))
            self.table.what_if.show_answers(number, None if predicted is None or unfit else predicted.answers)
            return
        if other or (answer is not None and expected and len(answer) != expected):
            answer, note = None, f"The network was trained on other data. {with_key('Press Train', 'train')}."
        elif answer is not None and not np.isfinite(answer).all():
            answer, note = None, "The output is not finite: the input or the weights are far too large."
        elif answer is None and trained is not None:
            note = self._refusals.get(key) or note
        novelty = None if predicted is None else predicted.novelty
        unlike = sentence(schema) if novelty is not None and bool(novelty[0] > 1) else ""
        if key == _PAD:
            self.pad.show_prediction(answer, note, unlike=unlike)
        elif key == _PICTURE:
            self.picture.show_prediction(answer, note, unlike=unlike)
        else:
            preparation = None if trained is None else trained.preparation
            _, warnings = far_outside(self.table.row(), schema, preparation)
            self.table.show_prediction(answer, note, warnings[0])

    @Slot()
    def _keep_drawing(self) -> None:
        # Strokes on a picture mean nothing without it, and pictures are not kept.
        drawn_on = self.pad.pad.picture() is not None
        self._studio.session.drawing = () if drawn_on else self.pad.pad.strokes()

    @Slot()
    def _replaced(self) -> None:
        self._shown = ()
        self.pad.pad.set_strokes(self._studio.session.drawing)
        self.show_data(self._studio.look())


class _Nothing(QWidget):
    """Says why there is nothing to try."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        set_role(self._words, "quiet")
        column.addWidget(self._words)
        column.addStretch(1)

    def say(self, words: str) -> None:
        self._words.setText(words)
