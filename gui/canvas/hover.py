"""What the pointer rests on: a light edge, a pointing hand, and words that explain it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from engine.inspection.costs import Costs
from gui.canvas.hit import NOTHING, Hit, hit
from gui.canvas.navigation import Navigation
from gui.canvas.tips import tip
from gui.document import Document

_CURSORS = {
    "input": Qt.CursorShape.CrossCursor,
    "output": Qt.CursorShape.CrossCursor,
    "badge": Qt.CursorShape.PointingHandCursor,
    "wire": Qt.CursorShape.PointingHandCursor,
}


class Hover:
    """Keeps what is under the pointer while no gesture is under way."""

    def __init__(self, view: Navigation, document: Document) -> None:
        self._view, self._document = view, document
        self.now = NOTHING
        self.costs: Costs | None = None
        """What the layers were measured to cost, for what is said of them."""

    def look(self, at: QPointF) -> None:
        """The pointer is at ``at``."""
        if self._view.projection.slices.pending:
            return  # it rests on nothing as long as a large difference is being drawn
        found = hit(self._view.projection, at, self._view.scale_now)
        if found != self.now:
            self._light(self.now, False)
            self.now = found
            self._light(found, True)
            cursor = _CURSORS.get(found.what)
            if found.note:
                cursor = Qt.CursorShape.SizeFDiagCursor if found.end == "corner" else Qt.CursorShape.SizeAllCursor
            if cursor is None:
                self._view.viewport().unsetCursor()
            else:
                self._view.viewport().setCursor(cursor)
            self._view.viewport().setToolTip(tip(self._document, found, self.costs))
        elif found == NOTHING and self._view.viewport().testAttribute(Qt.WidgetAttribute.WA_SetCursor):
            self._view.viewport().unsetCursor()  # the one of what was forgotten since

    def forget(self) -> None:
        """Nothing is under the pointer any more."""
        self._light(self.now, False)
        self.now = NOTHING
        self._view.viewport().setToolTip("")

    def _light(self, found: Hit, on: bool) -> None:
        if found == NOTHING:
            return
        projection = self._view.projection
        if found.node in projection.nodes:
            projection.nodes[found.node].set_look(hovered=on)
            # Its wires light up as well: so one sees where they lead.
            graph = projection.graph
            for wire in (*graph.incoming(found.node), *graph.outgoing(found.node)):
                if wire in projection.wires:
                    projection.wires[wire].set_look(hovered=on)
        if found.wire is not None and found.wire in projection.wires:
            projection.wires[found.wire].set_look(hovered=on)
