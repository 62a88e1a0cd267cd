"""What one can do with the user's own drawings: two buttons below the pad, there while it is empty."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui import theme
from gui.plain_text import plain_tip

_TEACH = (
    "Train the network a little further on your drawings, mixed with what it has learned before. Every third of each "
    "class is left out, to judge by. Undo brings back the network as it is now."
)


class OwnStrip(QWidget):
    """``teach`` and ``collect`` tell what is wanted. ``words`` is how well the drawings are read, "" for none kept."""

    teach = Signal()
    collect = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ""
        self.teach_button, self.collect_button = QPushButton("Teach it mine"), QPushButton("Collect…")
        self.teach_button.setToolTip(plain_tip(_TEACH))
        self.collect_button.setToolTip(plain_tip("See your drawings, draw many of them, export them"))
        theme.set_role(self.collect_button, "plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACING.small)
        row.addWidget(self.teach_button)
        row.addWidget(self.collect_button)
        row.addStretch(1)
        self.teach_button.clicked.connect(self.teach)
        self.collect_button.clicked.connect(self.collect)
        self.hide()
