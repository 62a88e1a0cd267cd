"""Pictures of nodes, kept from one frame to the next, so that a frame paints only a few nodes anew.

Painting a node takes as long as putting twenty pictures of nodes on the screen. While one zooms, every node is to be
painted at another size in every frame, and with a hundred in view that is too much. So a frame paints ``FRESH`` of
them at most, and fewer in the midst of a zoom; the others are shown as they were painted last, enlarged or shrunk,
and get their turn in the frames that follow. In a small drawing every node is always fresh.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

FRESH = 32
"""How many nodes one frame paints anew."""
FRESH_ZOOMING = 10
"""How many of those that have a picture already, in a frame at another zoom than the last one."""
MOST_BYTES = 192 * 1024 * 1024
"""How much memory the pictures take before those that were shown longest ago are forgotten."""


class Subject(Protocol):
    """What pictures are taken of. ``version`` is another number whenever it would look other than before."""

    id: str
    version: int

    def paint_all(self, painter: QPainter, scale: float) -> None:
        """Paint it with its corner at the origin, in units of the canvas."""

    def paint_plain(self, painter: QPainter) -> None:
        """Paint the little that must be seen of it when there is no picture yet."""

    def boundingRect(self) -> QRectF:
        """All that is painted of it."""


@dataclass(frozen=True)
class _Snapshot:
    version: int
    scale: float
    """Device-independent pixels for each unit of the canvas."""
    pixmap: QPixmap
    origin: QPointF
    """Where the node's corner lies on the picture, in device-independent pixels."""

    @property
    def bytes(self) -> int:
        return self.pixmap.width() * self.pixmap.height() * 4


class NodePictures:
    """The pictures of one canvas's nodes, by their ids."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Snapshot] = OrderedDict()
        self.bytes = 0
        """How much memory the pictures take."""
        self._scale = 0.0
        self._left = self._left_again = FRESH
        """How many nodes this frame may still paint, and how many of those it has a picture of."""
        self._owed: set[str] = set()

    def begin_frame(self, scale: float) -> None:
        """Another frame begins, at this zoom."""
        self._left, self._left_again = FRESH, FRESH if scale == self._scale else FRESH_ZOOMING
        self._scale = scale

    @property
    def owes(self) -> bool:
        """Whether nodes were shown as they were before and are to be painted again."""
        return bool(self._owed)

    def take_owed(self) -> set[str]:
        """Their ids, for whoever has them painted again now."""
        owed, self._owed = self._owed, set()
        return owed

    def paint(self, subject: Subject, painter: QPainter) -> None:
        """Show a node at the painter's origin: fresh if this frame may still paint one, else as it was."""
        world, device = painter.worldTransform(), painter.device()
        ratio, scale = device.devicePixelRatioF(), world.m11()
        kept = self._kept.get(subject.id)
        fresh = (
            kept is not None
            and kept.version == subject.version
            and kept.scale == scale
            and kept.pixmap.devicePixelRatio() == ratio
        )
        if not fresh:
            if self._left > 0 and (kept is None or self._left_again > 0):
                self._left -= 1
                self._left_again -= kept is not None
                kept = _taken(subject, scale, ratio)
                self._keep(subject.id, kept)
                self._owed.discard(subject.id)
            else:
                self._owed.add(subject.id)
        if kept is None:
            subject.paint_plain(painter)
            return
        self._kept.move_to_end(subject.id)
        # On whole pixels of the screen, so that a picture at its own size is copied and not mixed.
        corner = QPointF(round(world.dx() * ratio) / ratio, round(world.dy() * ratio) / ratio)
        stretch = scale / kept.scale
        if stretch == 1.0:
            painter.resetTransform()
            painter.drawPixmap(corner - kept.origin, kept.pixmap)
        else:
            painter.setWorldTransform(QTransform(stretch, 0.0, 0.0, stretch, corner.x(), corner.y()))
            # Mixing the pixels would take eight times as long, and these are on the screen for a moment only.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawPixmap(-kept.origin, kept.pixmap)
        painter.setWorldTransform(world)

    def forget(self, id: str) -> None:
        """A node is gone."""
        self._owed.discard(id)
        gone = self._kept.pop(id, None)
        if gone is not None:
            self.bytes -= gone.bytes

    def _keep(self, id: str, snapshot: _Snapshot) -> None:
        self.forget(id)
        self._kept[id] = snapshot
        self.bytes += snapshot.bytes
        while self.bytes > MOST_BYTES and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))


def _taken(subject: Subject, scale: float, ratio: float) -> _Snapshot:
    box = subject.boundingRect()
    density = scale * ratio
    left, top = math.ceil(-box.left() * density), math.ceil(-box.top() * density)
    size = QSize(left + math.ceil(box.right() * density), top + math.ceil(box.bottom() * density))
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.translate(left, top)
    painter.scale(density, density)
    subject.paint_all(painter, scale)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return _Snapshot(subject.version, scale, pixmap, QPointF(left / ratio, top / ratio))
