"""The open project: the current drawing, recipe and weights, what was undone, what changed, what is selected.

Everything on screen subscribes here and draws the difference between the last value and the next. An edit is a
new value with a label; undo is going back to an earlier value. Training is an edit like any other.

One can step into a block. ``graph``, ``analysis``, ``signature``, ``selection`` and ``edit`` are then about the
drawing inside it, so that whatever shows or edits a drawing does so there too; the value is still one, and undo
goes back through every level. ``whole`` and its companions are about the network as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.blocks.remaking import fitted
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.layout.placement import separated
from engine.graph.nesting import block_at, changed_at, copies, reachable
from engine.graph.reading import check_growth
from engine.graph.signature import Signature
from engine.project.runs import Runs
from engine.training.recipe import Recipe, RecipeError
from gui.history import LET_GO, History, UndoStep
from gui.sketch import DocumentState
from gui.training.trained import Trained

__all__ = ["Document", "DocumentState"]


class Document(QObject):
    """The open project. ``signature_of`` tells what a recipe's dataset asks of a drawing."""

    changed = Signal(object, object)
    analysed = Signal(object)
    history_changed = Signal()
    selection_changed = Signal(object)
    complain = Signal(str)
    settled = Signal()
    """What was typed is finished."""
    begun = Signal()
    """Another drawing has taken the place of the one there was."""
    level_changed = Signal(object)
    """The path of the block one is in now, () for the network itself."""
    previewed = Signal(object)
    """A drawing that an edit would make, for views to show as a ghost; None when there is nothing to show."""

    def __init__(
        self,
        sketch: DocumentState,
        signature_of: Callable[[Recipe], Signature | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._signature_of = signature_of
        self._sketch = sketch
        self._saved = sketch
        self._history = History()
        self._selection: frozenset[str] = frozenset()
        self._signature = signature_of(sketch.recipe)
        self._analysis = analyse(sketch.graph, self._signature)
        self._path: tuple[str, ...] = ()
        self._here = self._analysis
        self.change_copies = True
        """Whether an edit inside a block changes every copy of it."""
        self.opening = False
        """Whether what ``changed`` tells of is another value being opened: its ids mean other things."""
        self._ghost: Graph | None = None

    # The value

    @property
    def sketch(self) -> DocumentState:
        """The value as it is now."""
        return self._sketch

    @property
    def graph(self) -> Graph:
        """The drawing one is in."""
        return self._here.graph

    @property
    def whole(self) -> Graph:
        """The drawing of the network."""
        return self._sketch.graph

    @property
    def recipe(self) -> Recipe:
        """How it is trained."""
        return self._sketch.recipe

    @property
    def trained(self) -> Trained | None:
        """What training has made; it may belong to another drawing than the one there is now."""
        return self._sketch.trained

    @property
    def signature(self) -> Signature | None:
        """What is asked of the drawing one is in; None when the recipe's dataset is not known here."""
        return self._here.signature

    @property
    def whole_signature(self) -> Signature | None:
        """What is asked of the network."""
        return self._signature

    @property
    def analysis(self) -> Analysis:
        """What the drawing one is in comes to: shapes, weights, problems."""
        return self._here

    @property
    def whole_analysis(self) -> Analysis:
        """What the network comes to."""
        return self._analysis

    # Stepping into blocks

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the blocks one is in, from the outside inwards; () for the network itself."""
        return self._path

    @property
    def copies(self) -> int:
        """How often the block one is in stands in the network, this one included; 0 outside of blocks."""
        return copies(self.whole, block_at(self.whole, self._path)) if self._path else 0

    def enter(self, id: str) -> bool:
        """Step into a block of the drawing one is in. Returns whether it is one."""
        return self.go((*self._path, id))

    def leave(self) -> bool:
        """Step out of the block one is in, and select it. Returns whether one was in a block."""
        if not self._path:
            return False
        left = self._path[-1]
        self.go(self._path[:-1])
        self.select({left})
        return True

    def go(self, path: Iterable[str]) -> bool:
        """Go to the inside of a block by its path, as far as there is one. Returns whether one is elsewhere now."""
        path = reachable(self.whole, tuple(path))
        if path == self._path:
            return False
        self.change_copies = True
        self._show(self._sketch, path)
        return True

    # Editing

    def edit(self, label: str, graph: Graph, *, merge: str = "", batch_size: int = 0) -> bool:
        """Make ``graph`` the drawing one is in, as one step of undo. Returns False when nothing changed.

        A ``batch_size`` of 1 or more becomes that of the recipe in the same step. Ready blocks that it adds are made
        to fit what arrives at them. What a block cannot take is told through ``complain`` and changes nothing.
        """
        try:
            graph = separated(self.graph, graph)
            known = self.graph.nodes
            changed = ((id, node, known.get(id)) for id, node in graph.nodes.items() if node.block is not None)
            added = [id for id, node, old in changed if old is None or (old is not node and old.block is None)]
            graph = fitted(graph, added, self.signature) if added else graph
            whole = changed_at(self.whole, self._path, graph, copies=self.change_copies)
            check_growth(self.whole, whole)
        except GraphError as error:
            self.complain.emit(str(error))
            return False
        recipe = replace(self.recipe, batch_size=batch_size) if batch_size else self.recipe
        return self._step(label, replace(self._sketch, graph=whole, recipe=recipe), merge)

    def edit_whole(self, label: str, change: Callable[[Graph], Graph], *, merge: str = "") -> bool:
        """Apply an edit to the network, wherever one is; one that it refuses is told through ``complain``."""
        try:
            whole = separated(self.whole, change(self.whole))
            check_growth(self.whole, whole)
        except GraphError as error:
            self.complain.emit(str(error))
            return False
        return self._step(label, replace(self._sketch, graph=whole), merge)

    def set_recipe(self, label: str, recipe: Recipe, *, merge: str = "") -> bool:
        """Make ``recipe`` the recipe, as one step of undo. Returns False when nothing changed."""
        return self._step(label, replace(self._sketch, recipe=recipe), merge)

    def begin_with(self, label: str, graph: Graph, recipe: Recipe, *, title: str | None = None) -> bool:
        """Put another drawing and recipe in the place of those there are, as one step of undo.

        With a ``title`` it is another project, which is called so: what was learned is not of it. Returns False when
        nothing changed.
        """
        after = replace(self._sketch, graph=graph, recipe=recipe)
        if title is not None:
            after = replace(after, title=title, trained=None, released=False)
        done = self._step(label, after)
        if done:
            self.begun.emit()
        return done

    def try_setting(self, label: str, path: str, value: object) -> bool:
        """Change one setting of the recipe; a value that it refuses is told through ``complain`` and changes nothing.

        Changes of the same setting in a row are one step of undo. Returns False when nothing changed.
        """
        try:
            recipe = self.recipe.with_setting(path, value)
        except RecipeError as error:
            self.complain.emit(str(error))
            return False
        return self.set_recipe(label, recipe, merge=path)

    def try_edit(self, label: str, change: Callable[[Graph], Graph], *, merge: str = "", batch_size: int = 0) -> bool:
        """Apply an edit; one that the drawing refuses is told through ``complain`` and changes nothing."""
        try:
            graph = change(self.graph)
        except GraphError as error:
            self.complain.emit(str(error))
            return False
        return self.edit(label, graph, merge=merge, batch_size=batch_size)

    def learn(self, label: str, trained: Trained | None, runs: Runs | None = None, *, merge: str = "") -> bool:
        """Make ``trained`` what training has made, as one step of undo. Returns False when nothing changed.

        With the same ``merge`` several in a row are one step. ``runs`` are the runs since then; as they were where
        none are given.
        """
        runs = self._sketch.runs if runs is None else runs
        learned = replace(self._sketch, trained=trained, released=False, runs=runs)
        return self._step(label, learned, merge, placed=False)

    def set_runs(self, label: str, runs: Runs) -> bool:
        """Have other labels on the runs, or fewer of them, as one step of undo."""
        return self._step(label, replace(self._sketch, runs=runs), placed=False)

    def use_run(self, label: str, sketch: DocumentState) -> bool:
        """Go back to an earlier run as one step of undo; ``sketch`` is what it makes of the project."""
        return self._step(label, replace(sketch, title=self._sketch.title))

    def amend_trained(self, old: Trained, new: Trained) -> None:
        """More is known of what training has made, as test figures: no step of its own, wherever it stands."""
        self._history.replace_trained(old, new)
        if self._sketch.trained is old:
            self._show(replace(self._sketch, trained=new), self._path)

    def _step(self, label: str, after: DocumentState, merge: str = "", *, placed: bool = True) -> bool:
        """Make ``after`` the value. A step that is ``placed`` is undone in view of where it was made."""
        before = self._sketch
        if after == before:
            return False
        let_go = self._history.add(UndoStep(label, before, after, merge, self._path if placed else None))
        self._show(after, self._path)
        if let_go:
            self.complain.emit(LET_GO)
        return True

    @Slot()
    def settle(self) -> None:
        """What was typed is finished: the next edit is a step of its own, whatever its merge key."""
        self._history.settle()
        self.settled.emit()

    def preview(self, graph: Graph | None) -> None:
        """Show what an edit would make of the drawing without making it; None takes that away again."""
        if graph is not self._ghost:
            self._ghost = graph
            self.previewed.emit(graph)

    @property
    def previewing(self) -> bool:
        """Whether what an edit would make is on show."""
        return self._ghost is not None

    # Undo

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back."""
        return self._history.undoes is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step that was undone."""
        return self._history.redoes is not None

    @property
    def depth(self) -> int:
        """How many steps have led to the value: greater than at some earlier time when it was edited since."""
        return self._history.depth

    @property
    def undo_label(self) -> str:
        """What ``undo`` would take back; "" for nothing."""
        return self._history.undoes.label if self._history.undoes else ""

    @property
    def undo_level(self) -> tuple[str, ...] | None:
        """The level of the drawing at which ``undo`` shows what it takes back; None for the level one is at."""
        return self._history.undoes.path if self._history.undoes else None

    @property
    def redo_label(self) -> str:
        """What ``redo`` would do again; "" for nothing."""
        return self._history.redoes.label if self._history.redoes else ""

    def undo(self) -> None:
        """Go back to the value before the last step."""
        step = self._history.undo()
        if step is not None:
            self._show(step.before, self._path if step.path is None else step.path)

    def redo(self) -> None:
        """Go forward to the value that was undone last."""
        step = self._history.redo()
        if step is not None:
            self._show(step.after, self._path if step.path is None else step.path)

    # Whole values

    @property
    def dirty(self) -> bool:
        """Whether the value differs from the one saved or opened last."""
        return self._sketch != self._saved

    def mark_saved(self, sketch: DocumentState | None = None) -> None:
        """The value (the current one when None is given) is now in the file."""
        self._saved = self._sketch if sketch is None else sketch
        self.history_changed.emit()

    def reset(self, sketch: DocumentState, *, saved: bool = True, analysis: Analysis | None = None) -> None:
        """Open another value: history and selection are cleared.

        ``analysis``: what the drawing comes to with what the recipe asks of it, where that is known already; one that
        was made before the data was known is made again.
        """
        self._history.clear()
        self.select(())
        if saved:
            self._saved = sketch
        self.opening = True
        try:
            self._show(sketch, (), analysis)
        finally:
            self.opening = False

    def look_again(self) -> None:
        """What the recipe's data asks of the drawing may be known now, or be something else: a file has been read."""
        signature = self._signature_of(self._sketch.recipe)
        if signature != self._signature:
            self._signature = signature
            self._show(self._sketch, self._path)

    def _show(self, sketch: DocumentState, path: tuple[str, ...], analysis: Analysis | None = None) -> None:
        """Make ``sketch`` the value, seen from the inside of the block at ``path``, as far as there is one."""
        self.preview(None)
        before, self._sketch = self._sketch, sketch
        if sketch.recipe != before.recipe:
            self._signature = self._signature_of(sketch.recipe)
        if analysis is None or analysis.signature != self._signature:  # a file may have been read since
            analysis = analyse(sketch.graph, self._signature, self._analysis)
        self._analysis = analysis
        path = reachable(sketch.graph, path)
        moved = path != self._path
        if moved:
            self.select(())  # before the level changes: elsewhere the ids mean other layers
            self._path = path
        self._here = self._analysis
        for id in path:
            self._here = self._here.enter(id)
        self.changed.emit(before, sketch)
        self.analysed.emit(self._here)
        if moved:
            self.level_changed.emit(path)
        if not self._selection <= self.graph.nodes.keys():
            self.select(self._selection & self.graph.nodes.keys())
        self.history_changed.emit()

    # Selection: not part of the value, but every view shows the same one.

    @property
    def selection(self) -> frozenset[str]:
        """The ids of the selected nodes."""
        return self._selection

    def select(self, ids: Iterable[str]) -> None:
        """Select exactly these nodes; ids that are not in the drawing are left out."""
        selection = frozenset(id for id in ids if id in self.graph.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)
