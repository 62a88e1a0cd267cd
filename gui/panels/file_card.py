"""A file of the user's on the data block's page: what has become of it, what helps, and the network proposed for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.data import catalogue
from engine.data.references import DatasetRef, DataState, DataStatus
from engine.tasks.proposed import Proposal
from engine.training.recipe import Recipe
from gui.panels.template_button import TemplateButton
from gui.plain_text import PlainLabel
from gui.reading_bar import ReadingBar
from gui.theme.style import set_role

_LOOK_AGAIN = (DataState.MISSING, DataState.UNREADABLE, DataState.CHANGED)


class FileCard(QWidget):
    """Hidden where there is nothing to say."""

    choose = Signal()
    """Which file it is, is to be chosen."""
    again = Signal()
    """It is to be read again."""
    cancelled = Signal()
    """The file that is being opened, or read, is not wanted any more."""
    accepted = Signal()
    """The proposed network is to be begun with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status_label, self.proposal_label = PlainLabel(), PlainLabel()
        self.choose_button, self.again_button = QPushButton("Choose another file…"), QPushButton("Read again")
        self.cancel_button = QPushButton("Cancel")
        self.bar = ReadingBar()
        self.proposal_button: TemplateButton | None = None
        self._proposal: Proposal | None = None
        self._pending: Path | None = None
        for label in (self.status_label, self.proposal_label):
            label.setWordWrap(True)
        set_role(self.proposal_label, "caption")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.status_label)
        self._column.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.choose_button, self.again_button, self.cancel_button):
            row.addWidget(button)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addWidget(self.proposal_label)
        self.choose_button.clicked.connect(self.choose)
        self.again_button.clicked.connect(self.again)
        self.cancel_button.clicked.connect(self.bar.stop)
        self.cancel_button.clicked.connect(self.cancelled)

    def show_opening(self, pending: Path | None, proposal: Proposal | None) -> None:
        """The file that is being opened, None for none, and what is proposed for the one there is."""
        self._pending = pending
        if proposal is self._proposal:
            return
        self._proposal = proposal
        if self.proposal_button is not None:
            self._column.removeWidget(self.proposal_button)
            self.proposal_button.hide()
            self.proposal_button.deleteLater()
            self.proposal_button = None
        if proposal is not None:
            self.proposal_button = TemplateButton("Begin with this network", proposal.summary, proposal.graph)
            self.proposal_button.clicked.connect(self.accepted)
            self._column.addWidget(self.proposal_button)
            self.proposal_label.setText(f"Proposed for this data: {proposal.summary}.")

    def show_recipe(self, recipe: Recipe) -> None:
        """Show what has become of the file of the recipe's dataset."""
        own = catalogue.is_of_file(recipe.dataset)
        reference = DatasetRef(recipe.dataset, recipe.dataset_options)
        status = reference.status() if own else DataStatus(DataState.KNOWN)
        if self._pending is not None:
            words = f"{self._pending.name} is being read. It becomes the data of the project once that is done."
        else:
            words = status.words
        reading = self._pending is not None or status.state is DataState.READING
        self.status_label.setText(words)
        self.status_label.setVisible(bool(words))
        set_role(self.status_label, "quiet" if reading else "warning")
        path = recipe.dataset_options.get("path")
        own_path = Path(str(path)).expanduser().absolute() if path and status.state is DataState.READING else None
        self.bar.follow(self._pending or own_path)
        what = "folder" if own and catalogue.is_of_folder(recipe.dataset) else "file"
        which = "another" if path else "the"
        self.choose_button.setText(f"Choose {which} {what}…")
        self.choose_button.setVisible(own and self._pending is None)
        self.again_button.setVisible(own and bool(path) and not reading and status.state in _LOOK_AGAIN)
        self.cancel_button.setText("Stop reading" if self._pending is None else "Cancel")
        self.cancel_button.setVisible(reading)
        self.proposal_label.setVisible(self._proposal is not None)
        self.setVisible(own or self._pending is not None)
