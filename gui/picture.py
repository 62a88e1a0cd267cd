"""The diagram as a picture: for the file, for a page (PNG, SVG, PDF), for the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from engine.files.atomic import WriteError, write_whole
from engine.files.endings import ending_of
from engine.graph.graph import Graph
from gui.canvas import thumbnails
from gui.canvas.scene import CanvasScene
from gui.canvas.view import Canvas
from gui.theme import style
from gui.theme.tokens import DARK, LIGHT, Theme

WIDTH, HEIGHT = 640, 400
MARGIN = 24.0
SCALE = 2.0
"""Pixels for each canvas unit of an exported PNG."""
LARGEST_SIDE = 12_000
"""Pixels that an exported PNG has at most in one direction; larger drawings get fewer pixels a unit."""

GROUNDS = ("light", "dark", "transparent")
_POINTS = 0.75
"""Points of a page for each canvas unit: 72 to the inch against 96."""


class DiagramPictureError(Exception):
    """The picture could not be written; the message says why."""


def preview_png(graph: Graph) -> bytes:
    """The whole drawing as a PNG of 640×400 pixels, in the colours of the theme."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(style.current().canvas)
    paint_into(scene_of(graph), image)
    return _as_png(image)


def scene_of(graph: Graph) -> CanvasScene:
    """A drawing set out to be painted with ``paint_into``, in the colours of the theme."""
    return _copy(graph, None)


def paint_into(scene: CanvasScene, image: QImage, most: float | None = None) -> None:
    """Paint all of a scene into the middle of an image, at most ``most`` times as large as on the canvas."""
    if scene.content().isEmpty():
        return
    frame, ratio = _frame(scene), image.devicePixelRatio()
    width, height = image.width() / ratio, image.height() / ratio
    scale = min(width / frame.width(), height / frame.height())
    if most is not None:
        scale = min(scale, most)
    target = QRectF(0.0, 0.0, frame.width() * scale, frame.height() * scale)
    target.moveCenter(QRectF(0.0, 0.0, width, height).center())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.render(painter, target, frame)
    painter.end()


def save_picture(shown: Canvas, path: Path, ground: str = "light") -> None:
    """Write what a canvas shows as PNG, SVG or PDF, by the ending of ``path``, on a light, dark or transparent ground.

    Raises DiagramPictureError for an empty drawing, another ending, or a file that cannot be written.
    """
    theme = _theme(ground)
    with style.painting_with(theme):
        scene = _copy(shown.document.graph, shown)
        frame = _frame(scene)
        if scene.content().isEmpty():
            raise DiagramPictureError("The diagram is empty: there is nothing to export.")
        writers = {".png": _png, ".svg": _svg, ".pdf": _pdf}
        writer = writers.get(ending_of(path, *writers))
        if writer is None:
            raise DiagramPictureError(f"An image of the diagram is a .png, .svg or .pdf file, not {path.name!r}.")
        content = writer(scene, frame, None if ground == "transparent" else theme.canvas)
    if not content:
        raise DiagramPictureError(f"{path} could not be written: the image would be too large.")
    try:
        write_whole(path, content)
    except WriteError as error:
        raise DiagramPictureError(str(error)) from None


def copy_picture(shown: Canvas, ground: str = "light") -> None:
    """Put what a canvas shows onto the clipboard as a picture. Raises DiagramPictureError for an empty drawing."""
    theme = _theme(ground)
    with style.painting_with(theme):
        scene = _copy(shown.document.graph, shown)
        if scene.content().isEmpty():
            raise DiagramPictureError("The diagram is empty: there is nothing to export.")
        image = _image(scene, _frame(scene), None if ground == "transparent" else theme.canvas)
    QGuiApplication.clipboard().setImage(image)


def _theme(ground: str) -> Theme:
    if ground not in GROUNDS:
        raise ValueError(f"a ground is one of {', '.join(GROUNDS)}, not {ground!r}")
    return DARK if ground == "dark" else LIGHT


def _copy(graph: Graph, shown: Canvas | None) -> CanvasScene:
    """A scene of its own: nothing is selected."""
    scene = CanvasScene()
    if shown is not None:
        # The pictures on the data block are ink in the colour of the theme: they are made anew for this one.
        scene.show_blocks(shown.projection.blocks, thumbnails.images(shown.raw_pictures))
    scene.show_graph(graph)
    if shown is not None:
        scene.show_analysis(shown.document.analysis)
    return scene


def _frame(scene: CanvasScene) -> QRectF:
    """All of the drawing, and some space around it."""
    return scene.whole().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def _paint(scene: CanvasScene, painter: QPainter, target: QRectF, frame: QRectF, ground: str | None) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if ground is not None:
        painter.fillRect(target, ground)
    scene.render(painter, target, frame, Qt.AspectRatioMode.KeepAspectRatio)


def _image(scene: CanvasScene, frame: QRectF, ground: str | None) -> QImage:
    scale = min(SCALE, LARGEST_SIDE / max(frame.width(), frame.height()))
    image = QImage(round(frame.width() * scale), round(frame.height() * scale), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _paint(scene, painter, QRectF(image.rect()), frame, ground)
    painter.end()
    return image


def _png(scene: CanvasScene, frame: QRectF, ground: str | None) -> bytes:
    return _as_png(_image(scene, frame, ground))


def _as_png(image: QImage) -> bytes:
    buffer = _buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the declaration asks for bytes, PySide for str
    return _content(buffer)


def _svg(scene: CanvasScene, frame: QRectF, ground: str | None) -> bytes:
    size, buffer = QRectF(0, 0, frame.width(), frame.height()), _buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size.size().toSize())
    generator.setViewBox(size)
    generator.setTitle("Network")
    painter = QPainter()
    if painter.begin(generator):
        _paint(scene, painter, size, frame, ground)
        painter.end()
    return _content(buffer)


def _pdf(scene: CanvasScene, frame: QRectF, ground: str | None) -> bytes:
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    points = QSizeF(frame.width() * _POINTS, frame.height() * _POINTS)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter()
    if painter.begin(writer):
        _paint(scene, painter, QRectF(0, 0, writer.width(), writer.height()), frame, ground)
        painter.end()
    return _content(buffer)


def _buffer() -> QBuffer:
    """A place in memory to write to: only what is whole goes into a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _content(buffer: QBuffer) -> bytes:
    return bytes(buffer.data().data())
