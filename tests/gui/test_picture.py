"""The diagram as a picture: what is written is the drawing, in the colours asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageReader
from PySide6.QtSvg import QSvgRenderer

from engine.graph.graph import Graph, empty
from gui import theme
from gui.canvas.view import Canvas
from gui.document import Document, DocumentState
from gui.picture import GROUNDS, HEIGHT, WIDTH, DiagramPictureError, copy_picture, preview_png, save_picture


@pytest.fixture
def canvas(qapp, qtbot):
    theme.apply(qapp, "light")
    document = Document(DocumentState(empty().add("Conv2d", position=(200.0, 0.0)), None), lambda _recipe: None)
    made = Canvas(document)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_each_kind_and_ground_is_written(canvas: Canvas, tmp_path: Path, ground: str, suffix: str) -> None:
    path = tmp_path / f"network.{suffix}"
    save_picture(canvas, path, ground)
    head = path.read_bytes()[:8]
    assert head.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix])
    if suffix == "png":
        corner = QImage(str(path)).pixelColor(2, 2)
        wanted = {"light": QColor(theme.LIGHT.canvas), "dark": QColor(theme.DARK.canvas)}
        assert corner.alpha() == 0 if ground == "transparent" else corner == wanted[ground]
    if suffix == "svg":
        assert QSvgRenderer(str(path)).isValid()
        assert "Conv2d" in path.read_text(encoding="utf-8")


def test_a_png_has_two_pixels_a_unit_and_shows_the_layers(canvas: Canvas, tmp_path: Path) -> None:
    path = tmp_path / "network.png"
    save_picture(canvas, path)
    content = canvas.projection.content()
    assert QImageReader(str(path)).size() == QSize(round(2 * content.width() + 96), round(2 * content.height() + 96))
    image = QImage(str(path))
    colours = {image.pixelColor(x, y).name() for x in range(0, 900, 3) for y in range(0, 200, 3)}
    assert theme.LIGHT.family_colour("convolution").lower() in colours


def test_the_screen_keeps_its_theme(canvas: Canvas, tmp_path: Path) -> None:
    save_picture(canvas, tmp_path / "network.png", "dark")
    assert theme.current() is theme.LIGHT


def test_the_clipboard_takes_a_picture(canvas: Canvas) -> None:
    copy_picture(canvas)
    assert not QGuiApplication.clipboard().image().isNull()


def test_what_cannot_be_written_is_said(canvas: Canvas, tmp_path: Path) -> None:
    with pytest.raises(DiagramPictureError, match=r"\.png, \.svg or \.pdf"):
        save_picture(canvas, tmp_path / "network.bmp")
    with pytest.raises(DiagramPictureError, match="could not be written"):
        save_picture(canvas, tmp_path / "no such folder" / "network.png")
    canvas.document.edit("Empty", Graph())
    with pytest.raises(DiagramPictureError, match="empty"):
        save_picture(canvas, tmp_path / "network.png")


def test_the_preview_in_a_file_is_a_png_of_its_size(qapp) -> None:
    image = QImage.fromData(preview_png(empty()))
    assert (image.width(), image.height()) == (WIDTH, HEIGHT)
    assert not QImage.fromData(preview_png(Graph())).isNull()
