"""The notes and frames of a scene: items that follow the drawing as those of its nodes do."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from engine.graph.notes import NO_NOTES, Note
from gui.canvas.notes.item import NoteItem
from gui.canvas.shared_state import Sheet

Box = tuple[tuple[float, float], tuple[float, float]]
"""Position and size."""


class NoteLayer:
    """``items`` holds the items by the ids of their notes. ``repaint`` has a place painted that an item leaves."""

    def __init__(self, scene: QGraphicsScene, sheet: Sheet, repaint: Callable[[QRectF], None]) -> None:
        self._scene, self._sheet, self._repaint = scene, sheet, repaint
        self.items: dict[str, NoteItem] = {}
        self._notes: Mapping[str, Note] = NO_NOTES
        self._previewed: set[str] = set()

    def show(self, notes: Mapping[str, Note]) -> None:
        """Make the items stand for these notes."""
        self.settle()
        if notes is self._notes:
            return
        self._notes = notes
        for id in [id for id in self.items if id not in notes]:
            item = self.items.pop(id)
            self._repaint(item.sceneBoundingRect())
            self._sheet.version += 1
            self._scene.removeItem(item)
        for id, note in notes.items():
            shown = self.items.get(id)
            if shown is None:
                self.items[id] = shown = NoteItem(note, self._sheet)
                self._scene.addItem(shown)
            elif shown.note != note:
                self._repaint(shown.sceneBoundingRect())
                shown.show_note(note)

    def preview(self, boxes: Mapping[str, Box]) -> None:
        """Show notes elsewhere, or of another size, without changing the drawing. ``settle`` puts them back."""
        for id, (position, size) in boxes.items():
            item = self.items[id]
            self._repaint(item.sceneBoundingRect())
            item.show_box(position, size)
            self._previewed.add(id)

    def settle(self) -> None:
        """Put every previewed note back where the drawing has it."""
        for id in self._previewed & self.items.keys():
            item = self.items[id]
            self._repaint(item.sceneBoundingRect())
            item.show_box(item.note.position, item.note.size)
        self._previewed.clear()

    def fade_all_but(self, lit: Container[str] | None) -> None:
        """Let all notes but these step back behind others; None lights all."""
        for id, item in self.items.items():
            item.set_faded(lit is not None and id not in lit)

    def at(self, point: QPointF, scale: float) -> tuple[str, str]:
        """The topmost note under a point, and which part of it: "corner" or "body"; ("", "") for none."""
        best: tuple[float, int, str, str] | None = None
        for number, (id, item) in enumerate(self.items.items()):
            if not item.rect().adjusted(-8, -8, 8, 8).contains(point - item.pos()):
                continue
            part = item.part_at(point, scale)
            if part and (best is None or (item.zValue(), number) > best[:2]):
                best = (item.zValue(), number, id, part)
        return ("", "") if best is None else best[2:]

    def content(self, ids: Iterable[str] | None = None) -> QRectF:
        """The rectangle around the given notes and frames (all when None); null when there are none."""
        around = QRectF()
        for id in self.items if ids is None else ids:
            around = around.united(self.items[id].body)
        return around

    def dress(self) -> None:
        """The theme changed."""
        for item in self.items.values():
            item.looks_other()
