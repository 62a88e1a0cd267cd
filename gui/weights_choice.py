"""Which weights of a run answer, the best or the last, with a button for the others."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.plain import PlainLabel
from gui.studio import Studio
from gui.theme.style import set_role


class WeightsChoice(QWidget):
    """One line, which is there where a run has left both."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.words = PlainLabel("")
        self.words.setWordWrap(True)
        set_role(self.words, "quiet")
        self.button = QPushButton()
        self.button.setToolTip("Predictions, test figures, exports and saved files are of the weights in use")
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        studio.session.trained_changed.connect(self.refresh)
        studio.trainer.started.connect(self.refresh)
        studio.trainer.ended.connect(self.refresh)
        self.refresh()

    @property
    def _others(self) -> str:
        trained = self._studio.session.trained
        in_use = "" if trained is None or self._studio.trainer.running else trained.weights_in_use
        return {"best": "last", "last": "best"}.get(in_use, "")

    @Slot()
    def refresh(self, *_values: object) -> None:
        """Say what is so now."""
        trained, others = self._studio.session.trained, self._others
        self.setVisible(bool(others))
        if trained is not None and others:
            self.words.setText(trained.about_weights)
            self.button.setText(f"Use the {others} weights")

    @Slot()
    def _choose(self) -> None:
        if self._others:
            self._studio.use_weights(self._others)
