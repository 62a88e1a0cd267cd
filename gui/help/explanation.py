"""What there is to say about one thing on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QTextDocumentFragment

from gui.plain_text import escaped


@dataclass(frozen=True)
class Explanation:
    """``body`` is rich text in which whatever comes from files is escaped; ``entry`` names one of the manual, or is "".

    ``place`` is where the thing is on the screen: the words appear beside it.
    """

    title: str
    body: str
    place: QRect
    entry: str = ""

    def is_about_the_same(self, other: Explanation) -> bool:
        """Whether it is about the same thing in the same place, whatever is said of it by now."""
        return (self.title, self.place) == (other.title, other.place)

    @property
    def spoken(self) -> str:
        """All of it for a screen reader."""
        words = QTextDocumentFragment.fromHtml(self.body).toPlainText()
        return f"{self.title}. {words}"


def rich(paragraphs: Sequence[str], facts: Sequence[tuple[str, str]] = ()) -> str:
    """Plain paragraphs and pairs of label and value as rich text; empty ones are left out."""
    said = "".join(f"<p style='margin:0 0 6px 0'>{escaped(words)}</p>" for words in paragraphs if words)
    rows = "".join(
        f"<p style='margin:0 0 2px 0'><b>{escaped(label)}:</b> {escaped(value)}</p>" for label, value in facts if value
    )
    return said + rows
