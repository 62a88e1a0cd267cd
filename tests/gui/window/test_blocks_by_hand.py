"""Blocks in the whole window through real clicks and keys: the inspector's buttons, and My blocks in the palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.nesting import blocks
from tests import popups
from tests.gui.window.test_blocks import grouped

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.usefixtures("own_folder")


def press(desk, button, way: str) -> None:  # type: ignore[no-untyped-def]
    """Press a button of the inspector with the mouse, or with Space after walking to it with Tab."""
    desk.window.inspector.ensureWidgetVisible(button)
    QApplication.processEvents()
    assert button.isVisible()
    if way == "mouse":
        # A part that is in view: with very wide letters its words may reach beyond the panel.
        place = button.mapTo(desk.window, button.visibleRegion().boundingRect().center())
        QTest.mouseClick(desk.window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
        return
    desk.window.inspector.block.title_field.setFocus()
    for _step in range(40):
        if QApplication.focusWidget() is button:
            break
        QTest.keyClick(desk.window.windowHandle(), KEY.Key_Tab)
    assert QApplication.focusWidget() is button, "Tab does not lead to the button"
    QTest.keyClick(desk.window.windowHandle(), KEY.Key_Space)


@pytest.mark.parametrize("way", ["mouse", "space"])
def test_make_it_its_own_by_its_button(desk, way: str) -> None:
    id = grouped(desk)
    page = desk.window.inspector.block
    assert not page.own.isVisible()
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, KEY.Key_D, CONTROL)
    (copy,) = desk.window.document.selection
    assert copy != id
    assert len(set(blocks(desk.window.document.whole))) == 1
    before = desk.window.document.whole
    assert "2 copies" in page.copies_label.text()
    press(desk, page.own, way)
    assert {block.title for block in blocks(desk.window.document.whole)} == {"Hidden part", "Hidden part 2"}
    assert desk.graph.nodes[copy].block.title == "Hidden part 2"
    assert page.title_field.text() == "Hidden part 2"
    assert not page.own.isVisible()
    assert "copies" not in page.copies_label.text()
    # From now on what is changed inside changes no other.
    desk.window.document.enter(copy)
    desk.window.document.edit("Set", desk.graph.set_params(desk.node("Linear"), out_features=7))
    whole = desk.window.document.whole
    assert whole.nodes[id].block == before.nodes[id].block
    assert whole.nodes[copy].block != before.nodes[copy].block
    desk.window.document.undo()
    desk.window.document.undo()
    assert desk.window.document.whole == before


@pytest.mark.parametrize("way", ["mouse", "space"])
@pytest.mark.parametrize("button", ["step", "unfold", "keep"])
def test_the_other_buttons_of_a_block(desk, own_folder: Path, button: str, way: str) -> None:
    before = desk.graph
    id = grouped(desk)
    press(desk, getattr(desk.window.inspector.block, button), way)
    assert (desk.window.document.path == (id,)) == (button == "step")
    assert (desk.graph == before) == (button == "unfold")
    assert own_folder.exists() == (button == "keep")


def kept(desk) -> None:  # type: ignore[no-untyped-def]
    grouped(desk)
    desk.click(desk.window.inspector.block.keep)
    desk.window.document.select(())
    assert desk.window.palette_panel.row_of("Hidden part").isValid()


def go_to_row(desk, name: str) -> None:  # type: ignore[no-untyped-def]
    """Search for a layer by typing, and go down to its row in the palette."""
    palette = desk.window.palette_panel
    palette.field.setFocus()
    QTest.keyClicks(QApplication.focusWidget(), name)
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Down)
    assert QApplication.focusWidget() is palette.list
    assert palette.list.currentIndex().data() == name


@pytest.mark.parametrize("way", ["click", "enter in the list", "enter in the search", "menu by mouse", "menu by key"])
def test_a_block_of_ones_own_is_added_from_the_palette(desk, way: str) -> None:
    kept(desk)
    palette, canvas = desk.window.palette_panel, desk.window.canvas
    handle = desk.window.windowHandle()
    if way == "click":
        QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=palette.row_of("Hidden part").center())
        assert canvas.gesture is not None
        free = canvas.viewport().rect().bottomRight() * 0.75
        QTest.mouseMove(canvas.viewport(), free)
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=free)
        assert canvas.gesture is None
    elif way == "enter in the list":
        go_to_row(desk, "Hidden part")
        QTest.keyClick(handle, KEY.Key_Return)
    elif way == "enter in the search":
        palette.field.setFocus()
        QTest.keyClicks(palette.field, "hidden")
        QTest.keyClick(handle, KEY.Key_Return)
    elif way == "menu by mouse":
        popups.right_click(palette.list.viewport(), palette.row_of("Hidden part").center())
        popups.click("Add")
    else:
        go_to_row(desk, "Hidden part")
        popups.menu_key(desk.window)
        popups.choose("Add")
    assert [node.block.title for node in desk.graph.of_kind("Block")] == ["Hidden part"] * 2
    desk.window.document.undo()
    assert len(desk.graph.of_kind("Block")) == 1


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_block_of_ones_own_is_removed_through_its_menu(desk, own_folder: Path, way: str) -> None:
    kept(desk)
    palette, before = desk.window.palette_panel, desk.window.document.sketch
    assert len(list(own_folder.iterdir())) == 1
    if way == "mouse":
        popups.right_click(palette.list.viewport(), palette.row_of("Hidden part").center())
        assert popups.words() == ["Add", "Remove from My blocks"]
        popups.click("Remove from My blocks")
    else:
        go_to_row(desk, "Hidden part")
        popups.menu_key(desk.window)
        popups.choose("Remove from My blocks")
    assert list(own_folder.iterdir()) == []
    assert not palette.row_of("Hidden part").isValid()
    assert "removed from My blocks" in desk.window.status.text
    assert desk.window.document.sketch == before


def test_a_layer_of_the_palette_can_only_be_added(desk) -> None:
    palette = desk.window.palette_panel
    popups.right_click(palette.list.viewport(), palette.row_of("ReLU").center())
    assert popups.words() == ["Add"]
    popups.choose("Add")
    assert desk.graph.nodes[desk.graph.last].kind == "ReLU"


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_a_block_is_kept_through_its_menu_on_the_canvas(desk, own_folder: Path, way: str) -> None:
    id = grouped(desk)
    canvas = desk.window.canvas
    if way == "mouse":
        canvas.fit_all()
        middle = canvas.viewportTransform().map(canvas.projection.nodes[id].body.center()).toPoint()
        popups.right_click(canvas.viewport(), middle)
        popups.click("Add to My blocks")
    else:
        canvas.setFocus()
        popups.menu_key(desk.window)
        popups.choose("Add to My blocks")
    assert len(list(own_folder.iterdir())) == 1
    assert desk.window.palette_panel.row_of("Hidden part").isValid()
