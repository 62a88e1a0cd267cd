"""The tools with which a drawing is worked on: what actions, menus, keys, the mouse and the outline put to use."""

from __future__ import annotations

from dataclasses import dataclass

from gui.canvas.adding import Adding
from gui.canvas.commands import Commands
from gui.canvas.diagram_view import DiagramView
from gui.canvas.emphasis import Emphasis
from gui.canvas.find_bar import FindBar
from gui.canvas.folding import Folding
from gui.canvas.minimap import Minimap
from gui.canvas.notes.notes import Notes
from gui.canvas.quick_add import QuickAdd
from gui.canvas.wiring import Wiring


@dataclass(frozen=True)
class CanvasTools:
    """The tools of one canvas, and the view of the drawing that they all work on."""

    view: DiagramView
    commands: Commands
    adding: Adding
    quick_add: QuickAdd
    notes: Notes
    wiring: Wiring
    folding: Folding
    find_bar: FindBar
    emphasis: Emphasis
    minimap: Minimap
