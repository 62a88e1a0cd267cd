"""Trying a model on an image, where its images are not what the drawing pad gives: opened, dropped, pasted or painted.

Of an image one drags the part that the network is given. Whatever it is passes ``engine.data.pictures.input``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.data.dataset import DataError, Schema
from engine.data.kinds import PictureForm
from engine.reports.figures import probability
from gui import theme
from gui.plain_text import PlainLabel
from gui.tryout.crop_view import CropView
from gui.tryout.icon_button import icon_button
from gui.tryout.paint_pad import PaintPad
from gui.tryout.panel import AnswerLabel
from gui.tryout.preview import Preview
from gui.tryout.probabilities import ProbabilityBars

_REST_MS = 40
"""How soon after the part was dragged it is prepared."""


class PicturePanel(QWidget):
    """``prediction_wanted`` brings the picture on show, uint8 channels×height×width; ``file_wanted`` asks for one."""

    prediction_wanted = Signal(object)
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: NDArray[np.uint8] | None = None
        self._schema: Schema | None = None
        self.preview = Preview(self)
        self.preview.setToolTip("The image as the network receives it, prepared like its training images.")
        self.answer, self.bars = AnswerLabel(self), ProbabilityBars(self)
        self.bars.empty_text = "The network's prediction appears here."
        self.crop, self.paint = CropView(self), PaintPad(self)
        self.sources = QStackedWidget(self)
        self.sources.addWidget(self.crop)
        self.sources.addWidget(self.paint)
        self.status = PlainLabel("", self)
        self.status.setWordWrap(True)
        self.status.setMinimumHeight(36)  # of two lines: a label that wraps does not ask for them by itself
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        theme.set_role(self.status, "quiet")
        title = PlainLabel("Try an image")
        title.setFont(theme.font("strong"))
        tip = "Open an image from a file; one can also be dropped here, or pasted"
        self.open_button = icon_button(self, "open", tip, "Open an image from a file")
        self.paint_button = icon_button(self, "pencil", "Paint an image yourself", "Paint an image")
        self.undo_button = icon_button(self, "undo", "Undo the last stroke (Backspace)", "Undo stroke")
        self.clear_button = icon_button(self, "clear", "Clear what is painted (Delete)", "Clear the paint pad")
        self.paint_button.setCheckable(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._prepare)
        self._lay_out(title)
        self.open_button.clicked.connect(self.file_wanted)
        self.paint_button.toggled.connect(self._show_source)
        self.undo_button.clicked.connect(self.paint.surface.undo)
        self.clear_button.clicked.connect(self.paint.surface.clear)
        self.crop.changed.connect(self._rest.start)
        self.paint.surface.changed.connect(self._prepare)
        theme.notifier().changed.connect(self._dress)
        self._dress()
        self._show_source(False)

    def _lay_out(self, title: PlainLabel) -> None:
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        for button in (self.open_button, self.paint_button, self.undo_button, self.clear_button):
            head.addWidget(button)
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.preview)
        side.addSpacing(theme.SPACING.tiny)
        side.addWidget(self.answer)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACING.medium)
        row.addWidget(self.sources, 3)
        row.addLayout(side, 2)
        self.sources.setMinimumHeight(168)
        whole = QVBoxLayout(self)
        margin = theme.SPACING.medium
        whole.setContentsMargins(margin, theme.SPACING.small, margin, theme.SPACING.small)
        whole.setSpacing(theme.SPACING.small)
        whole.addLayout(head)
        whole.addLayout(row)
        whole.addWidget(self.bars, 1)
        whole.addWidget(self.status)

    @Slot()
    def _dress(self) -> None:
        for button in (self.open_button, self.paint_button, self.undo_button, self.clear_button):
            button.setIcon(theme.icon(button.objectName(), theme.current().quiet))

    @property
    def paints(self) -> bool:
        """Whether one paints, and no image is cut."""
        return self.sources.currentWidget() is self.paint

    @Slot(bool)
    def _show_source(self, paints: bool) -> None:
        self.sources.setCurrentWidget(self.paint if paints else self.crop)
        for button in (self.undo_button, self.clear_button):
            button.setVisible(paints)
        if paints:
            self.paint.surface.setFocus()
        if not (self.paint.surface.is_empty if paints else self.crop.is_empty):
            self._prepare()

    def show_schema(self, schema: Schema, example: NDArray[np.uint8] | None) -> None:
        """Say what the answers stand for, and show a picture of the dataset to begin with, C×height×width."""
        self.bars.set_classes(schema.target.names)
        self._schema, self._picture = schema, None
        self.preview.set_picture(None)
        self.answer.set_answer("", "")
        self.crop.clear()
        _, height, width = schema.input.sizes
        self.paint.surface.set_shape(width, height)
        self.paint_button.setChecked(False)
        if example is not None:
            self.show_picture(example)

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture as the dataset's are, and ask about it."""
        colours = np.moveaxis(np.repeat(picture, 3, axis=0) if len(picture) == 1 else picture[:3], 0, -1)
        self.paint_button.setChecked(False)
        self.crop.show_image(np.ascontiguousarray(colours), picture.shape[2], picture.shape[1])
        self._show_input(picture)

    def show_image(self, colours: NDArray[np.uint8], picture: NDArray[np.uint8]) -> None:
        """Show an image (uint8 height×width×3) of which a part can be chosen, and what was prepared of all of it."""
        self.paint_button.setChecked(False)
        height, width = colours.shape[:2]
        # Some networks are given what has their own shape; others what is found in all of the image.
        cropped = self._schema is not None and self._schema.picture_form is PictureForm.CROPPED
        shape = (picture.shape[2], picture.shape[1]) if cropped else (width, height)
        self.crop.show_image(colours, *shape)
        self._show_input(picture)

    def _show_input(self, picture: NDArray[np.uint8]) -> None:
        self._picture = picture
        self.preview.show_picture(picture)
        self.ask()

    @Slot()
    def _prepare(self) -> None:
        """Prepare what is painted, or the part of the image that was chosen, as the network's own pictures were."""
        from engine.data.pictures.input import picture_input  # what reads pictures is loaded when there is one

        pixels = self.paint.surface.pixels() if self.paints else self.crop.cropped()
        if pixels is None or self._schema is None:
            return
        try:
            picture = picture_input(pixels, self._schema)
        except DataError as error:
            self._picture = None
            self.preview.set_picture(None)
            self.show_prediction(None, "" if self.paints and self.paint.surface.is_empty else str(error))
        else:
            self._show_input(picture)

    @Slot()
    def ask(self) -> None:
        """Ask for a prediction of the picture on show."""
        if self._picture is not None:
            self.prediction_wanted.emit(self._picture)

    def show_prediction(
        self, probabilities: NDArray[np.floating] | None, note: str = "", *, unlike: str = ""
    ) -> None:
        """Show an answer: one probability for each class, or None, and what makes it doubtful."""
        self.bars.set_values(probabilities)
        self.bars.set_doubtful(bool(unlike) and probabilities is not None)
        best, values = self.bars.best(), self.bars.values()
        if best is None or values is None:
            self.answer.set_answer("", "")
        elif unlike:
            self.answer.set_answer("unknown", "", doubtful=True)
        else:
            self.answer.set_answer(self.bars.names()[best], probability(float(values[best])))
        self.status.setText(f"{unlike} {note}".strip())
