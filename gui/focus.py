"""The way of the Tab key through the window: as one reads it, whatever was built last.

Qt's own chain is the order in which widgets were made, so that fields which a panel makes anew would come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

_ROW = 14
"""Middles that are at most this far apart, in pixels, are one row."""


def stops(parts: Iterable[QWidget]) -> list[QWidget]:
    """Every widget that Tab may stop at, part by part, each part in rows from the top, each row from the left."""
    found: list[QWidget] = []
    for part in parts:
        inside = [w for w in (part, *part.findChildren(QWidget)) if _takes_tab(w)]
        found += _in_rows(inside)
    return found


def next_stop(parts: Sequence[QWidget], current: QWidget | None, forward: bool) -> QWidget | None:
    """Where Tab leads from ``current``; round at the ends. None when there is nowhere to go."""
    order = stops(parts)
    if not order:
        return None
    if current not in order:
        return order[0] if forward else order[-1]
    return order[(order.index(current) + (1 if forward else -1)) % len(order)]


def is_plain(event: QKeyEvent) -> bool:
    """Whether a key was pressed alone."""
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def press_by_enter(event: QKeyEvent, focus: QWidget | None) -> bool:
    """Have Enter press the button that has the keyboard; whether it was that.

    Most desktops leave it to Space alone to press a button outside of dialogs.
    """
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not is_plain(event):
        return False
    if not isinstance(focus, QAbstractButton):
        return False
    if not event.isAutoRepeat():
        focus.click()
    return True


def _takes_tab(widget: QWidget) -> bool:
    tab = Qt.FocusPolicy.TabFocus
    reachable = widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
    return reachable and bool(widget.focusPolicy() & tab == tab)


def _in_rows(widgets: list[QWidget]) -> list[QWidget]:
    places = {widget: widget.mapToGlobal(QPoint(0, widget.height() // 2)) for widget in widgets}
    rows: list[list[QWidget]] = []
    for widget in sorted(widgets, key=lambda w: places[w].y()):
        if rows and places[widget].y() - places[rows[-1][0]].y() <= _ROW:
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [widget for row in rows for widget in sorted(row, key=lambda w: places[w].x())]
