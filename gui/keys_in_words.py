"""The keys of actions in tooltips and sentences: those in force, since everybody may give an action other ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from gui.actions import first_keys

_MAKE, _TOLD = "_words_with_keys", "_words_told"
_in_force: dict[str, str] = {}
"""The first key of each action by the action's name; those that the program comes with until ``tell`` is called."""


def key_of(action: str) -> str:
    """The first key of an action, as one reads it; "" when it has none."""
    if not _in_force:
        _in_force.update((name, _read(QKeySequence(keys[0]))) for name, keys in first_keys().items() if keys)
    return _in_force.get(action, "")


def with_key(words: str, action: str) -> str:
    """Words, with the action's key in brackets behind them where it has one."""
    key = key_of(action)
    return f"{words} ({key})" if key else words


def set_tip(widget: QWidget, words: Callable[[], str]) -> None:
    """Give a widget the tooltip that ``words`` returns, now and whenever keys are given to other actions.

    ``words`` must not hold the widget. A tooltip that was set meanwhile, as about what is wrong, stays.
    """
    told = words()
    widget.setToolTip(told)
    widget.setProperty(_MAKE, words)
    widget.setProperty(_TOLD, told)


def tell(actions: Iterable[tuple[str, QAction]]) -> None:
    """Take note of the keys in force, and say them wherever they are told."""
    keys = {name: _read(action.shortcut()) for name, action in actions}
    if keys == _in_force:
        return
    _in_force.clear()
    _in_force.update(keys)
    for widget in QApplication.allWidgets():
        words = widget.property(_MAKE)
        if words is not None and widget.toolTip() == widget.property(_TOLD):
            set_tip(widget, words)


def _read(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)
