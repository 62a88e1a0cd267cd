"""The open project: the current drawing and recipe, what was undone, what changed, what is selected.

Everything on screen subscribes here and draws the difference between the last value and the next. An edit is a
new value with a label; undo is going back to an earlier value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.graph.analysis import Analysis, analyse
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.signature import Signature

MOST_STEPS = 1_000
"""How many steps can be undone. A step holds two values that share almost everything, so it costs little."""


@dataclass(frozen=True)
class Sketch:
    """What the user makes: the drawing and every setting of its training."""

    graph: Graph
    recipe: Any


@dataclass(frozen=True)
class _Step:
    label: str
    before: Sketch
    after: Sketch
    merge: str = ""


class Document(QObject):
    """The open project. ``signature_of`` tells what a recipe's dataset asks of a drawing."""

    changed = Signal(object, object)
    analysed = Signal(object)
    history_changed = Signal()
    selection_changed = Signal(object)
    complain = Signal(str)
    previewed = Signal(object)
    """A drawing that an edit would make, for views to show as a ghost; None when there is nothing to show."""

    def __init__(
        self,
        sketch: Sketch,
        signature_of: Callable[[Any], Signature | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._signature_of = signature_of
        self._sketch = sketch
        self._saved = sketch
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._selection: frozenset[str] = frozenset()
        self._signature = signature_of(sketch.recipe)
        self._analysis = analyse(sketch.graph, self._signature)
        self._ghost: Graph | None = None

    # The value

    @property
    def sketch(self) -> Sketch:
        return self._sketch

    @property
    def graph(self) -> Graph:
        return self._sketch.graph

    @property
    def recipe(self) -> Any:
        return self._sketch.recipe

    @property
    def signature(self) -> Signature | None:
        return self._signature

    @property
    def analysis(self) -> Analysis:
        return self._analysis

    # Editing

    def edit(self, label: str, graph: Graph, *, merge: str = "") -> bool:
        """Make ``graph`` the drawing, as one step of undo. Returns False when nothing changed."""
        return self._step(label, replace(self._sketch, graph=graph), merge)

    def set_recipe(self, label: str, recipe: Any, *, merge: str = "") -> bool:
        """Make ``recipe`` the recipe, as one step of undo. Returns False when nothing changed."""
        return self._step(label, replace(self._sketch, recipe=recipe), merge)

    def set_sketch(self, label: str, sketch: Sketch) -> bool:
        """Change drawing and recipe together, as one step of undo. Returns False when nothing changed."""
        return self._step(label, sketch, "")

    def try_edit(self, label: str, change: Callable[[Graph], Graph], *, merge: str = "") -> bool:
        """Apply an edit; one that the drawing refuses is told through ``complain`` and changes nothing."""
        try:
            graph = change(self.graph)
        except GraphError as error:
            self.complain.emit(str(error))
            return False
        return self.edit(label, graph, merge=merge)

    def _step(self, label: str, after: Sketch, merge: str) -> bool:
        before = self._sketch
        if after == before:
            return False
        last = self._done[-1] if self._done else None
        if merge and last is not None and last.merge == merge and not self._undone and before is last.after:
            self._done.pop()
            # Typing that ends where it began leaves nothing to take back.
            if after != last.before:
                self._done.append(_Step(label, last.before, after, merge))
        else:
            self._done.append(_Step(label, before, after, merge))
            del self._done[:-MOST_STEPS]
        self._undone.clear()
        self._show(after)
        return True

    @Slot()
    def settle(self) -> None:
        """What was typed is finished: the next edit is a step of its own, whatever its merge key."""
        if self._done and self._done[-1].merge:
            self._done[-1] = replace(self._done[-1], merge="")

    def preview(self, graph: Graph | None) -> None:
        """Show what an edit would make of the drawing without making it; None takes that away again."""
        if graph is not self._ghost:
            self._ghost = graph
            self.previewed.emit(graph)

    # Undo

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def undo_label(self) -> str:
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        return self._undone[-1].label if self._undone else ""

    def undo(self) -> None:
        """Go back to the value before the last step."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._show(step.before)

    def redo(self) -> None:
        """Go forward to the value that was undone last."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._show(step.after)

    # Whole values

    @property
    def dirty(self) -> bool:
        """Whether the value differs from the one saved or opened last."""
        return self._sketch != self._saved

    def mark_saved(self, sketch: Sketch | None = None) -> None:
        """The value (the current one when None is given) is now in the file."""
        self._saved = self._sketch if sketch is None else sketch
        self.history_changed.emit()

    def reset(self, sketch: Sketch, *, saved: bool = True) -> None:
        """Open another value: history and selection are cleared."""
        self._done.clear()
        self._undone.clear()
        self.select(())
        if saved:
            self._saved = sketch
        self._show(sketch)

    def _show(self, sketch: Sketch) -> None:
        self.preview(None)
        before, self._sketch = self._sketch, sketch
        if sketch.recipe != before.recipe:
            self._signature = self._signature_of(sketch.recipe)
        self._analysis = analyse(sketch.graph, self._signature, self._analysis)
        self.changed.emit(before, sketch)
        self.analysed.emit(self._analysis)
        if not self._selection <= sketch.graph.nodes.keys():
            self.select(self._selection & sketch.graph.nodes.keys())
        self.history_changed.emit()

    # Selection: not part of the value, but every view shows the same one.

    @property
    def selection(self) -> frozenset[str]:
        return self._selection

    def select(self, ids: Iterable[str]) -> None:
        """Select exactly these nodes; ids that are not in the drawing are left out."""
        selection = frozenset(id for id in ids if id in self.graph.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)
