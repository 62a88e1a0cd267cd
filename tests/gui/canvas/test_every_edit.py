"""Random sequences of every edit through the real document: undone they are nothing, redone they are all there.

Thousands of short ones on a document with a scene, fewer and longer ones on a whole canvas and in a whole window.
``SKETCHNET_SEQUENCES=50000`` (and ``SKETCHNET_SEED``) for as many as one likes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from engine.graph.graph import Graph
from engine.training.recipe import Recipe
from gui.canvas.scene import CanvasScene
from gui.canvas.view import Canvas
from gui.document import Document, DocumentState
from gui.panels.outline_rows import NoteRow
from gui.project_session import signature_of
from gui.window import Window
from tests.random_edits import Edits
from tests.random_sequences import Sequence
from tests.showing import nothing_is_lit_or_faded, nothing_left, same_as_from_nothing, shows_the_value

pytestmark = pytest.mark.endurance

SEQUENCES = int(os.environ.get("SKETCHNET_SEQUENCES", "2100"))
FIRST = int(os.environ.get("SKETCHNET_SEED", "0"))
PARTS = 8
SHORT, LONG = 6, 14
"""Steps of a sequence."""
CANVASES, WINDOWS = 60, 300
"""One in so many sequences is played on a whole canvas, and in a whole window."""


class Projected(QObject):
    """A document and a scene that follows it as that of the canvas does, without a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(DocumentState(Graph(), Recipe()), signature_of, self)
        self.scene = CanvasScene(self)
        self.document.changed.connect(self._changed)
        self.document.analysed.connect(self.scene.show_analysis)
        self.document.selection_changed.connect(self.scene.show_selection)

    @Slot(object, object)
    def _changed(self, _before: DocumentState, _after: DocumentState) -> None:
        document, scene = self.document, self.scene
        scene.blocks = replace(scene.blocks, inside=bool(document.path))
        scene.show_graph(document.graph)
        scene.show_selection(document.selection)


def play(scene: CanvasScene, document: Document, seed: int, steps: int, look: Callable[[], None]) -> dict[str, int]:
    """One sequence; returns what was done how often."""

    def look_here() -> None:
        shows_the_value(scene, document)
        nothing_is_lit_or_faded(scene)
        look()

    try:
        sequence = Sequence(document, seed, look_here)
        sequence.play(steps)
        same_as_from_nothing(scene, document)
        nothing_left(scene, document)
    except AssertionError as error:
        raise AssertionError(f"with SKETCHNET_SEED={seed} SKETCHNET_SEQUENCES=1: {error}") from error
    return sequence.done


def add(done: dict[str, int], more: dict[str, int]) -> None:
    for name, times in more.items():
        done[name] = done.get(name, 0) + times


@pytest.mark.timeout(max(300, SEQUENCES))
@pytest.mark.parametrize("part", range(PARTS))
def test_random_sequences_of_every_edit(qapp, part: int) -> None:
    projected, done = Projected(), {}
    seeds = range(FIRST + part, FIRST + SEQUENCES, PARTS)
    for seed in seeds:
        add(done, play(projected.scene, projected.document, seed, SHORT, lambda: None))
    if len(seeds) >= 250:
        wanted = Edits(0, None).names | {"step enter", "step leave", "step undo on another level", "step edit inside"}
        assert wanted <= done.keys(), f"never done: {sorted(wanted - done.keys())}"


@pytest.mark.timeout(max(300, SEQUENCES))
def test_longer_ones_on_a_canvas(qtbot) -> None:
    document = Document(DocumentState(Graph(), Recipe()), signature_of)
    canvas = Canvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(800, 500)
    canvas.show()

    def look() -> None:
        same_as_from_nothing(canvas.projection, document)
        assert canvas.gesture is None
        assert canvas.breadcrumbs.isVisible() == bool(document.path)
        assert canvas.notes.selection <= document.graph.notes.keys()

    for seed in range(FIRST, FIRST + max(1, SEQUENCES // CANVASES)):
        play(canvas.projection, document, seed, LONG, look)


@pytest.mark.timeout(max(300, SEQUENCES))
def test_some_in_a_window(qapp) -> None:
    window = Window()
    window.resize(1280, 800)
    window.show()
    window.session.new("empty")
    window.show_outline()
    document, rows = window.document, window.outline.list.rows

    def look() -> None:
        QApplication.processEvents()
        assert window.commands["undo"].isEnabled() == document.can_undo
        assert window.commands["redo"].isEnabled() == document.can_redo
        graph = document.graph
        assert sorted(row.id for row in rows.rows) == sorted([*graph.nodes, *graph.notes])
        for row in rows.rows:
            assert row.note == graph.notes[row.id] if isinstance(row, NoteRow) else row.node == graph.nodes[row.id]
        assert window.isWindowModified() == document.dirty

    try:
        for seed in range(FIRST, FIRST + max(1, SEQUENCES // WINDOWS)):
            play(window.canvas.projection, document, seed, LONG, look)
    finally:
        document.mark_saved()
        window.close()
        window.deleteLater()


def test_every_public_edit_is_among_them() -> None:
    """A new edit of the drawing has to be added to the random ones."""
    import inspect

    from engine.graph import grouping, nesting, notes, rewiring, snapping
    from engine.graph.layout.tidy import tidy

    reading = {"from_json", "subgraph", "with_notes", "folded"}
    found = {
        name
        for name, method in inspect.getmembers(Graph, inspect.isfunction)
        if not name.startswith("_") and "Graph" in str(inspect.signature(method).return_annotation)
    }
    found |= {
        name
        for module in (grouping, nesting, notes, rewiring, snapping, tidy)
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__
        and not name.startswith("_")
        and str(inspect.signature(made).return_annotation) in ("Graph", "tuple[Graph, tuple[str, ...]]")
    }
    # These are reached through others, or are no edits by themselves.
    inner = {"flat", "inside", "with_block", "replaced", "everywhere", "with_only", "change_notes", "changed_at"}
    inner |= {"with_nodes"}
    missing = found - reading - inner - Edits(0, None).names - {"can_connect"}
    assert missing == set()
