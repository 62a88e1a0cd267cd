"""What can be done from the outline: the canvas's commands whose keys work there too, and the menu of a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.canvas.actions import CanvasActions
from gui.canvas.notes import menu as notes_menu
from gui.canvas.view import Canvas

if TYPE_CHECKING:
    from gui.panels.outline_list import OutlineList


def shared(actions: CanvasActions) -> list[QAction]:
    """The canvas's actions that mean the same in the outline. Renaming and adding differ: a row has its own ways."""
    return [
        actions.connect_nodes,
        actions.disconnect_nodes,
        actions.replace,
        actions.take_out,
        actions.bypass,
        actions.freeze,
        actions.group,
        actions.ungroup,
        actions.step_out,
        actions.cut,
        actions.copy,
        actions.paste,
        actions.paste_wired,
        actions.duplicate,
        actions.delete,
        actions.delete_with_wires,
        actions.select_all,
        actions.tidy,
        actions.add_note,
        actions.add_frame,
        actions.next_note,
        actions.fit_all,
        actions.fit_selection,
        actions.show_flow,
    ]


def fill(menu: QMenu, rows: OutlineList, canvas: Canvas) -> None:
    """Offer what can be done with the row that has the keyboard."""
    actions, index = canvas.actions_, rows.currentIndex()
    note, path = rows.rows.note_at(index), rows.rows.path_at(index)
    if note:
        notes_menu.fill(canvas, menu, note)
    elif len(path) > 1:
        menu.addAction("Step inside to this layer", rows.enter_row)
    elif path:
        _layer(menu, rows, canvas)
    menu.addSeparator()
    if canvas.document.path:
        menu.addAction(actions.step_out)
    for action in (actions.paste, actions.paste_wired, actions.add_note, actions.tidy, actions.fit_all):
        menu.addAction(action)


def _layer(menu: QMenu, rows: OutlineList, canvas: Canvas) -> None:
    actions, index = canvas.actions_, rows.currentIndex()
    if canvas.folding.block_of(rows.here) is not None:
        opened = rows.isExpanded(index)
        words = "Hide what is inside" if opened else "Show what is inside"
        menu.addAction(words, partial(rows.setExpanded, index, not opened))
        menu.addAction("Step inside", rows.enter_row)
        menu.addAction(actions.ungroup)
        menu.addSeparator()
    menu.addActions(rows.own_actions)
    menu.addActions([actions.connect_nodes, actions.disconnect_nodes, actions.replace, actions.take_out])
    menu.addSeparator()
    menu.addAction("Rename", rows.edit_row)
    menu.addActions([actions.bypass, actions.freeze, actions.group, actions.add_frame])
    menu.addSeparator()
    menu.addActions([actions.cut, actions.copy, actions.duplicate, actions.delete, actions.delete_with_wires])
    menu.addSeparator()
    menu.addActions([actions.fit_selection, actions.show_flow])
