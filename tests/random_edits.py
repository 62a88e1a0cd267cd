"""Random edits of a drawing and of a recipe: every public edit of the engine, with what a user might give it.

An edit that the drawing refuses raises GraphError, as it does for a user; callers go on with the next one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from engine.graph import grouping, nesting, note_edits, notes, rewiring
from engine.graph.advice.analysis import analyse
from engine.graph.advice.auto_connect import auto_connect
from engine.graph.blocks import ready, shelf
from engine.graph.boxes import compact
from engine.graph.errors import GraphError
from engine.graph.graph import Graph, Wire, wire
from engine.graph.layers import kinds
from engine.graph.layout.tidy import tidy, tidy_compactly
from engine.graph.parameters import Choice, Flag, Integer, Parameter, Real, Size, Sizes
from engine.graph.signature import Signature
from engine.training.recipe import Recipe, RecipeError


class _NothingThere(Exception):
    """The drawing has nothing of what the edit is about."""


LIKELY = ("Conv2d", "ReLU", "Linear", "Add", "Flatten", "Concatenate", "Dropout", "MultiheadAttention", "MaxPool2d")
MOST_NODES = 40


class Edits:
    """Makes one random edit after another; ``done`` counts those that went through, by name."""

    def __init__(self, seed: int, signature: Signature | None) -> None:
        self.random = random.Random(seed)
        self.signature = signature
        self.done: dict[str, int] = {}
        self._names = sorted(name for name in dir(self) if name.startswith("_edit_"))

    @property
    def names(self) -> set[str]:
        """Every kind of edit there is."""
        return {name.removeprefix("_edit_") for name in self._names}

    def apply(self, graph: Graph) -> Graph:
        """The drawing after one random edit that it did not refuse."""
        while True:
            name = self.one_of(self._names)
            edit: Callable[[Graph], Graph] = getattr(self, name)
            try:
                changed = edit(graph)
            except (GraphError, _NothingThere):
                continue
            if len(changed.nodes) <= MOST_NODES:
                self.done[name.removeprefix("_edit_")] = self.done.get(name.removeprefix("_edit_"), 0) + 1
                return changed

    def recipe(self, recipe: Recipe) -> Recipe:
        """The recipe after one random change of a setting."""
        while True:
            setting = self.one_of(list(recipe.settings()))
            try:
                return recipe.with_setting(setting.path, self.value(setting.parameter))
            except (RecipeError, ValueError):
                continue

    # Choosing

    def one_of(self, things: Sequence[Any]) -> Any:
        if not things:
            raise _NothingThere
        return self.random.choice(things)

    def node(self, graph: Graph) -> str:
        return self.one_of(list(graph.nodes))

    def some(self, graph: Graph) -> list[str]:
        ids = list(graph.nodes)
        if not ids:
            raise _NothingThere
        return self.random.sample(ids, self.random.randint(1, min(4, len(ids))))

    def block(self, graph: Graph) -> str:
        return self.one_of([node.id for node in graph.nodes.values() if node.block is not None])

    def note(self, graph: Graph) -> str:
        return self.one_of(list(graph.notes))

    def kind(self) -> str:
        return self.one_of(LIKELY if self.random.random() < 0.8 else sorted(kinds()))

    def place(self) -> tuple[float, float]:
        return (8.0 * self.random.randint(-60, 120), 8.0 * self.random.randint(-40, 80))

    def wire(self, graph: Graph) -> Wire:
        target = self.node(graph)
        ports = [port.name for port in graph.nodes[target].declaration.inputs] or ["in"]
        free = graph.open_input(target)
        port = free if free and self.random.random() < 0.7 else self.one_of(ports)
        return wire(self.node(graph), target, port)

    def value(self, parameter: Parameter) -> Any:
        roll = self.random
        match parameter:
            case Integer():
                low = max(int(parameter.low), 0)
                return roll.randint(low, max(low, min(int(parameter.high), 12)))
            case Real():
                return roll.uniform(parameter.low, min(parameter.high, parameter.low + 1.0))
            case Choice():
                return roll.choice(list(parameter.options))
            case Flag():
                return roll.random() < 0.5
            case Size():
                return (roll.randint(parameter.low, parameter.low + 4),) * parameter.axes
            case Sizes():
                return tuple(roll.randint(max(1, parameter.low), 6) for _ in range(roll.randint(1, 3)))
        return parameter.default

    # Layers

    def _edit_add(self, graph: Graph) -> Graph:
        return shelf.add(graph, self.kind(), position=self.place())

    def _edit_add_block(self, graph: Graph) -> Graph:
        made = ready()[self.one_of(sorted(ready()))]
        return graph.add_block(made.make(), position=self.place())

    def _edit_remove(self, graph: Graph) -> Graph:
        return graph.remove(self.some(graph))

    def _edit_remove_keeping_chain(self, graph: Graph) -> Graph:
        return graph.remove_keeping_chain(self.some(graph))

    def _edit_take_out(self, graph: Graph) -> Graph:
        return rewiring.take_out(graph, self.node(graph))

    def _edit_rename(self, graph: Graph) -> Graph:
        return graph.rename(self.node(graph), self.one_of(["a", "b", "stem", "block_two", "x7"]))

    def _edit_move(self, graph: Graph) -> Graph:
        return graph.move({id: self.place() for id in self.some(graph)})

    def _edit_set_params(self, graph: Graph) -> Graph:
        id = self.node(graph)
        parameter = self.one_of(list(graph.nodes[id].declaration.parameters))
        return graph.set_params(id, **{parameter.name: self.value(parameter)})

    def _edit_set(self, graph: Graph) -> Graph:
        state = self.one_of(["bypassed", "frozen", "note"])
        value: Any = self.one_of(["", "why?"]) if state == "note" else self.random.random() < 0.5
        return graph.set(self.node(graph), **{state: value})

    def _edit_set_all(self, graph: Graph) -> Graph:
        ids = {self.node(graph) for _ in range(3)}
        return graph.set_all(ids, **{self.one_of(["bypassed", "frozen"]): self.random.random() < 0.5})

    def _edit_replace_kind(self, graph: Graph) -> Graph:
        return rewiring.replace_kind(graph, self.node(graph), self.kind())

    def _edit_follow(self, graph: Graph) -> Graph:
        added = shelf.add(graph, self.kind(), position=self.place())
        return rewiring.follow(added, added.last, self.node(graph))

    def _edit_paste(self, graph: Graph) -> Graph:
        return graph.paste(graph.subgraph(self.some(graph)), (40.0, 40.0))[0]

    def _edit_compact(self, graph: Graph) -> Graph:
        return compact(graph, self.some(graph) if self.random.random() < 0.5 else None)

    def _edit_tidy_compactly(self, graph: Graph) -> Graph:
        return tidy_compactly(graph)

    def _edit_tidy(self, graph: Graph) -> Graph:
        return tidy(graph, self.some(graph) if self.random.random() < 0.5 else None)

    def _edit_mend(self, graph: Graph) -> Graph:
        return auto_connect(graph, self.signature).graph

    def _edit_repair(self, graph: Graph) -> Graph:
        problem = self.one_of(analyse(graph, self.signature).problems)
        return self.one_of(problem.repairs).edit(graph)

    # Wires

    def _edit_connect(self, graph: Graph) -> Graph:
        return graph.connect(self.wire(graph))

    def _edit_replace_input(self, graph: Graph) -> Graph:
        return graph.replace_input(self.wire(graph))

    def _edit_freed(self, graph: Graph) -> Graph:
        return graph.freed(self.wire(graph))

    def _edit_disconnect(self, graph: Graph) -> Graph:
        return graph.disconnect(self.one_of(graph.wires))

    def _edit_between(self, graph: Graph) -> Graph:
        on = self.one_of(graph.wires)
        added = shelf.add(graph, self.kind(), position=self.place())
        return added.between(added.last, on)

    # Blocks

    def _edit_group(self, graph: Graph) -> Graph:
        return grouping.group(graph, self.some(graph), self.one_of(["Block", "Stem", "Head"]))

    def _edit_ungroup(self, graph: Graph) -> Graph:
        return grouping.ungroup(graph, self.block(graph))[0]

    def _edit_retitled(self, graph: Graph) -> Graph:
        return nesting.retitled(graph, (self.block(graph),), self.one_of(["One", "Two"]), copies=self.coin())

    def _edit_made_own(self, graph: Graph) -> Graph:
        return nesting.made_own(graph, (self.block(graph),))

    def _edit_inside(self, graph: Graph) -> Graph:
        path = (self.block(graph),)
        inner = nesting.inside(graph, path)
        edit = self.one_of([self._edit_add, self._edit_connect, self._edit_set_params, self._edit_remove])
        return nesting.changed_at(graph, path, edit(inner), copies=self.coin())

    def coin(self) -> bool:
        return self.random.random() < 0.5

    # Notes

    def _edit_add_note(self, graph: Graph) -> Graph:
        return note_edits.add_note(graph, self.one_of(tuple(notes.NoteKind)), text="words", position=self.place())

    def _edit_set_note(self, graph: Graph) -> Graph:
        change = self.one_of(
            [{"text": "other"}, {"position": self.place()}, {"size": (300.0, 200.0)}, {"colour": "red"}]
        )
        return note_edits.set_note(graph, self.note(graph), **change)

    def _edit_remove_notes(self, graph: Graph) -> Graph:
        return note_edits.remove_notes(graph, [self.note(graph)])

    def _edit_paste_notes(self, graph: Graph) -> Graph:
        return note_edits.paste_notes(graph, note_edits.with_only(graph, [self.note(graph)]), (24.0, 24.0))
