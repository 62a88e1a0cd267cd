"""A field that is read at every key, for what is tried out and changes nothing."""

from __future__ import annotations

from gui.panels.fields import TextField


class LiveField(TextField):
    """Every text that means a number is brought at once. One that means none stays there, marked, until it is mended:
    an answer is always about what one sees."""

    def _typed(self, _text: str) -> None:
        value, problem = self._read()
        self._mark(problem)
        if not problem and value != self.value:
            self.value = value
            self.edited.emit(value)

    def _finished(self) -> None:
        if not self.problem:
            self._show()

    def set_value(self, value: object) -> None:
        """Show a value in place of whatever stands there: it is another row."""
        self.value = value
        self._show()
