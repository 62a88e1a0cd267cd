"""The diagram as a small picture, for the file."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from engine.graph.graph import Graph
from gui.canvas.scene import CanvasScene
from gui.theme import style

WIDTH, HEIGHT = 640, 400


def preview_png(graph: Graph) -> bytes:
    """The whole drawing as a PNG of 640×400 pixels, in the colours of the theme."""
    scene = CanvasScene()
    scene.show_graph(graph)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(style.current().canvas)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    content = scene.content()
    if not content.isEmpty():
        frame = content.adjusted(-24, -24, 24, 24)
        scene.render(painter, QRectF(0, 0, WIDTH, HEIGHT), frame, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the declaration asks for bytes, PySide for str
    return bytes(buffer.data().data())
