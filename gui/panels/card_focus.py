"""Where the keyboard goes when a panel makes its cards anew: to the card that takes the place of the one it was on.

A button that is hidden gives the keyboard to whatever Qt finds next, which would be at the other end of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.panels.problem_card import ProblemCard


@contextmanager
def keyboard_kept(panel: QWidget, cards: Callable[[], Sequence[ProblemCard]], *others: QWidget) -> Iterator[None]:
    """Around making the cards of a panel anew: if one has the keyboard, the one in its place, or the next, gets it.

    ``cards`` are those that the panel shows when it is asked; ``others`` buttons that may go as well, for which the
    first card stands. Where there is no card with a repair, the panel itself has the keyboard.
    """
    place = _place(panel, cards(), others)
    if place is None:
        yield
        return
    panel.setFocus(Qt.FocusReason.OtherFocusReason)
    yield
    made = cards()
    for card in (*made[place:], *made[:place]):
        card.take_keyboard(panel)


def _place(panel: QWidget, cards: Sequence[ProblemCard], others: tuple[QWidget, ...]) -> int | None:
    focus = QApplication.focusWidget()
    if focus is None:
        return None
    for number, card in enumerate(cards):
        if card.isAncestorOf(focus) or (focus is panel and card.awaits_keyboard):
            return number
    return 0 if focus in others else None
