"""What can be done from the outline: the canvas's commands whose keys work there too, and the menu of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTreeView

from gui.canvas.actions import CanvasActions
from gui.canvas.notes import menu as notes_menu
from gui.canvas.tools import CanvasTools
from gui.panels.outline_model import OutlineModel


@dataclass(frozen=True)
class RowCommands:
    """What the outline itself does with the row that has the keyboard."""

    enter: Callable[[], None]
    rename: Callable[[], None]
    add: tuple[QAction, ...]


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


def fill(
    menu: QMenu,
    tree: QTreeView,
    model: OutlineModel,
    row: RowCommands,
    tools: CanvasTools,
    actions: CanvasActions,
) -> None:
    """Offer what can be done with the row of ``tree`` that has the keyboard."""
    index = tree.currentIndex()
    note, path = model.note_at(index), model.path_at(index)
    if note:
        notes_menu.fill(menu, note, tools.notes, actions)
    elif len(path) > 1:
        menu.addAction("Step inside to this layer", row.enter)
    elif path:
        if tools.folding.block_of(path[0]) is not None:
            _block(menu, tree, row, actions)
        _layer(menu, row, actions)
    menu.addSeparator()
    if tools.folding.is_inside:
        menu.addAction(actions.step_out)
    for action in (actions.paste, actions.paste_wired, actions.add_note, actions.tidy, actions.fit_all):
        menu.addAction(action)


def _block(menu: QMenu, tree: QTreeView, row: RowCommands, actions: CanvasActions) -> None:
    index = tree.currentIndex()
    opened = tree.isExpanded(index)
    words = "Hide what is inside" if opened else "Show what is inside"
    menu.addAction(words, partial(tree.setExpanded, index, not opened))
    menu.addAction("Step inside", row.enter)
    menu.addAction(actions.ungroup)
    menu.addSeparator()


def _layer(menu: QMenu, row: RowCommands, actions: CanvasActions) -> None:
    menu.addActions(row.add)
    menu.addActions([actions.connect_nodes, actions.disconnect_nodes, actions.replace, actions.take_out])
    menu.addSeparator()
    menu.addAction("Rename", row.rename)
    menu.addActions([actions.bypass, actions.freeze, actions.group, actions.add_frame])
    menu.addSeparator()
    menu.addActions([actions.cut, actions.copy, actions.duplicate, actions.delete, actions.delete_with_wires])
    menu.addSeparator()
    menu.addActions([actions.fit_selection, actions.show_flow])
