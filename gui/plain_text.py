"""Text from files on widgets, shown letter by letter.

Qt takes what looks like HTML in a label, a tooltip or a message for HTML (``<img src=…>`` loads a file), "&" on a
button for a key, "[*]" in a window's title for a sign. Texts from files, names of files and error messages that quote
them pass through here; characters that act are made visible as on the command line.
"""

from __future__ import annotations

import html
import re

from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.text import printable

_LONGEST_WORD = 20
"""Letters of a word that no panel is too narrow for."""
_LONG_WORDS = re.compile(rf"(\S{{{_LONGEST_WORD}}})(?=\S)")
_PLACE_TO_BREAK = "\u200b"
"""A space of no width. In what a label says it cannot stand otherwise: ``printable`` makes it visible."""
_PERCENT, _UNBROKEN_PERCENT = re.compile(r"(?<=\d) (?=%)"), re.compile("(?<=\\d)\N{NO-BREAK SPACE}(?=%)")
_LONGEST_IN_MESSAGE = 56
_LONG_IN_MESSAGE = re.compile(rf"(\S{{{_LONGEST_IN_MESSAGE}}})(?=\S)")


class PlainLabel(QLabel):
    """A label on which no text is anything but text.

    Where its lines wrap, long words without a space do so too, and no "%" begins a line.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if text:
            self.setText(text)

    def setText(self, text: str) -> None:
        shown = _PERCENT.sub("\N{NO-BREAK SPACE}", printable(text, lines=True))
        super().setText(_LONG_WORDS.sub(rf"\1{_PLACE_TO_BREAK}", shown))

    def text(self) -> str:
        return _UNBROKEN_PERCENT.sub(" ", super().text().replace(_PLACE_TO_BREAK, ""))


def message(text: str) -> str:
    """``text`` for a message box, which cuts off words that are wider than it gets."""
    return _LONG_IN_MESSAGE.sub(r"\1\n", printable(text, lines=True))


def plain_tip(text: str) -> str:
    """``text`` for a tooltip, whatever it looks like."""
    shown = printable(text, lines=True)
    if not QtGui.Qt.mightBeRichText(shown):
        return shown
    return QtGui.Qt.convertFromPlainText(shown, Qt.WhiteSpaceMode.WhiteSpaceNormal)


def escaped(text: str) -> str:
    """``text`` for a place within rich text."""
    return html.escape(printable(text, lines=True))


def caption(text: str) -> str:
    """``text`` for a button or a menu entry, where a single "&" would mark a key."""
    return printable(text).replace("&", "&&")


def window_title(text: str) -> str:
    """``text`` for a window's title; "[*]" is where Qt puts the sign of changes, so that its own is written twice."""
    return printable(text).replace("[*]", "[*][*]")


def titled(window: QWidget) -> str:
    """A window's title as one reads it: with a sign where there are changes that are not saved."""
    title, sign = window.windowTitle(), "*" if window.isWindowModified() else ""
    parts = [part.replace("[*]", sign) for part in title.split("[*][*]")]
    return "[*]".join(parts)
