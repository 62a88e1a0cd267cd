"""Text from elsewhere made fit to be shown: characters that act instead of being seen become visible.

Titles, notes and names come from files that anyone may have written. A terminal obeys control characters (ESC [2J
clears it, CR writes over the line), and bidirectional controls and characters of no width make one text look like
another. Whatever shows text from a file, a picture's name or a person's words passes it through here.
"""

from __future__ import annotations

import reprlib
import unicodedata
from typing import Any

_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of Unicode: controls, formats (no width, direction), halves of characters, separators of lines."""
_JOINERS = "\u200c\u200d"
_SIGNS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
_BRIEF = reprlib.Repr()
_BRIEF.maxlevel, _BRIEF.maxdict, _BRIEF.maxlist, _BRIEF.maxstring = 2, 2, 3, 40


def printable(text: str, *, lines: bool = False) -> str:
    r"""``text`` on one line, each character that acts as ``\x1b``, ``\u202e`` or ``\U000e0001``.

    With ``lines`` line ends and tabs stay, for text that may have several lines. Letters of every script stay, and so
    do the joiners between letters beyond ASCII, which Persian, Hindi and many an emoji are written with.
    """
    if text.isprintable():
        return text
    if lines:
        text = text.replace("\r\n", "\n")
    return "".join(
        letter if _harmless(text, place) or (lines and letter in "\n\t") else _visible(letter)
        for place, letter in enumerate(text)
    )


def sign(character: str) -> str:
    """A character where it stands alone: a space, a line end and a tab as signs, since nobody would see them."""
    return _SIGNS.get(character) or printable(character)


def brief(value: Any, longest: int = 80) -> str:
    """A value from a file as it is quoted in a sentence: of whatever size it is, at most ``longest`` characters."""
    text = _BRIEF.repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def json_printable(text: str) -> str:
    """JSON, as ``json.dumps`` writes it on one line, that means the same and holds no character that acts."""
    if text.isprintable():
        return text
    return "".join(
        letter if _harmless(text, place) else "".join(rf"\u{unit:04x}" for unit in _units(letter))
        for place, letter in enumerate(text)
    )


def _harmless(text: str, place: int) -> bool:
    letter = text[place]
    if letter.isprintable() or unicodedata.category(letter) not in _ACTING:
        return True
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return letter in _JOINERS and len(around) == 2 and all(map(_joined, around))


def _joined(letter: str) -> bool:
    return letter > "\x7f" and (letter.isprintable() or letter in _JOINERS)


def _visible(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _units(letter: str) -> list[int]:
    """The character in UTF-16, as JSON has it: one number, or two beyond the first 65,536."""
    data = letter.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[start : start + 2], "big") for start in range(0, len(data), 2)]
