"""What can be done with notes and frames: each ends in one edit. Which are selected is the canvas's own affair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, QPointF, QRectF, Signal, Slot

from engine.graph.graph import Graph, Wire
from engine.graph.note_edits import add_note, change_notes, last_note, set_note, with_only
from engine.graph.notes import LEAST_SIZE, Note, NoteKind
from gui.canvas.diagram_view import DiagramView
from gui.canvas.edits import free_place
from gui.canvas.grid import snapped
from gui.canvas.notes.field import CanvasNoteField
from gui.canvas.notes.item import TITLE, ground, height_for
from gui.canvas.notes.layer import Box

NOTE_SIZE = (200.0, 96.0)
FRAME_SIZE = (400.0, 240.0)
ROOM = 24.0
"""The space between a new frame and what it goes around."""


class Notes(QObject):
    """The canvas's notes and frames."""

    selected = Signal(object)
    """The ids of the notes that are selected now."""

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        self.selection: frozenset[str] = frozenset()
        self.field = CanvasNoteField(view)
        view.document.selection_changed.connect(self._nodes_selected)
        view.wire_selected.connect(self._wire_selected)

    @property
    def _graph(self) -> Graph:
        return self._view.document.graph

    # Selecting

    def select(self, ids: Iterable[str]) -> None:
        """Select exactly these notes, whatever nodes are selected; ids that are not in the drawing are left out."""
        selection = frozenset(id for id in ids if id in self._graph.notes)
        if selection == self.selection:
            return
        self.selection = selection
        if selection:
            self._view.select_wire(None)
        self.show_selection()
        self.selected.emit(selection)

    def show_selection(self) -> None:
        """Show on the items which notes are selected."""
        for id, item in self._view.projection.notes.items.items():
            item.select(id in self.selection)

    def refresh(self) -> None:
        """The drawing is another one."""
        self.field.leave()
        self.select(self.selection)
        self.show_selection()

    @Slot(object)
    def _nodes_selected(self, _selection: object) -> None:
        # Whoever selects nodes and notes together selects the notes last.
        self.select(())

    @Slot(object)
    def _wire_selected(self, wire: Wire | None) -> None:
        if wire in self._view.projection.wires:
            self.select(())

    def select_alone(self, id: str) -> None:
        """Select a note, and nothing else."""
        self._view.document.select(())
        self.select({id})

    def note(self, id: str) -> Note:
        """The note or frame of that id."""
        return self._graph.notes[id]

    def in_order(self) -> list[str]:
        """The selected notes in the order of the drawing."""
        return [id for id in self._graph.notes if id in self.selection]

    def within(self, box: QRectF) -> set[str]:
        """The notes that lie in a box as a whole."""
        return {id for id, item in self._view.projection.notes.items.items() if box.contains(item.body)}

    def next(self) -> None:
        """Select the next note or frame, bring it into view and say what is on it."""
        view, ids = self._view, list(self._graph.notes)
        if not ids:
            view.document.complain.emit("There are no notes in this diagram. Ctrl+T writes one.")
            return
        now = self.in_order()
        view.cancel()
        id = ids[(ids.index(now[-1]) + 1) % len(ids)] if now else ids[0]
        self.reveal(id)
        view.announce(self.words(id))

    def reveal(self, id: str) -> None:
        """Select a note, and nothing else, and bring it into view."""
        self.select_alone(id)
        self.ensure_seen([id])

    def ensure_seen(self, ids: Iterable[str]) -> None:
        """Pan just far enough for these notes to be in view."""
        around = self._view.projection.notes.content(ids)
        if not around.isNull():
            self._view.ensureVisible(around, 32, 32)

    def words(self, id: str) -> str:
        """A note in a few words, for a screen reader and for labels."""
        note = self._graph.notes[id]
        return f"{note.kind.capitalize()}, {note.text[:400] or 'empty'}"

    # Making

    def add_note(self, at: QPointF | None = None) -> None:
        """Write a new note: at a point, else where the mouse is, else in the middle of what is seen."""
        view = self._view
        view.cancel()
        corner = self._place(at, NOTE_SIZE)
        body = QRectF(QPointF(*corner), QPointF(corner[0] + NOTE_SIZE[0], corner[1] + NOTE_SIZE[1]))
        view.ensureVisible(body, 16, 16)
        view.announce("New note")

        def write(words: str) -> None:
            if not words:
                return
            size = (NOTE_SIZE[0], max(NOTE_SIZE[1], height_for(words, NOTE_SIZE[0])))
            if view.document.try_edit(
                "Add a note", lambda graph: add_note(graph, text=words, position=corner, size=size)
            ):
                self.select_alone(last_note(self._graph))

        self.field.open_for(body, "", write, one_line=False, ground=ground("yellow", NoteKind.NOTE))

    def add_frame(self, at: QPointF | None = None) -> None:
        """Put a frame around the selected layers and notes, or an empty one at a point; then ask for its title."""
        view, document = self._view, self._view.document
        nodes, notes = document.selection, self.selection
        view.cancel()
        around = view.projection.content(nodes).united(view.projection.notes.content(notes))
        if around.isNull():
            corner = self._place(at, FRAME_SIZE)
            size = FRAME_SIZE
        else:
            box = _framed(around)
            corner, size = (box.left(), box.top()), (box.width(), box.height())
        merge = f"frame {self._graph.next_id}"
        if not document.try_edit(
            "Add a frame", lambda graph: add_note(graph, NoteKind.FRAME, position=corner, size=size), merge=merge
        ):
            return
        id = last_note(self._graph)
        self.select_alone(id)
        view.announce("Added a frame")
        self.edit(id, label="Add a frame", merge=merge)

    def _place(self, at: QPointF | None, size: tuple[float, float]) -> tuple[float, float]:
        view, said = self._view, at is not None
        if at is None and view.pointer is None:
            middle = view.scene_at(QPointF(view.viewport().rect().center()))
            at = middle - QPointF(size[0] / 2, size[1] / 2)
        corner = at if at is not None else view.pointer
        assert corner is not None
        place = snapped(corner.x(), corner.y())
        # Who did not say where gets a place where it hides no layer, and no layer hides it.
        return place if said else free_place(self._graph, place, size, view.size_of)

    # Changing

    def edit(self, id: str, *, label: str = "", merge: str = "") -> None:
        """Write in a note, or the title of a frame, where it lies."""
        view, note = self._view, self._graph.notes[id]
        item = view.projection.notes.items[id]
        title = note.is_frame
        body = QRectF(item.body.topLeft(), item.body.topRight() + QPointF(0.0, TITLE)) if title else item.body
        view.ensureVisible(body, 16, 16)

        def write(words: str) -> None:
            if id not in self._graph.notes or words == self._graph.notes[id].text:
                view.document.settle()
                return
            changes: dict[str, object] = {"text": words}
            if not title:
                now = self._graph.notes[id].size
                changes["size"] = (now[0], max(now[1], height_for(words, now[0])))
            view.document.try_edit(
                label or f"Write in the {note.kind}", lambda graph: set_note(graph, id, **changes), merge=merge
            )
            view.document.settle()

        self.field.open_for(body, note.text, write, one_line=title, ground=ground(note.colour, note.kind))

    def colour(self, colour: str) -> None:
        """Give the selected notes another colour."""
        ids = self.in_order()
        self._view.document.try_edit(
            f"Colour {self.named(ids)} {colour}",
            lambda graph: change_notes(graph, {id: {"colour": colour} for id in ids}),
        )

    def resize(self, dx: float, dy: float) -> None:
        """Make the selected notes larger or smaller. Steps in a row are one step of undo."""
        ids = self.in_order()
        sizes = {}
        for id in ids:
            note = self._graph.notes[id]
            sizes[id] = {"size": (note.size[0] + dx, note.size[1] + dy)}
        merge = "resize " + " ".join(ids)
        self._view.document.try_edit(
            f"Resize {self.named(ids)}", lambda graph: change_notes(graph, sizes), merge=merge
        )

    def allowed(self, note: Note, size: tuple[float, float]) -> tuple[float, float]:
        """The size, but not smaller than may be."""
        least = LEAST_SIZE[note.kind]
        return max(size[0], least[0]), max(size[1], least[1])

    def resized(self, id: str, size: tuple[float, float]) -> None:
        """Give a note another size."""
        self._view.document.try_edit(f"Resize {self.named([id])}", lambda graph: set_note(graph, id, size=size))

    # Together with nodes

    def carried(self) -> tuple[set[str], set[str]]:
        """The nodes and the notes that a move of what is selected moves: frames take along what lies on them."""
        graph, scene = self._graph, self._view.projection
        nodes, notes = set(self._view.document.selection), set(self.selection)
        for id in self.selection:
            frame = graph.notes[id]
            if not frame.is_frame:
                continue
            nodes |= {k for k, item in scene.nodes.items() if frame.holds(*_box(item.body))}
            notes |= {k for k, other in graph.notes.items() if not other.is_frame and frame.holds(*_flat(other))}
            whole = scene.notes.items[id].body
            notes |= {k for k in self.within(whole) if graph.notes[k].is_frame}
        return nodes, notes

    def boxes(self, ids: Iterable[str], dx: float, dy: float) -> dict[str, Box]:
        """Where these notes would lie, moved by so much."""
        found = {}
        for id in ids:
            note = self._graph.notes[id]
            found[id] = ((note.position[0] + dx, note.position[1] + dy), note.size)
        return found

    def moved(self, graph: Graph, ids: Iterable[str], dx: float, dy: float) -> Graph:
        """The drawing with these notes moved."""
        places = {}
        for id in ids:
            x, y = graph.notes[id].position
            places[id] = {"position": (x + dx, y + dy)}
        return change_notes(graph, places)

    def beside(self, fragment: Graph) -> Graph:
        """A part of the drawing with the selected notes on it."""
        return fragment.with_notes(with_only(self._graph, self.selection).notes)

    def named(self, ids: Sequence[str], layers: Sequence[str] = ()) -> str:
        """What is meant, for the label of an edit."""
        notes = self._graph.notes
        if not layers and len(ids) == 1 and ids[0] in notes:
            return f"a {notes[ids[0]].kind}"
        parts = []
        if layers:
            parts.append(self._graph.nodes[layers[0]].name if len(layers) == 1 else f"{len(layers)} layers")
        if ids:
            parts.append("a note" if len(ids) == 1 else f"{len(ids)} notes")
        return " and ".join(parts)


def _framed(around: QRectF) -> QRectF:
    """Where a frame goes around something: room on all sides, and above that for its title."""
    return around.adjusted(-ROOM, -ROOM - TITLE, ROOM, ROOM)


def _box(body: QRectF) -> tuple[float, float, float, float]:
    return body.left(), body.top(), body.width(), body.height()


def _flat(note: Note) -> tuple[float, float, float, float]:
    return (*note.position, *note.size)
