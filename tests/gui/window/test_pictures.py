"""Pictures of the diagram through the window's real menu and shortcut: the files, and what is on the clipboard."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from gui import theme
from gui.dialogs import Dialogs
from tests import popups

MENU = "Export image"
ENTRIES = {"light": "On a light background…", "dark": "On a dark background…", "transparent": "Transparent…"}
GROUNDS = {"light": QColor(theme.LIGHT.canvas), "dark": QColor(theme.DARK.canvas), "transparent": None}


def ground_of(path: Path) -> QColor | None:
    """The colour of the ground of a picture in a file, None where it has none."""
    return {".png": _of_png, ".svg": _of_svg, ".pdf": _of_pdf}[path.suffix](path)


def _corner(image: QImage) -> QColor | None:
    corners = {image.pixel(x, y) for x in (0, image.width() - 1) for y in (0, image.height() - 1)}
    assert len(corners) == 1
    colour = image.pixelColor(0, 0)
    assert colour.alpha() in (0, 255)
    return colour if colour.alpha() else None


def _of_png(path: Path) -> QColor | None:
    return _corner(QImage(str(path)))


def _of_svg(path: Path) -> QColor | None:
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    size = renderer.defaultSize()
    image = QImage(size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    found = _corner(image)
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', path.read_text(encoding="utf-8"))
    assert box is not None
    whole = f'<rect x="0" y="0" width="{box[1]}" height="{box[2]}"/>'
    assert (whole in path.read_text(encoding="utf-8")) == (found is not None)
    return found


def _of_pdf(path: Path) -> QColor | None:
    """The colour of the rectangle that is filled from corner to corner of the page, which is painted first."""
    data = path.read_bytes()
    (page,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    found: list[QColor] = []
    painted = False
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            content = zlib.decompressobj().decompress(raw)
        except zlib.error:
            continue  # a font, as it is
        painted = painted or b"\nBT\n" in content or b" scn\n" in content
        for *colour, wide, high in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn\n.*\n0 0 (\d+) (\d+) re\nf\n", content):
            assert float(wide) / float(high) == pytest.approx(float(page[0]) / float(page[1]), rel=0.02)
            found.append(QColor.fromRgbF(*map(float, colour)))
    assert painted, "nothing could be read in the page"
    assert len(found) <= 1
    return found[0] if found else None


def same(one: QColor | None, other: QColor | None) -> bool:
    return one is other if one is None or other is None else one.rgba() == other.rgba()


@pytest.mark.parametrize("ground", ENTRIES)
def test_every_kind_of_file_on_every_ground_by_keys_alone(desk, tmp_path: Path, ground: str) -> None:
    before = desk.window.document.sketch
    for suffix in ("png", "svg", "pdf"):
        path = tmp_path / f"network.{suffix}"
        asked: list[Path] = []
        desk.answers.file_for_picture = lambda suggestion, asked=asked, path=path: asked.append(suggestion) or path
        popups.menu_bar(desk.window, Qt.Key.Key_F)
        popups.choose(MENU, ENTRIES[ground])
        assert len(asked) == 1
        assert desk.window.status.text == f"Wrote network.{suffix}."
        assert same(ground_of(path), GROUNDS[ground]), f"{suffix}: {ground_of(path)}"
        if suffix == "svg":
            assert ">Linear<" in path.read_text(encoding="utf-8")
    assert desk.window.document.sketch == before
    assert theme.current() is theme.LIGHT


@pytest.mark.parametrize("ground", ENTRIES)
def test_the_mouse_in_the_menu_does_the_same(desk, tmp_path: Path, ground: str) -> None:
    path = tmp_path / "network.png"
    desk.answers.file_for_picture = lambda _suggestion: path
    bar = desk.window.menuBar()
    (file,) = [action for action in bar.actions() if action.text() == "&File"]
    desk.click(bar, bar.actionGeometry(file).center())
    popups.click(MENU, ENTRIES[ground])
    assert same(ground_of(path), GROUNDS[ground])
    assert QApplication.activePopupWidget() is None


def test_no_file_chosen_writes_none_and_a_place_that_cannot_be_written_is_told(desk, tmp_path: Path) -> None:
    desk.answers.file_for_picture = lambda _suggestion: None
    popups.menu_bar(desk.window, Qt.Key.Key_F)
    popups.choose(MENU, ENTRIES["light"])
    assert list(tmp_path.iterdir()) == []
    assert desk.answers.told == []
    desk.answers.file_for_picture = lambda _suggestion: tmp_path / "missing" / "network.png"
    popups.menu_bar(desk.window, Qt.Key.Key_F)
    popups.choose(MENU, ENTRIES["light"])
    assert "could not be written" in desk.answers.told[-1]


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("net", "SVG drawing (*.svg)", "net.svg"),
        ("net", "PDF page (*.pdf)", "net.pdf"),
        ("net.v2", "PNG image (*.png)", "net.v2.png"),
        ("net.PDF", "PNG image (*.png)", "net.PDF"),
    ],
)
def test_the_kind_of_file_is_that_of_the_name_or_of_the_filter(
    desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, written: str
) -> None:
    offered: list[str] = []

    def answer(_parent: object, _title: str, suggestion: str, kinds: str) -> tuple[str, str]:
        offered.extend((suggestion, kinds))
        return str(tmp_path / name), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    desk.window.files.dialogs = Dialogs(desk.window)
    popups.menu_bar(desk.window, Qt.Key.Key_F)
    popups.choose(MENU, ENTRIES["light"])
    assert [path.name for path in tmp_path.iterdir()] == [written]
    assert offered[0].endswith(".png")
    assert kind in offered[1]


@pytest.mark.parametrize("way", ["shortcut", "keys in the menu", "mouse in the menu"])
def test_a_picture_on_the_clipboard(desk, way: str) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("something else")
    desk.window.canvas.setFocus()
    if way == "shortcut":
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_C, modifiers)
    else:
        popups.menu_bar(desk.window, Qt.Key.Key_F)
        (popups.choose if way.startswith("keys") else popups.click)(MENU, "Copy as image")
    image = clipboard.image()
    assert not image.isNull()
    assert "clipboard" in desk.window.status.text
    assert same(_corner(image), GROUNDS["light"])
    families = {desk.graph.nodes[desk.node(kind)].declaration.family for kind in ("Linear", "Output")}
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert {theme.LIGHT.family_colour(family).lower() for family in families} <= colours


def test_an_empty_drawing_leaves_the_clipboard_alone_and_says_so(desk) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("something else")
    desk.window.document.edit("Empty", type(desk.graph)())
    popups.menu_bar(desk.window, Qt.Key.Key_F)
    popups.choose(MENU, "Copy as image")
    assert clipboard.text() == "something else"
    assert "empty" in desk.window.status.text
