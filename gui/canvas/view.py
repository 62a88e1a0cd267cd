"""The canvas as a widget: it hears mouse, keys and drops, hands them to gestures, and shows the projection.

It holds no drawing. What a gesture does ends in one edit of the document, and what is shown follows from the
document's signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QApplication, QGraphicsView, QToolTip, QWidget

from engine.graph.advice.analysis import Analysis
from engine.graph.blocks.shelf import declaration
from engine.graph.graph import Wire
from engine.inspection.costs import Costs
from gui.canvas import key_capture, thumbnails
from gui.canvas.actions import CanvasActions
from gui.canvas.announce import Announcer
from gui.canvas.breadcrumbs import Breadcrumbs
from gui.canvas.commands import Commands
from gui.canvas.drops import Drops
from gui.canvas.edge_scroll import EdgeScroll
from gui.canvas.edits import usual_size
from gui.canvas.emphasis import Emphasis
from gui.canvas.find_bar import FindBar
from gui.canvas.folding import Folding
from gui.canvas.frames import Frames
from gui.canvas.gestures.connect import Loose
from gui.canvas.gestures.gesture import Gesture
from gui.canvas.gestures.pan import Pan
from gui.canvas.gestures.place import Place
from gui.canvas.ghost import Ghost
from gui.canvas.glide import Glide
from gui.canvas.hit import wire_at
from gui.canvas.hover import Hover
from gui.canvas.keys import key_pressed, walk_focus
from gui.canvas.minimap import Minimap
from gui.canvas.mouse import Mouse
from gui.canvas.notes.notes import Notes
from gui.canvas.quick_add import Purpose, QuickAdd
from gui.canvas.rename import Rename
from gui.canvas.scene import CanvasScene
from gui.canvas.wiring import Wiring
from gui.document import Document, DocumentState
from gui.theme.style import notifier


class Canvas(Frames):
    """The diagram. Everything that it says to the outside is a signal; everything it changes is an edit."""

    problem_clicked = Signal(str)
    node_activated = Signal(str)
    hand_changed = Signal(str)
    """The kind of layer in hand, or "" when the hand is empty again."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(CanvasScene(), parent)
        self.document = document
        self.gesture: Gesture | None = None
        self.selected_wire: Wire | None = None
        self.raw_pictures: np.ndarray | None = None
        """The dataset's pictures as they were given, for painting them in another theme."""
        self._pictures_version = 0
        self.pointer: QPointF | None = None
        """Where the mouse is over the canvas, in canvas coordinates; None while it is elsewhere."""
        self._marked_wire: Wire | None = None
        self.costs: Costs | None = None
        self._level: tuple[str, ...] = ()
        self.walking = False
        """Whether the user goes from layer to layer by keyboard, so that Tab goes on doing so."""
        self.glide = Glide(self)
        self.edge_scroll = EdgeScroll(self)
        self.announcer = Announcer(document, self)
        self.commands = Commands(self)
        self.folding = Folding(self)
        self.breadcrumbs = Breadcrumbs(self)
        self.notes = Notes(self)
        self.wiring = Wiring(self)
        self.emphasis = Emphasis(self)
        self.find_bar = FindBar(self)
        self.minimap = Minimap(self)
        self.actions_ = CanvasActions(self)
        self.hover = Hover(self)
        self.ghost = Ghost(self)
        self.mouse = Mouse(self)
        self.drops = Drops(self)
        self.quick_add = QuickAdd(self)
        self.rename_field = Rename(self)
        self._set_up()
        document.changed.connect(self._changed)
        document.analysed.connect(self._analysed)
        document.selection_changed.connect(self._selection_changed)
        document.level_changed.connect(self._level_changed)
        notifier().changed.connect(self._theme_changed)
        self.show_graph(document.graph, follow=False)
        self.projection.show_analysis(document.analysis)
        self._selection_changed(document.selection)

    def _set_up(self) -> None:
        self.setAccessibleName("Diagram")
        self.setAccessibleDescription(
            "The network as a diagram. Tab and Shift+Tab go from layer to layer, Ctrl with an arrow along the wires, "
            "Alt with an arrow selects a wire, Space adds a layer, and so does Tab after a layer just added; Delete "
            "removes one."
        )
        self.setObjectName("canvas")
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    # What the window may ask for

    def set_data_block(self, title: str, pictures: np.ndarray | None = None, lines: Sequence[str] = ()) -> None:
        """Show the dataset on the data block: its title, up to nine pictures, further lines.

        ``pictures``: N×H×W, N×C×H×W or N×H×W×C, uint8 or 0 to 1. One channel is shown as ink on paper.
        """
        images = thumbnails.images(pictures)
        self._pictures_version += 1 if images else 0
        blocks = self.projection.blocks
        self.projection.show_blocks(
            replace(
                blocks,
                data_title=title,
                data_lines=tuple(lines),
                pictures=self._pictures_version if images else 0,
            ),
            images,
        )
        self.raw_pictures = pictures
        self.minimap.forget()  # the block may be larger now

    def set_goal_block(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show what learning means on the goal block, as pairs of label and value."""
        blocks = self.projection.blocks
        self.projection.show_blocks(replace(blocks, goal_lines=tuple(lines)), None)
        self.minimap.forget()

    def set_costs(self, costs: Costs | None) -> None:
        """Show what the layers were measured to cost: a bar on each, figures in their tooltips; None for nothing."""
        self.costs = costs
        self.hover.forget()
        self.projection.show_costs(costs)

    def pick_up(self, kind: str) -> None:
        """Take a layer in hand: it follows the mouse until it is put down by a click or put away by Esc."""
        if declaration(kind) is None:
            raise KeyError(kind)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        start = self.pointer if self.pointer is not None else QPointF()
        gesture = Place(self, start, kind)
        gesture.inside = self.pointer is not None
        self.begin(gesture)
        self.hand_changed.emit(kind)
        self.announce(f"{kind} in hand")

    def add(self, kind: str) -> bool:
        """Add a layer without a mouse: behind the selected node, or in the middle of what is seen."""
        return self.commands.add(kind)

    def open_quick_add(self, letters: str = "", wire: Wire | None = None) -> None:
        """Ask for a layer: for a wire, else behind the one selected node, else where the pointer is."""
        self.quick_add.ask(letters, wire)

    def reveal(self, id: str) -> None:
        """Select a node and bring it into view."""
        self.cancel()
        self.document.select({id})
        self.ensure_seen([id])

    # Following the document

    @Slot(object, object)
    def _changed(self, _before: DocumentState, _after: DocumentState) -> None:
        graph, level = self.document.graph, self.document.path
        moved = level != self._level
        elsewhere = moved or self.document.opening
        self.cancel(restore=not elsewhere)
        if elsewhere:  # where the same ids mean other notes and wires
            self.notes.select(())
            self.select_wire(None)
        self.rename_field.close_field()
        self.quick_add.close_popup()
        self.hover.forget()
        if moved:
            self.folding.remember_view()
            self._level = level
            self.projection.blocks = replace(self.projection.blocks, inside=bool(level))
        self.show_graph(graph, follow=not moved)
        self._show_selection()
        self.notes.refresh()
        if self.selected_wire is not None and self.selected_wire not in graph.wires:
            self.selected_wire = None
        self.emphasis.refresh()
        self.minimap.forget()
        self.actions_.refresh()

    @Slot(object)
    def _level_changed(self, _path: tuple[str, ...]) -> None:
        self.folding.show_level()

    @Slot(object)
    def _analysed(self, analysis: Analysis) -> None:
        self.projection.show_analysis(analysis)

    @Slot(object)
    def _selection_changed(self, selection: frozenset[str]) -> None:
        if selection:
            self.select_wire(None)
        self._show_selection()
        self.emphasis.refresh()
        self.actions_.refresh()

    def _show_selection(self) -> None:
        self.projection.show_selection(self.document.selection)

    @Slot()
    def _theme_changed(self) -> None:
        self.projection.show_blocks(self.projection.blocks, thumbnails.images(self.raw_pictures))
        self.projection.dress()
        self.viewport().update()

    # Selecting a wire: the canvas's own affair, since only it shows wires

    def select_wire(self, wire: Wire | None) -> None:
        """Select one wire, and no node; None selects none."""
        before, self.selected_wire = self.selected_wire, wire
        if before is not None and before != wire and before in self.projection.wires:
            self.projection.wires[before].set_look(selected=False)
        if wire is not None and wire in self.projection.wires:
            self.document.select(())
            self.notes.select(())
            self.projection.wires[wire].set_look(selected=True)
        self.actions_.refresh()

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

    @property
    def drag_distance(self) -> int:
        """How many pixels the pointer travels before a press becomes a drag."""
        return min(QApplication.startDragDistance(), 6)

    # Gestures

    def begin(self, gesture: Gesture) -> None:
        """Start a gesture; another one under way is cancelled first."""
        self.cancel()
        self.hover.forget()
        self.gesture = gesture
        if gesture.cursor is not None:
            self.viewport().setCursor(gesture.cursor)
        gesture.begin()
        self.viewport().update()

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
        if isinstance(gesture, Place):
            self.hand_changed.emit("")
        return True

    def scene_at(self, position: QPoint | QPointF) -> QPointF:
        """A position on the viewport as a point of the canvas, to fractions of a pixel."""
        inverse, _ok = self.viewportTransform().inverted()
        return inverse.map(QPointF(position))

    def lead(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer is at a position on the viewport: lead the gesture there."""
        self.pointer = self.scene_at(position)
        gesture = self.gesture
        if gesture is None:
            return
        gesture.at, gesture.inside = self.pointer, True
        if isinstance(gesture, Pan):
            gesture.drag(position.toPoint())
        else:
            shown = gesture.paints
            gesture.move(self.pointer, modifiers)
            if shown or gesture.paints:
                self.viewport().update()
            if gesture.scrolls:
                self.edge_scroll.follow(position, modifiers)

    def quick_add_for_wire(self, at: QPointF, loose: Loose) -> None:
        """A wire was dropped on empty canvas: ask for a layer that fits it."""
        self.quick_add.open_popup(Purpose(at, loose=loose))

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.glide.finish()
        self.mouse.pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mouse.double_clicked(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            # QGraphicsView asks its scene's items only; what is said here stands on the viewport.
            QToolTip.showText(event.globalPos(), self.viewport().toolTip(), self.viewport())
            return True
        return super().viewportEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.mouse.left()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.mouse.asked_for_menu(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.entered(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.moved(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.left(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.dropped(event)

    def event(self, event: QEvent) -> bool:
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and key_capture.keeps(self, self.actions_.all, event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.glide.finish()
        widget = key_capture.borrower(self)
        if widget is None or event.key() == Qt.Key.Key_Escape:
            answered = key_pressed(self, event)
        else:
            answered = key_capture.key_left(widget, event)
        if not answered:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Qt also asks when a field over the canvas is hidden; that is no Tab on the diagram.
        return (self.hasFocus() and walk_focus(self, forward)) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.walking = True
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.cancel()
        super().focusOutEvent(event)

    def announce(self, words: str) -> None:
        """Say something to a screen reader."""
        self.announcer.say(words)

    def paint_over(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what is shown for a while."""
        if self.ghost.visible:
            painter.save()
            self.ghost.paint(painter, exposed)
            painter.restore()
        if self.quick_add.isVisible():
            painter.save()
            self.quick_add.paint_wire(painter)
            painter.restore()
        if self.gesture is not None:
            painter.save()
            self.gesture.paint(painter, exposed)
            painter.restore()
