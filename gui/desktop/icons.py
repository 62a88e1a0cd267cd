"""The program's icon and that of its files, in every size that systems ask for."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

import resources

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels along a side."""
PROGRAM, PROJECT = "sketchnet", "project"


def drawing(which: str) -> bytes:
    """The icon as SVG; ``which`` is PROGRAM or PROJECT."""
    return resources.path("icons", "app", f"{which}.svg").read_bytes()


def png(which: str, size: int) -> bytes:
    """The icon as a PNG of ``size`` × ``size`` pixels, on a transparent ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(drawing(which)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
