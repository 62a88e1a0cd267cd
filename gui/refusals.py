"""Sentences that say why something was not taken, and that go away once something is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.status import StatusLine


class Refusals(QObject):
    """Says them in the status line, and takes back the last one if it still stands there."""

    def __init__(self, status: StatusLine) -> None:
        super().__init__(status)
        self._status = status
        self._said = ""

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say why a value was not taken."""
        self._status.say(sentence)
        self._said = self._status.text

    @Slot()
    def keep(self) -> None:
        """What the status line says now is such a sentence."""
        self._said = self._status.text

    @Slot()
    def take_back(self) -> None:
        """A value has been taken: what was said of the one before holds no longer."""
        if self._said and self._status.text == self._said:
            self._status.clear()
        self._said = ""
