"""Asks what a new dataset of drawings is called and which classes it has."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QWidget

from engine.data.examples.values import LONGEST_NAME, Description, ExampleKind
from engine.data.kinds import PictureForm
from gui.plain_text import PlainLabel
from gui.theme.style import set_role

_SIDE = 28


class NewDatasetDialog(QDialog):
    """``description`` is the answer, None until it is sound."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New dataset of your drawings")
        self.description: Description | None = None
        self.title_field, self.classes_field = QLineEdit("My drawings"), QLineEdit()
        self.title_field.setMaxLength(LONGEST_NAME)
        self.classes_field.setPlaceholderText("for example: A, B, C or cat, house, tree")
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "warning")
        self.problem.hide()
        form = QFormLayout(self)
        form.addRow("Title", self.title_field)
        form.addRow("Classes", self.classes_field)
        form.addRow(self.problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.setMinimumWidth(380)
        self.classes_field.setFocus()

    def accept(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        classes = tuple(dict.fromkeys(name.strip() for name in self.classes_field.text().split(",") if name.strip()))
        try:
            title, size = self.title_field.text().strip(), (1, _SIDE, _SIDE)
            self.description = Description(
                title, ExampleKind.PICTURES, classes, size, form=PictureForm.DIGITS
            )
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
        else:
            super().accept()
