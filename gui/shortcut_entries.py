"""Which actions of the window may have keys, by what name they are remembered, and under which heading they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.canvas.actions import CanvasActions
from gui.shortcuts import ShortcutEntry


def entries(
    menus: QMenuBar, commands: Mapping[str, QAction], canvas: CanvasActions, outline: Iterable[QAction]
) -> list[ShortcutEntry]:
    """Every action with a name or a key: those of the menus as they stand there, then those of the outline."""
    for name, action in vars(canvas).items():
        if isinstance(action, QAction) and not action.objectName():
            action.setObjectName(f"canvas.{name}")
    found: dict[str, ShortcutEntry] = {}
    for top in menus.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            for action, below in _leaves(menu):
                _add(found, action, menu.title().replace("&", ""), below)
    for action in outline:
        _add(found, action, "Outline")
    for action in (*commands.values(), *canvas.all):
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
