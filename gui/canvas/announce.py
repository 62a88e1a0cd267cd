"""Announcements for screen readers, which cannot see what is painted on the canvas.

The ``Announcer`` listens to the document, to a run and to refusals and says what changed: wires that came or went,
problems that appeared or were mended, how a run goes. What several signals tell of one edit is said as one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from engine.counting import counted, noun
from engine.graph.advice.analysis import Analysis
from engine.graph.advice.problems import Problem, Severity
from engine.graph.graph import Graph, Wire
from engine.text import printable
from engine.training.run_status import RunStatus
from gui.document import Document, DocumentState

MOST_NAMED = 2
"""More things of one sort than this are counted instead of named."""

_STATES = {
    RunStatus.PREPARING: "Training has started.",
    RunStatus.PAUSED: "Training is paused.",
    RunStatus.FINISHED: "Training has finished.",
    RunStatus.STOPPED: "Training was stopped.",
    RunStatus.FAILED: "Training stopped because of an error.",
}


def say(widget: QWidget, words: str) -> None:
    """Have a screen reader say something, if one listens."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class Announcer(QObject):
    """``said`` carries every sentence, whether or not a screen reader listens."""

    said = Signal(str)

    def __init__(self, document: Document, widget: QWidget) -> None:
        super().__init__(widget)
        self._document, self._widget = document, widget
        self._wiring: list[str] = []
        self._opened = self._moved = False
        self._state: RunStatus | None = None
        self._problems = _by_place(document.analysis.problems)
        self._graph, self._path = document.graph, document.path
        document.changed.connect(self._changed)
        document.analysed.connect(self._analysed)
        document.complain.connect(self.say)

    @Slot(str)
    def say(self, words: str) -> None:
        """Say a sentence."""
        if words:
            words = printable(words, lines=True)
            self.said.emit(words)
            say(self._widget, words)

    @Slot(str)
    def run_state(self, state: str) -> None:
        """A run came into another state: the word of a ``RunStatus``, as signals carry it."""
        before, self._state = self._state, RunStatus(state)
        resumed = (before, self._state) == (RunStatus.PAUSED, RunStatus.RUNNING)
        self.say("Training has resumed." if resumed else _STATES.get(self._state, ""))

    @Slot(str, str, str)
    def trouble(self, title: str, sentence: str, _node: str) -> None:
        """Something did not work."""
        self.say(f"{title}: {sentence}")

    @Slot(object, object)
    def _changed(self, _before: DocumentState, _after: DocumentState) -> None:
        document, before = self._document, self._graph
        # What another project, or the inside of a block, has to do with what was there before is not worth a word.
        self._opened, self._moved = document.opening, document.path != self._path
        self._graph, self._path = document.graph, document.path
        self._wiring = [] if self._opened or self._moved else wiring_words(before, self._graph)

    @Slot(object)
    def _analysed(self, analysis: Analysis) -> None:
        wiring, self._wiring = self._wiring, []
        before, self._problems = self._problems, _by_place(analysis.problems)
        if self._opened:
            count, errors = len(analysis.graph.nodes), len(self._problems)
            self.say(f"A diagram of {count} nodes, {errors or 'no'} {noun(errors, 'problem')}.")
        elif not self._moved:
            self.say(" ".join((*wiring, *problem_words(before, self._problems, analysis.graph))))


def wiring_words(before: Graph, after: Graph) -> list[str]:
    """The wires that came and went between nodes that are in both drawings, in sentences.

    The wires of a layer that is added or deleted come and go with it, and are not worth a word of their own.
    """
    if before.wires is after.wires:
        return []
    old, new = set(before.wires), set(after.wires)
    came = [w for w in after.wires if w not in old and w.source in before.nodes and w.target in before.nodes]
    went = [w for w in before.wires if w not in new and w.source in after.nodes and w.target in after.nodes]
    fresh = after.nodes.keys() - before.nodes.keys()
    if fresh or before.nodes.keys() - after.nodes.keys():
        # A wire that a layer was put on is still a way between the two; so is one that closed the gap.
        went = [w for w in went if not any(x.target in fresh for x in after.outgoing(w.source))]
        came = [w for w in came if all(x.target in after.nodes for x in before.outgoing(w.source))]
    return [
        *_wires("Connected", "to", came, after),
        *_wires("Disconnected", "from", went, before),
    ]


def _wires(verb: str, word: str, wires: Sequence[Wire], graph: Graph) -> list[str]:
    if len(wires) > MOST_NAMED:
        return [f"{verb} {len(wires)} wires."]
    return [f"{verb} {graph.nodes[w.source].name} {word} {graph.nodes[w.target].name}." for w in wires]


def node_words(document: Document, id: str) -> str:
    """A node in a few words: its kind, its name, what it gives, what is wrong with it."""
    node, analysis = document.graph.nodes[id], document.analysis
    shape = analysis.shapes.get(id)
    problems = " ".join(problem.message for problem in analysis.problems if problem.node == id)
    words = f"{node.declaration.name}, {node.name}" + ("" if shape is None else f", gives {shape.words()}")
    return f"{words}. {problems}".strip()


_Places = dict[tuple[str | None, str], Problem]


def _by_place(problems: Iterable[Problem]) -> _Places:
    """Problems that stand in the way of training or nearly so, by where they are and what they are."""
    return {(p.node, p.code): p for p in problems if p.severity != Severity.HINT}


def problem_words(before: _Places, after: _Places, graph: Graph) -> list[str]:
    """What appeared, what was mended, and whether anything is left, in sentences."""
    new = [problem for place, problem in after.items() if place not in before]
    gone = [problem for place, problem in before.items() if place not in after]
    words: list[str] = []
    if len(new) > MOST_NAMED:
        words.append(f"{len(new)} new problems.")
    else:
        for problem in new:
            node = graph.nodes.get(problem.node) if problem.node is not None else None
            words.append(f"New problem{f' at {node.name}' if node is not None else ''}: {problem.message}")
    if gone and not after:
        words.append("No problems left.")
    elif gone:
        mended = counted(len(gone), "problem")
        words.append(f"{mended} solved, {len(after)} left.")
    return words
