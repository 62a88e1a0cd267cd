"""Above the settings of the augmentation: what they make of one image, and where they may alter the answer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.data.augmentation.doubts import doubts
from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.graph.targets import CLASSIFIED
from engine.training.recipe import Recipe
from gui.dataset_preview import DatasetPreview
from gui.panels.pictures import sheet
from gui.plain_text import PlainLabel
from gui.theme.style import set_role
from gui.variant_maker import VariantRequest

_SIDE, _COLUMNS = 58, 4
"""Of the images on show, and how many stand side by side: the narrowest inspector has room for them."""


class AugmentationPreview(QWidget):
    """Twelve variants of an image; hidden where there are none to show. ``wanted`` asks for those of a request."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Preview of the augmentation")
        self.pictures_label, self.doubts_label = PlainLabel(), PlainLabel()
        self.pictures_label.setAccessibleName("Twelve random variants of a training image")
        self.doubts_label.setWordWrap(True)
        set_role(self.doubts_label, "warning")
        self.roll_button, self.other_button = QPushButton("Roll again"), QPushButton("Another image")
        self.roll_button.setToolTip("Other random changes of the same image (R)")
        self.other_button.setToolTip("The same random changes of another training image (N)")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.pictures_label)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.roll_button)
        row.addWidget(self.other_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.doubts_label)
        self.roll_button.clicked.connect(self.roll)
        self.other_button.clicked.connect(self.pin_next)
        self._look: DatasetPreview | None = None
        self._recipe = Recipe()
        self._white = 255.0
        self._asked: tuple[object, ...] = ()
        self._request: VariantRequest | None = None
        self.seed = 0
        """Of the random changes on show."""
        self.pinned = 0
        """The number of the image on show."""
        self.hide()

    def set_look(self, look: DatasetPreview | None) -> None:
        """What is known of the recipe's dataset (None: still loading)."""
        if look is not self._look:
            self._look, self.pinned = look, 0
            self._show()

    def show_recipe(self, recipe: Recipe, schema: Schema | None, offered: bool) -> None:
        """Show what the augmentation of ``recipe`` makes of an image of ``schema``; ``offered``: it can be set."""
        self._recipe = recipe
        there = offered and schema is not None and schema.kind is DataKind.PICTURES
        self.setVisible(there and recipe.augmentation.kind != "none")
        if schema is None or self.isHidden():
            return
        self._white = float(schema.value_range[1])
        classes = schema.target.names if schema.target.kind in CLASSIFIED else ()
        told = list(doubts(recipe.augmentation.values, classes))
        self.doubts_label.setText("\n".join(told))
        self.doubts_label.setVisible(bool(told))
        self._show()

    @Slot()
    def roll(self) -> None:
        """Draw other random numbers."""
        self.seed += 1
        self._show()

    @Slot()
    def pin_next(self) -> None:
        """Take the next training image."""
        self.pinned += 1
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = {Qt.Key.Key_R: self.roll, Qt.Key.Key_N: self.pin_next}.get(Qt.Key(event.key()))
        if pressed is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        else:
            pressed()

    def _show(self) -> None:
        """Ask for the variants there are to see now, unless they are on show."""
        if self.isHidden():
            return
        look = self._look
        samples = None if look is None else look.sample
        there = look is not None and look.pictures is not None and samples is not None and len(samples) > 0
        self.roll_button.setEnabled(there)
        self.other_button.setEnabled(there)
        if not there or samples is None:
            self._asked, self._request = (), None
            self.pictures_label.setPixmap(QPixmap())
            return
        number = self.pinned % len(samples)
        asked = (look, number, self._recipe.augmentation, self.seed, self._white)
        if asked == self._asked:
            return
        self._asked = asked
        others = np.roll(samples[:64], -1 - number, axis=0).astype(np.uint8)
        picture = samples[number].astype(np.uint8)
        self._request = VariantRequest(picture, others, self._recipe.augmentation, self.seed, self._white)
        self.wanted.emit(self._request)

    @Slot(object, object)
    def show_variants(self, request: VariantRequest, variants: np.ndarray) -> None:
        """Show what was made for a request, if it is the last one."""
        if request is self._request:
            self.pictures_label.setPixmap(sheet(variants, _SIDE, _COLUMNS, self.devicePixelRatioF()))
