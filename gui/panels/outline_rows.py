"""What the rows of the outline are: a layer, a note or a frame, with words that a screen reader can say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from engine.counting import counted
from engine.graph.advice.problems import Problem, Severity
from engine.graph.graph import Graph, Node
from engine.graph.notes import Note
from engine.graph.outline import Line
from engine.graph.shapes import Shape
from gui.canvas.faces import detail_of

_ENDS = {"Input": "Data block", "Output": "Goal block"}
"""What the two ends of the network are called; those of a block's inside have no data and no goal of their own."""
MOST_HELD, MOST_LETTERS = 6, 400
"""How many layers are named that lie on a frame, and how much of a note is read out."""


@dataclass(frozen=True)
class OutlineRow:
    """A layer. Words are made from it when they are asked for."""

    line: Line
    node: Node
    shape: Shape | None
    problems: tuple[Problem, ...]
    sources: tuple[str, ...]
    """The names of the nodes that feed it."""
    inside: bool = False
    """Whether the drawing is the inside of a block."""

    @property
    def id(self) -> str:
        """The node's id."""
        return self.line.id

    @property
    def name(self) -> str:
        """The first line."""
        return self.node.name

    @property
    def editable(self) -> str:
        """What one edits in the row: the name, of a block its title."""
        return self.node.name if self.node.block is None else self.node.block.title

    @property
    def family(self) -> str:
        """Whose badge it bears."""
        return self.node.declaration.family

    @property
    def depth(self) -> int:
        """1 on a branch beside the main way, else 0."""
        return self.line.depth

    @property
    def has_inside(self) -> bool:
        """Whether it is a block with something in it."""
        return self.node.block is not None and bool(self.node.block.contents)

    @property
    def label(self) -> str:
        """What it gives, in short."""
        return self.shape.label() if self.shape is not None and self.node.declaration.has_output else ""

    @property
    def kind(self) -> str:
        """What the node is, in words."""
        if self.node.block is not None:
            return f"Block {self.node.block.title}"
        if self.inside and self.node.kind in _ENDS:
            return self.node.kind
        return _ENDS.get(self.node.kind, self.node.declaration.name)

    @property
    def origin(self) -> str:
        """Where its data come from, where that is not plainly the row above: "from conv1 and relu2"."""
        if not self.line.connected:
            return "not connected"
        if self.line.follows or not self.sources:
            return ""
        return "from " + _listed(self.sources)

    @property
    def state(self) -> str:
        """ "bypassed", "frozen", both or neither."""
        return ", ".join(w for w, on in (("bypassed", self.node.bypassed), ("frozen", self.node.frozen)) if on)

    @property
    def trouble(self) -> str:
        """ "1 problem", "2 hints", or nothing; errors hide the rest."""
        for severity, word in ((Severity.ERROR, "problem"), (Severity.WARNING, "warning"), (Severity.HINT, "hint")):
            count = sum(problem.severity == severity for problem in self.problems)
            if count:
                return counted(count, word)
        return ""

    @property
    def severity(self) -> Severity | None:
        """That of the worst problem, if there is one."""
        return self.problems[0].severity if self.problems else None

    @property
    def detail(self) -> str:
        """The second line: where its data come from, the kind, its settings."""
        parts = [self.state, self.origin, self.kind, detail_of(self.node)]
        return " · ".join(part for part in parts if part)

    def spoken(self) -> str:
        """The whole row in words: "conv1, Conv2d, 32 filters, 3×3, gives 32×28×28, 1 problem"."""
        gives = f"gives {self.label}" if self.label else ""
        comes = self.origin or (f"from {_listed(self.sources)}" if self.sources else "")
        parts = [self.node.name, self.kind, detail_of(self.node).replace(" · ", ", "), self.state, gives, comes]
        return ", ".join(part for part in (*parts, self.trouble) if part)

    def described(self) -> str:
        """More about it: what is wrong, else what it is."""
        return " ".join(problem.message for problem in self.problems) or self.node.declaration.summary

    def told(self) -> str:
        """What one reads when the pointer rests on the row."""
        return "\n".join((self.spoken(), *(problem.message for problem in self.problems)))

    def looks_like(self, other: Entry) -> bool:
        """Whether the row shows what the other one showed: not where the node lies."""
        return isinstance(other, OutlineRow) and self._shown == other._shown

    @property
    def _shown(self) -> tuple[object, ...]:
        return (self.node.essence, self.line, self.shape, self.problems, self.sources, self.inside)


@dataclass(frozen=True)
class NoteRow:
    """A note, or a frame with the layers that lie on it."""

    note: Note
    graph: Graph = field(compare=False, repr=False)
    size_of: Callable[[str], tuple[float, float]] = field(compare=False, repr=False)
    """Width and height of a node as it is shown."""

    depth = 0
    label = trouble = family = ""
    severity: ClassVar[Severity | None] = None
    has_inside = False

    @property
    def id(self) -> str:
        """The note's id."""
        return self.note.id

    @property
    def name(self) -> str:
        """The first line: what is written first."""
        written = self.note.text.strip().splitlines()
        return written[0] if written else f"Empty {self.note.kind}"

    @property
    def editable(self) -> str:
        """What is written on it."""
        return self.note.text

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The names of the layers on a frame, in the order of the drawing. Looked for only when a row is read."""
        if not self.note.is_frame:
            return ()
        return tuple(n.name for n in self.graph.nodes.values() if self.note.holds(*n.position, *self.size_of(n.id)))

    @property
    def holding(self) -> str:
        """ "holds conv1, relu1 and 3 more"; of a note nothing."""
        if not self.note.is_frame:
            return ""
        named, more = self.held[:MOST_HELD], len(self.held) - MOST_HELD
        return f"holds {', '.join(named) or 'nothing'}" + (f" and {more} more" if more > 0 else "")

    @property
    def detail(self) -> str:
        """The second line: what it is."""
        return " · ".join(part for part in (self.note.kind.capitalize(), self.holding) if part)

    def spoken(self) -> str:
        """The whole row in words: "Frame: encoder, holds conv1, relu1"."""
        words = f"{self.note.kind.capitalize()}: {self.note.text[:MOST_LETTERS].strip() or 'empty'}"
        return ", ".join(part for part in (words, self.holding) if part)

    def described(self) -> str:
        """More about it."""
        return "An area with a title, for the layers on it." if self.note.is_frame else "Words on the canvas."

    def told(self) -> str:
        """What one reads when the pointer rests on the row."""
        return self.spoken()

    def looks_like(self, other: Entry) -> bool:
        """Whether the row shows what the other one showed; what nobody has read may well be another."""
        if not isinstance(other, NoteRow) or self != other:
            return False
        return "held" not in vars(other) or self.held == other.held


Entry = OutlineRow | NoteRow


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
