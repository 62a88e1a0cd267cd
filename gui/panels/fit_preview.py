"""The rules for images that are not square, each with what it makes of one of the user's own: chosen by a click."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from engine.data.dataset import DataError
from engine.data.sources import own_picture_fits, own_pictures
from engine.training.recipe import Recipe
from gui.array_image import image_of
from gui.plain_text import PlainLabel, plain_tip
from gui.theme.style import set_role

_SIDE = 64
_WORDS = {"crop": ("Crop", "What is beyond the frame is cut off at both sides."),
          "fit": ("Fit", "The whole image is laid into the frame, and its border continued."),
          "stretch": ("Stretch", "The image changes its proportions.")}  # fmt: skip


class FitPreview(QWidget):
    """Hidden for other data, and where all images have the shape of the frame. ``chosen`` names a rule."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title, self.name_label = PlainLabel("How images fit"), PlainLabel()
        for label in (title, self.name_label):
            set_role(label, "caption")
        self.name_label.setWordWrap(True)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(6)
        for name, (word, tip) in _WORDS.items():
            button = QToolButton()
            button.setText(word)
            button.setToolTip(tip)
            button.setAccessibleName(f"{word}: {tip}")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(_SIDE, _SIDE))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button)
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(self.name_label)
        self._group.buttonClicked.connect(self._clicked)
        self._shown: own_picture_fits.FitExample | None = None
        self.hide()

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what the rules make of an image of the recipe's dataset."""
        example = None
        if recipe.dataset == own_pictures.NAME and recipe.dataset_options.get("path"):
            try:
                example = own_picture_fits.example(recipe.dataset_options)
            except DataError:
                example = self._shown if self.isVisible() else None  # it is being read again under another rule
        self.setVisible(example is not None)
        if example is None:
            self._shown = None
            return
        self.buttons[str(recipe.dataset_options.get("fit", "crop"))].setChecked(True)
        if example is not self._shown:
            self._shown = example
            for name, button in self.buttons.items():
                image = image_of(example.fits[name])
                smooth = Qt.TransformationMode.FastTransformation
                if max(image.width(), image.height()) > _SIDE:
                    smooth = Qt.TransformationMode.SmoothTransformation
                ratio = self.devicePixelRatioF()
                side = round(_SIDE * ratio)
                scaled = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
                pixmap = QPixmap.fromImage(scaled)
                pixmap.setDevicePixelRatio(ratio)
                button.setIcon(QIcon(pixmap))
            self.name_label.setText(f"{example.name}, {example.width:,}×{example.height:,} pixels")
            self.name_label.setToolTip(plain_tip(example.name))

    @Slot(object)
    def _clicked(self, clicked: QToolButton) -> None:
        self.chosen.emit(next(name for name, button in self.buttons.items() if button is clicked))
