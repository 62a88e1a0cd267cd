"""Which actions of the window may have keys, by what name they are remembered, and under which heading they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.shortcuts import ShortcutEntry

if TYPE_CHECKING:
    from gui.window import Window


def entries(window: Window) -> list[ShortcutEntry]:
    """Every action with a name or a key: those of the menus as they stand there, then those of the outline."""
    for name, action in vars(window.canvas.actions_).items():
        if isinstance(action, QAction) and not action.objectName():
            action.setObjectName(f"canvas.{name}")
    found: dict[str, ShortcutEntry] = {}
    for top in window.menuBar().actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            for action, below in _leaves(menu):
                _add(found, action, menu.title().replace("&", ""), below)
    for action in window.outline.list.own_actions:
        _add(found, action, "Outline")
    for action in (*window.commands.values(), *window.canvas.actions_.all):
        _add(found, action, "More")
    return list(found.values())


def _leaves(menu: QMenu, under: str = "") -> Iterator[tuple[QAction, str]]:
    """The actions of a menu, each with the title of the menu inside it that it stands in."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _leaves(below, below.title().replace("&", ""))
        elif not action.isSeparator():
            yield action, under


def _add(found: dict[str, ShortcutEntry], action: QAction, group: str, under: str = "") -> None:
    if not action.objectName() and not action.shortcuts():
        return
    title = action.text().replace("&", "").removesuffix("…")
    name = action.objectName() or f"menu.{title}"
    if name not in found:
        found[name] = ShortcutEntry(
            name, group, f"{under}: {title}" if under else title, action, tuple(action.shortcuts())
        )
