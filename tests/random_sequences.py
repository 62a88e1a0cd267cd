"""Random sequences of every edit played on a document: also inside of blocks, with undo and redo across levels.

Whoever plays says what to look at after every step; in the end everything is undone, done again and undone anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from engine.graph.graph import Graph
from engine.graph.grouping import group
from engine.graph.nesting import reachable
from engine.graph.note_edits import add_note
from engine.training.recipe import Recipe
from gui.document import Document, DocumentState
from tests.gui.canvas.conftest import small_graph
from tests.random_edits import Edits


def start_of(seed: int) -> Graph:
    """The small drawing; or with two copies of a block in it, in a block; or with a note and a frame."""
    graph = small_graph()
    if seed % 3 == 0:
        graph = group(graph, ["n3", "n4"], "Part")
        graph = graph.paste(graph.subgraph([graph.last]), (0.0, 200.0))[0]
        graph = group(graph, [graph.last], "Outer")
    elif seed % 3 == 1:
        graph = add_note(graph, text="why?", position=(0, 300))
        graph = add_note(graph, "frame", text="part", position=(180, -40), size=(400, 160))
    return graph


class Sequence:
    """One seed's sequence on a document. ``done`` counts the edits by name and the other steps as "step …"."""

    def __init__(self, document: Document, seed: int, look: Callable[[], None]) -> None:
        self.document, self.roll, self.look = document, random.Random(seed), look
        document.reset(DocumentState(start_of(seed), Recipe()))
        self.edits = Edits(seed, document.signature)
        self.done = self.edits.done
        self.start = document.sketch

    def play(self, steps: int) -> None:
        """So many steps, then all the way back and forth, then away with everything."""
        document = self.document
        for _ in range(steps):
            self._step()
            self.look()
        while document.can_redo:
            document.redo()
        end, values = document.sketch, [document.sketch]
        while document.can_undo:
            self._undo()
            values.append(document.sketch)
            self.look()
        assert document.sketch == self.start
        for value in reversed(values[:-1]):
            document.redo()
            assert document.sketch == value
            self.look()
        assert document.sketch == end
        assert not document.can_redo

    def _step(self) -> None:
        document, roll = self.document, self.roll
        what = roll.random()
        held = [id for id, node in document.graph.nodes.items() if node.block is not None]
        if held and what < 0.12:
            self._count("enter", document.enter(roll.choice(held)))
            document.change_copies = roll.random() < 0.7
        elif document.path and what < 0.18:
            self._count("leave", document.leave())
        elif what < 0.24:
            recipe = self.edits.recipe(document.recipe)
            document.set_recipe("Recipe", recipe, merge=roll.choice(["", "field"]))
        elif what < 0.29:
            document.select(roll.sample(list(document.graph.nodes), min(3, len(document.graph.nodes))))
        elif what < 0.32:
            document.settle()
        elif what < 0.41:
            level = document.path
            self._undo()
            self._count("undo on another level", document.path != level)
        elif what < 0.48:
            document.redo()
        else:
            self.edits.signature = document.signature
            done = document.edit("Edit", self.edits.apply(document.graph), merge=roll.choice(["", "", "typing"]))
            self._count("edit inside", done and bool(document.path))

    def _undo(self) -> None:
        """Undo, which shows the level on which the step was made, as far as that is there before it."""
        document = self.document
        if document.can_undo:
            made = document.undo_level
            document.undo()
            assert document.path == reachable(document.whole, made)

    def _count(self, name: str, did: bool) -> None:
        if did:
            self.done[f"step {name}"] = self.done.get(f"step {name}", 0) + 1
