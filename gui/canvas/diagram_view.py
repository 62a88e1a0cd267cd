"""What every tool of the canvas works on: the drawing on screen, the view of it, and the gesture under way.

Gestures, notes, menus and fields are given this view and, by name, the few of each other that they need; the canvas
(``view.py``), which puts them together, is known to none of them.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from engine.graph.graph import Wire
from gui.canvas.announce import Announcer, node_words
from gui.canvas.edge_scroll import EdgeScroll
from gui.canvas.edits import usual_size
from gui.canvas.frames import Frames
from gui.canvas.gestures.gesture import Gesture
from gui.canvas.glide import Glide
from gui.canvas.hit import wire_at
from gui.canvas.hover import Hover
from gui.canvas.scene import CanvasScene
from gui.document import Document


class DiagramView(Frames):
    """A view of the document's drawing, with what is selected, where the pointer is, and what it holds."""

    problem_clicked = Signal(str)
    node_activated = Signal(str)
    hand_changed = Signal(str)
    """The kind of layer picked up, or "" when there is none any more."""
    wire_selected = Signal(object)
    """The wire that is selected now, or None."""
    wire_dropped = Signal(QPointF, object)
    """A wire was dropped on empty canvas: where, and which end of it (``Loose``)."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(CanvasScene(), parent)
        self.document = document
        self.gesture: Gesture | None = None
        self.selected_wire: Wire | None = None
        self.pointer: QPointF | None = None
        """Where the mouse is over the canvas, in canvas coordinates; None while it is elsewhere."""
        self._marked_wire: Wire | None = None
        self.walking = False
        """Whether the user goes from layer to layer by keyboard, so that Tab goes on doing so."""
        self.glide = Glide(document, self.projection, self)
        self.edge_scroll = EdgeScroll(self)
        self.edge_scroll.due.connect(self._scroll_on)
        self.announcer = Announcer(document, self)
        self.hover = Hover(self, document)

    # What is selected, and where it is

    def selected_nodes(self) -> list[str]:
        """The selected nodes in the order of the drawing."""
        selection = self.document.selection
        return [id for id in self.document.graph.nodes if id in selection]

    def reveal(self, id: str) -> None:
        """Select a node and bring it into view."""
        self.cancel()
        self.document.select({id})
        self.ensure_seen([id])

    def go_to(self, id: str) -> None:
        """Select a node, bring it into view and tell a screen reader what it is."""
        self.walking = True
        self.reveal(id)
        self.announce(node_words(self.document, id))

    def select_wire(self, wire: Wire | None) -> None:
        """Select one wire, and nothing else; None selects none. Only the canvas shows wires, so it keeps which."""
        before, self.selected_wire = self.selected_wire, wire
        if before is not None and before != wire and before in self.projection.wires:
            self.projection.wires[before].set_look(selected=False)
        if wire is not None and wire in self.projection.wires:
            self.document.select(())
            self.projection.wires[wire].set_look(selected=True)
        self.wire_selected.emit(wire)

    def mark_wire(self, wire: Wire | None) -> None:
        """Show which wire a layer would be put on."""
        before, self._marked_wire = self._marked_wire, wire
        for which, on in ((before, False), (wire, True)):
            if which is not None and which in self.projection.wires:
                self.projection.wires[which].set_look(hovered=on)

    def size_of(self, id: str) -> tuple[float, float]:
        """Width of a node as it is shown, and its height as far as its ports lie in the middle of it."""
        item = self.projection.nodes.get(id)
        return (item.place.width, 2 * item.place.level) if item is not None else usual_size(id)

    def wire_under(self, body: QRectF, at: QPointF) -> Wire | None:
        """The wire a layer with that body, held at a point, would be put on."""
        return wire_at(self.projection, at, self.scale_now, reach=14.0) or wire_at(
            self.projection, body.center(), self.scale_now, reach=14.0
        )

    def words_between(self, wire: Wire) -> str:
        """Between which two nodes a wire runs; "" for one that is gone."""
        nodes = self.document.graph.nodes
        if wire.source not in nodes or wire.target not in nodes:
            return ""
        return f"Between {nodes[wire.source].name} and {nodes[wire.target].name}"

    def scene_at(self, position: QPoint | QPointF) -> QPointF:
        """A position on the viewport as a point of the canvas, to fractions of a pixel."""
        inverse, _ok = self.viewportTransform().inverted()
        return inverse.map(QPointF(position))

    @Slot(str)
    def announce(self, words: str) -> None:
        """Say something to a screen reader."""
        self.announcer.say(words)

    # Gestures

    @property
    def drag_distance(self) -> int:
        """How many pixels the pointer travels before a press becomes a drag."""
        return min(QApplication.startDragDistance(), 6)

    def begin(self, gesture: Gesture) -> None:
        """Start a gesture; another one under way is cancelled first."""
        self.cancel()
        self.hover.forget()
        self.gesture = gesture
        if gesture.cursor is not None:
            self.viewport().setCursor(gesture.cursor)
        gesture.begin()
        self.viewport().update()

    def lead(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer is at a position on the viewport: lead the gesture there."""
        self.pointer = self.scene_at(position)
        gesture = self.gesture
        if gesture is None:
            return
        gesture.at, gesture.inside = self.pointer, True
        shown = gesture.paints
        gesture.drag(position.toPoint())
        gesture.move(self.pointer, modifiers)
        if shown or gesture.paints:
            self.viewport().update()
        if gesture.scrolls:
            self.edge_scroll.follow(position, modifiers)

    @Slot(QPoint)
    def _scroll_on(self, step: QPoint) -> None:
        """The pointer is held at the edge: show more of what lies there, and lead the gesture along."""
        gesture = self.gesture
        if gesture is None or not gesture.scrolls:
            self.edge_scroll.stop()
            return
        self.pan_by(-step)
        gesture.scrolled()
        self.lead(self.edge_scroll.at, self.edge_scroll.modifiers)

    def end_gesture(self) -> Gesture | None:
        """The gesture is over: take back what it showed. What comes of it is the caller's affair."""
        gesture, self.gesture = self.gesture, None
        self.edge_scroll.stop()
        if gesture is not None:
            gesture.clear()
            self.unsetCursor()
            self.viewport().unsetCursor()
            self.viewport().update()
        return gesture

    def cancel(self, *, restore: bool = True) -> bool:
        """End the gesture under way without a trace. Returns whether there was one.

        ``restore``: whether what was selected before it is selected again; not in another drawing.
        """
        self.glide.finish()
        gesture = self.end_gesture()
        if gesture is None:
            return False
        if restore:
            gesture.cancel()
        if gesture.kind:
            self.hand_changed.emit("")
        return True
