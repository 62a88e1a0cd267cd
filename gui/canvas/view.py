"""The canvas as a widget: it receives mouse, key and drop events, hands them to gestures, and shows the scene.

It holds no drawing. What a gesture does ends in one edit of the document, and what is shown follows from the
document's signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Slot
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
from PySide6.QtWidgets import QGraphicsView, QToolTip, QWidget

from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Wire
from engine.inspection.costs import Costs
from gui.canvas import key_capture, thumbnails
from gui.canvas.actions import CanvasActions
from gui.canvas.adding import Adding
from gui.canvas.breadcrumbs import Breadcrumbs
from gui.canvas.commands import Commands
from gui.canvas.diagram_view import DiagramView
from gui.canvas.drops import Drops
from gui.canvas.emphasis import Emphasis
from gui.canvas.find_bar import FindBar
from gui.canvas.folding import Folding
from gui.canvas.gestures.place import pick_up
from gui.canvas.ghost import Ghost
from gui.canvas.keys import Keys
from gui.canvas.menus import ContextMenus
from gui.canvas.minimap import Minimap
from gui.canvas.mouse import Mouse
from gui.canvas.notes.notes import Notes
from gui.canvas.quick_add import QuickAdd
from gui.canvas.rename import Rename
from gui.canvas.tools import CanvasTools
from gui.canvas.wiring import Wiring
from gui.document import Document, DocumentState
from gui.theme.style import notifier


class Canvas(DiagramView):
    """The diagram. Everything that it says to the outside is a signal; everything it changes is an edit."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.raw_pictures: np.ndarray | None = None
        """The dataset's pictures as they were given, for painting them in another theme."""
        self._pictures_version = 0
        self.level: tuple[str, ...] = ()
        self.breadcrumbs = Breadcrumbs(document, self)
        self.notes = Notes(self)
        self.wiring = Wiring(self)
        self.emphasis = Emphasis(document, self.projection)
        self.find_bar = FindBar(self, self.notes, self.emphasis)
        self.minimap = Minimap(self)
        self.ghost = Ghost(self)
        self.drops = Drops(self)
        self.adding = Adding(self)
        self.quick_add = QuickAdd(self, self.adding)
        self.rename_field = Rename(self)
        self.folding = Folding(self, self.notes, self.rename_field)
        self.commands = Commands(self, self.notes, self.wiring, self.quick_add, self.rename_field)
        self.tools = CanvasTools(
            self,
            commands=self.commands,
            adding=self.adding,
            quick_add=self.quick_add,
            notes=self.notes,
            wiring=self.wiring,
            folding=self.folding,
            find_bar=self.find_bar,
            emphasis=self.emphasis,
            minimap=self.minimap,
        )
        self.actions_ = CanvasActions(self.tools)
        self.menus = ContextMenus(self.tools, self.actions_)
        self.mouse = Mouse(self.tools, self.menus)
        self.keys = Keys(self.tools)
        self._set_up()
        self.wire_selected.connect(self.actions_.refresh)
        self.notes.selected.connect(self.actions_.refresh)
        document.changed.connect(self._changed)
        document.begun.connect(self._begun)
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
        block = replace(
            blocks,
            data_title=title,
            data_lines=tuple(lines),
            pictures=self._pictures_version if images else 0,
        )
        with self.keeping_all_in_view():
            self.projection.show_blocks(block, images)
        self.raw_pictures = pictures
        self.minimap.forget()  # the block may be larger now

    def set_goal_block(self, lines: Sequence[tuple[str, str]], several: bool = False) -> None:
        """Show lines on the goal block, as pairs of label and value: loss, optimizer, targets.

        ``several``: there is one for each of several targets, which has its name and a loss of its own.
        """
        blocks = self.projection.blocks
        with self.keeping_all_in_view():
            self.projection.show_blocks(replace(blocks, goal_lines=tuple(lines), several_goals=several), None)
        self.minimap.forget()

    @property
    def costs(self) -> Costs | None:
        """What the layers were measured to cost."""
        return self.hover.costs

    def set_costs(self, costs: Costs | None) -> None:
        """Show what the layers were measured to cost: a bar on each, figures in their tooltips; None for nothing."""
        self.hover.costs = costs
        self.hover.forget()
        self.projection.show_costs(costs)

    def pick_up(self, kind: str) -> None:
        """Pick up a layer: it follows the mouse until it is put down by a click or put away by Esc."""
        pick_up(self, kind)

    @Slot(str)
    def ask_to_replace(self, id: str) -> None:
        """Ask for a layer that takes the place of another one."""
        self.quick_add.ask_to_replace(id)

    @property
    def shows_map(self) -> bool:
        """Whether the overview map is shown while it is of use."""
        return self.actions_.show_map.isChecked()

    def hide_map(self) -> None:
        """Show no overview map."""
        if self.shows_map:
            self.actions_.show_map.trigger()

    def forget_views(self) -> None:
        """Another project is shown: forget how the inside of blocks was seen."""
        self.folding.forget_views()

    @Slot(str)
    def announce_run(self, state: str) -> None:
        """Tell a screen reader that a run came into another state, in telemetry's words."""
        self.announcer.run_state(state)

    @Slot(str, str, str)
    def announce_trouble(self, title: str, sentence: str, node: str) -> None:
        """Tell a screen reader of something that did not work."""
        self.announcer.trouble(title, sentence, node)

    def add(self, kind: str) -> bool:
        """Add a layer without a mouse: behind the selected node, or in the middle of what is seen."""
        return self.adding.add(kind)

    def open_quick_add(self, letters: str = "", wire: Wire | None = None) -> None:
        """Ask for a layer: for a wire, else behind the one selected node, else where the pointer is."""
        self.quick_add.ask(letters, wire)

    # Following the document

    @Slot()
    def _begun(self) -> None:
        self.projection.then(self.fit_all)

    @Slot(object, object)
    def _changed(self, _before: DocumentState, _after: DocumentState) -> None:
        graph, level = self.document.graph, self.document.path
        moved = level != self.level
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
            self.level = level
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
        with self.keeping_all_in_view():
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
            answered = self.keys.pressed(event)
        else:
            answered = key_capture.key_left(widget, event)
        if not answered:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Qt also asks when a field over the canvas is hidden; that is no Tab on the diagram.
        return (self.hasFocus() and self.keys.walk_focus(forward)) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.walking = True
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.cancel()
        super().focusOutEvent(event)

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
