"""The drawing: an immutable value of nodes and wires. An edit is a method that returns a new drawing.

Undo is keeping the earlier value; saving, copying and comparing are things done to values. Rules about single
edits live here and raise typed errors; whether shapes fit is a question for ``engine.graph.advice.analysis``, because a
drawing may be unfinished while one works on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine.graph.block import Block
from engine.graph.errors import (
    BadSetting,
    CycleError,
    DuplicateWire,
    GraphError,
    NameTaken,
    NoSuchKind,
    NoSuchNode,
    NoSuchPort,
    NoSuchWire,
    PortTaken,
    SelfConnection,
)
from engine.graph.layers import kinds
from engine.graph.layers.kind import ENDS, INPUT, MOST_INPUTS, OUTPUT
from engine.graph.naming import check_spelling, free_name, stem_of
from engine.graph.node import LONGEST_NOTE, Node, Wire, changed_settings, node_to_json, point, settings, wire
from engine.graph.notes import NO_NOTES, Note, note_to_json, with_copy
from engine.graph.snapping import carried
from engine.graph.wire_index import WireIndex

__all__ = ["LONGEST_NOTE", "Graph", "Node", "Wire", "empty", "wire"]


@dataclass(frozen=True)
class Graph:
    """Nodes by id, in the order they were added, and wires between them."""

    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))
    wires: tuple[Wire, ...] = ()
    next_id: int = field(default=1, compare=False)
    """The number of the next node: ids are never used twice."""
    notes: Mapping[str, Note] = field(default_factory=lambda: NO_NOTES)
    """Words on the drawing, by id; they play no part in the network. Edits: ``engine.graph.note_edits``."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        if self is other:
            return True
        if len(self.nodes) != len(other.nodes) or self.nodes != other.nodes or self.notes != other.notes:
            return False
        return self.wires == other.wires or set(self.wires) == set(other.wires)

    def __hash__(self) -> int:
        return hash((frozenset(self.nodes.values()), frozenset(self.wires), frozenset(self.notes.values())))

    # Reading. An edit hands the index of wires and the names on to its result, changed where they have to be.

    @cached_property
    def wire_index(self) -> WireIndex:
        """The wires by the nodes they touch."""
        return WireIndex.of(self.nodes, self.wires)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The id of every node by its name."""
        return {node.name: node.id for node in self.nodes.values()}

    @cached_property
    def _of_kind(self) -> dict[str, tuple[Node, ...]]:
        nodes: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            nodes.setdefault(node.kind, []).append(node)
        return {kind: tuple(found) for kind, found in nodes.items()}

    def node(self, id: str) -> Node:
        """The node called ``id``. Raises NoSuchNode."""
        try:
            return self.nodes[id]
        except KeyError:
            raise NoSuchNode(f"There is no layer {id!r} in the diagram.") from None

    def incoming(self, id: str) -> tuple[Wire, ...]:
        """The wires that end at the node, in the order of its inputs. Raises NoSuchNode."""
        found = self.wire_index.incoming.get(id)  # asked very often: a node that is there is not looked up twice
        return found if found is not None else self.wire_index.incoming[self.node(id).id]

    def outgoing(self, id: str) -> tuple[Wire, ...]:
        """The wires that start at the node, in the order they were made. Raises NoSuchNode."""
        found = self.wire_index.outgoing.get(id)
        return found if found is not None else self.wire_index.outgoing[self.node(id).id]

    def find(self, name: str) -> Node | None:
        """The node with that name, if any."""
        id = self.names.get(name)
        return None if id is None else self.nodes[id]

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        """All nodes of one kind, in the order they were added."""
        return self._of_kind.get(kind, ())

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The nodes where data comes in, in the order they were added."""
        return self.of_kind(INPUT)

    @property
    def outputs(self) -> tuple[Node, ...]:
        """The nodes where data leaves, in the order they were added."""
        return self.of_kind(OUTPUT)

    @property
    def last(self) -> str:
        """The id of the node added last. Raises NoSuchNode on an empty drawing."""
        if not self.nodes:
            raise NoSuchNode("The diagram is empty.")
        return next(reversed(list(self.nodes)))

    def topological(self) -> tuple[str, ...]:
        """All node ids, every node after those that feed it. Raises CycleError."""
        order = self.wire_index.order
        if len(order) < len(self.nodes):
            stuck = sorted(self.nodes[id].name for id in set(self.nodes) - set(order))
            raise CycleError(f"The wires would form a cycle through {', '.join(stuck[:6])}.")
        return order

    def upstream(self, id: str) -> set[str]:
        """The ids of all nodes that feed the node, directly or not. Raises NoSuchNode."""
        return self.wire_index.upstream(self.node(id).id)

    def downstream(self, id: str) -> set[str]:
        """The ids of all nodes that depend on the node, directly or not. Raises NoSuchNode."""
        return self.wire_index.downstream(self.node(id).id)

    def sources(self, id: str) -> tuple[str | None, ...]:
        """The nodes that feed the inputs of a node, in the order of its inputs; None where a wire is missing.

        An optional input without a wire takes what the input before it takes. A variadic node has as many
        inputs as it has wires.
        """
        declaration = self.node(id).declaration
        wired = {w.input: w.source for w in self.wire_index.incoming[id]}
        if declaration.variadic:
            return tuple(wired.values())
        found: list[str | None] = []
        for port in declaration.inputs:
            fallback = found[-1] if port.optional and found else None
            found.append(wired.get(port.name, fallback))
        return tuple(found)

    def open_input(self, id: str) -> str | None:
        """The first input of the node that has no wire, or None."""
        node = self.node(id)
        taken = {w.input for w in self.wire_index.incoming[id]}
        if node.declaration.variadic:
            return next((f"in{k}" for k in range(1, MOST_INPUTS + 1) if f"in{k}" not in taken), None)
        return next((p.name for p in node.declaration.inputs if p.name not in taken), None)

    # Nodes

    def free_name(self, stem: str) -> str:
        """The first of stem1, stem2, … that no node has."""
        return free_name(stem, self.names)[0]

    def check_name(self, name: str, id: str | None = None) -> None:
        """Raise BadName or NameTaken when node ``id`` (a new one if None) cannot have that name."""
        check_spelling(name)
        if self.names.get(name, id) != id:
            raise NameTaken(f"Another layer is called {name!r} already: choose another name.")

    def add(
        self,
        kind: str,
        *,
        name: str | None = None,
        position: tuple[float, float] = (0.0, 0.0),
        **params: Any,
    ) -> Graph:
        """Add a layer; its id is ``last`` of the result. Raises NoSuchKind, BadName, NameTaken, BadSetting.

        Blocks are added by name with ``engine.graph.blocks.shelf.add``.
        """
        declaration = kinds().get(kind)
        if declaration is None:
            raise NoSuchKind(f"There is no layer called {kind!r}.")
        if name is None:
            lone = kind in ENDS and declaration.stem not in self.names
            name = declaration.stem if lone else self.free_name(declaration.stem)
        return self._add(Node(f"n{self.next_id}", kind, name, settings(declaration, params), point(position)))

    def add_block(
        self, block: Block, *, name: str | None = None, position: tuple[float, float] = (0.0, 0.0), **params: Any
    ) -> Graph:
        """Add a block; its id is ``last`` of the result. Raises BadBlock, BadName, NameTaken, BadSetting."""
        declaration = block.checked().declaration
        name = self.free_name(stem_of(block.title)) if name is None else name
        checked = settings(declaration, params)
        return self._add(Node(f"n{self.next_id}", declaration.name, name, checked, point(position), block=block))

    def _add(self, node: Node) -> Graph:
        id, name = node.id, node.name
        self.check_name(name)
        graph = Graph(MappingProxyType({**self.nodes, id: node}), self.wires, self.next_id + 1, self.notes)
        return graph._knowing(self.wire_index.with_node(id), {**self.names, name: id})

    def _knowing(self, index: WireIndex, names: Mapping[str, str]) -> Graph:
        """This new drawing, told what it would otherwise work out when asked."""
        self.__dict__.update(wire_index=index, names=names)
        return self

    def with_nodes(self, *changed: Node) -> Graph:
        """The drawing with other values of nodes that are in it, checked before; their kinds and inputs stay."""
        nodes = dict(self.nodes)
        for node in changed:
            nodes[node.id] = node
        names = self.names
        if any(self.nodes[node.id].name != node.name for node in changed):
            names = {node.name: node.id for node in nodes.values()}
        return Graph(MappingProxyType(nodes), self.wires, self.next_id, self.notes)._knowing(self.wire_index, names)

    def shares_wiring(self, other: Graph) -> bool:
        """Whether one drawing came out of the other by edits that left the nodes there and the wires as they are.

        Quick, and careful: two drawings that were made apart share nothing, however equal they are.
        """
        return self.wire_index is other.wire_index

    def _with_wires(self, wires: tuple[Wire, ...], *changed: Wire) -> Graph:
        """The nodes with ``wires``, which differ from the wires now in ``changed`` only: those are new, or gone."""
        graph = Graph(self.nodes, wires, self.next_id, self.notes)
        return graph._knowing(self.wire_index.toggled(self.nodes, changed), self.names)

    def with_notes(self, notes: Mapping[str, Note], next_id: int | None = None) -> Graph:
        """The same network with other words on it; ``engine.graph.note_edits`` has the edits."""
        graph = Graph(self.nodes, self.wires, next_id or self.next_id, MappingProxyType(dict(notes)))
        return graph._knowing(self.wire_index, self.names)

    def remove(self, ids: Iterable[str]) -> Graph:
        """Remove nodes and every wire that touches them. Raises NoSuchNode."""
        gone = set(ids)
        loose = {w for id in gone for w in (*self.incoming(id), *self.outgoing(id))}
        freed = self._with_wires(tuple(w for w in self.wires if w not in loose), *loose) if loose else self
        nodes = MappingProxyType({id: node for id, node in self.nodes.items() if id not in gone})
        names = {name: id for name, id in self.names.items() if id not in gone}
        return Graph(nodes, freed.wires, self.next_id, self.notes)._knowing(freed.wire_index.without_nodes(gone), names)

    def rename(self, id: str, name: str) -> Graph:
        """Give the node another name. Raises NoSuchNode, BadName, NameTaken."""
        node = self.node(id)
        self.check_name(name, id)
        return self.with_nodes(replace(node, name=name))

    def move(self, positions: Mapping[str, tuple[float, float]]) -> Graph:
        """Put nodes at new positions (canvas units, the node's top left corner); what is snapped onto one goes along.

        Raises NoSuchNode.
        """
        moved = carried(self, positions)
        return self.with_nodes(*(replace(self.node(id), position=point(p)) for id, p in moved.items()))

    def set_params(self, id: str, **params: Any) -> Graph:
        """Change settings of a node. Raises NoSuchNode, BadSetting."""
        node = self.node(id)
        return self.with_nodes(replace(node, params=changed_settings(node, params)))

    def set(
        self, id: str, *, bypassed: bool | None = None, frozen: bool | None = None, note: str | None = None
    ) -> Graph:
        """Change the states of a node: bypassed, not trained, its note. Raises NoSuchNode, BadSetting."""
        if note is not None and len(note) > LONGEST_NOTE:
            raise BadSetting(f"A note has at most {LONGEST_NOTE:,} characters, not {len(note):,}.")
        given = {"bypassed": bypassed, "frozen": frozen, "note": note}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return self.with_nodes(replace(self.node(id), **changes))

    def set_all(self, ids: Iterable[str], *, bypassed: bool | None = None, frozen: bool | None = None) -> Graph:
        """Change states of many nodes at once: bypassed, not trained. Raises NoSuchNode."""
        given = {"bypassed": bypassed, "frozen": frozen}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return self.with_nodes(*(replace(self.node(id), **changes) for id in ids))

    # Wires

    def can_connect(self, new: Wire) -> GraphError | None:
        """Why the wire cannot be made, or None when it can: the same check that ``connect`` makes."""
        for id in (new.source, new.target):
            if id not in self.nodes:
                return NoSuchNode(f"There is no layer {id!r} in the diagram.")
        source, target = self.nodes[new.source], self.nodes[new.target]
        if not source.declaration.has_output or new.output != "out":
            return NoSuchPort(f"{source.name} has no output {new.output!r}.")
        if not target.declaration.has_input(new.input):
            return NoSuchPort(f"{target.name} has no input {new.input!r}.")
        if new.source == new.target:
            return SelfConnection(f"{source.name} cannot feed itself.")
        for w in self.wire_index.incoming[new.target]:
            if w == new:
                return DuplicateWire(f"{source.name} is connected to {target.name} already.")
            if w.input == new.input:
                other = self.nodes[w.source].name
                return PortTaken(f"This input of {target.name} already has a wire, from {other}.")
        if self.wire_index.incoming[new.source] and new.source in self.downstream(new.target):
            return CycleError(f"{target.name} already feeds {source.name}: this wire would close a cycle.")
        return None

    def connect(self, new: Wire) -> Graph:
        """Add a wire. Raises the error that ``can_connect`` tells of."""
        error = self.can_connect(new)
        if error is not None:
            raise error
        return self._with_wires((*self.wires, new), new)

    def disconnect(self, old: Wire) -> Graph:
        """Take a wire away. Raises NoSuchWire."""
        if old not in self.wire_index.incoming.get(old.target, ()):
            raise NoSuchWire("That wire is not in the diagram.")
        return self._with_wires(tuple(w for w in self.wires if w != old), old)

    def replace_input(self, new: Wire) -> Graph:
        """Connect, taking away the wire that sat on that input."""
        return self.freed(new).connect(new)

    def freed(self, new: Wire) -> Graph:
        """The drawing without the wire that sits where ``new`` would end (unless it is ``new`` itself)."""
        sitting = (w for w in self.wire_index.incoming.get(new.target, ()) if w.input == new.input and w != new)
        old = next(sitting, None)
        return self if old is None else self.disconnect(old)

    def between(self, id: str, on: Wire) -> Graph:
        """Put the node between the two ends of a wire. Raises NoSuchWire, NoSuchPort or what connect raises."""
        port = self.open_input(id)
        if port is None:
            raise NoSuchPort(f"{self.node(id).name} has no free input.")
        graph = self.disconnect(on).connect(Wire(on.source, on.output, id, port))
        return graph.connect(Wire(id, "out", on.target, on.input))

    def remove_keeping_chain(self, ids: Iterable[str]) -> Graph:
        """Remove nodes, joining what fed them to what they fed, as far as that is unambiguous."""
        graph = self
        for id in list(ids):
            coming, going = graph.incoming(id), graph.outgoing(id)
            graph = graph.remove([id])
            if len(coming) == 1:
                for w in going:
                    joined = Wire(coming[0].source, coming[0].output, w.target, w.input)
                    if graph.can_connect(joined) is None:
                        graph = graph.connect(joined)
        return graph

    # Parts

    def subgraph(self, ids: Iterable[str]) -> Graph:
        """The given nodes and the wires between them, as a drawing of its own, without notes."""
        kept = set(ids)
        nodes = MappingProxyType({id: node for id, node in self.nodes.items() if id in kept})
        wires = tuple(w for w in self.wires if w.source in kept and w.target in kept)
        return Graph(nodes, wires, self.next_id)

    def paste(self, fragment: Graph, offset: tuple[float, float] = (0.0, 0.0)) -> tuple[Graph, dict[str, str]]:
        """Add a copy of ``fragment`` with new ids and free names; also returns {its id: new id} of the nodes."""
        nodes, names, ids = dict(self.nodes), set(self.names), dict[str, str]()
        numbers: dict[str, int] = {}
        for node in fragment.nodes.values():
            name, id = node.name, f"n{self.next_id + len(ids)}"
            if name in names:
                stem = name.rstrip("0123456789") or node.declaration.stem
                name, numbers[stem] = free_name(stem, names, numbers.get(stem, 1))
            names.add(name)
            ids[node.id] = id
            position = point((node.position[0] + offset[0], node.position[1] + offset[1]))
            nodes[id] = replace(node, id=id, name=name, position=position)
        wires = tuple(Wire(ids[w.source], w.output, ids[w.target], w.input) for w in fragment.wires)
        graph = Graph(MappingProxyType(nodes), (*self.wires, *wires), self.next_id + len(ids), self.notes)
        for note in fragment.notes.values():
            graph = graph.with_notes(with_copy(graph.notes, graph.next_id, note, offset), graph.next_id + 1)
        return graph, ids

    # JSON

    def to_json(self) -> dict[str, Any]:
        """The drawing as plain JSON values; ``engine.graph.reading`` reads it back."""
        data: dict[str, Any] = {
            "next_id": self.next_id,
            "nodes": [node_to_json(node) for node in self.nodes.values()],
            "wires": [[w.source, w.output, w.target, w.input] for w in self.wires],
        }
        return data | {"notes": [note_to_json(note) for note in self.notes.values()]} if self.notes else data


def empty() -> Graph:
    """A new drawing: the data block and the goal block, not yet connected."""
    return Graph().add(INPUT, position=(0, 0)).add(OUTPUT, position=(720, 0))
