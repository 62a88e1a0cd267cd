"""What is inside blocks, read in the outline; stepping in and out from there; and the canvas's commands in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.grouping import group

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folded(reader):
    """data → outer1 (inner1 (conv1 → relu1) → add1) → goal, and linear1 alone."""
    graph = reader.document.graph
    graph = graph.disconnect(graph.incoming(graph.find("add1").id)[1])
    graph = group(graph, [graph.find("conv1").id, graph.find("relu1").id], "Inner")
    graph = group(graph, [graph.last, graph.find("add1").id], "Outer")
    reader.document.edit("Fold", graph)
    reader.outer = graph.last
    inner = graph.nodes[graph.last].block.graph
    reader.inner = inner.of_kind("Block")[0].id
    return reader


def test_a_block_is_opened_and_closed_and_its_layers_are_read(folded) -> None:
    model = folded.list.model()
    assert folded.rows() == ["data", "outer1", "goal", "linear1"]
    folded.go("outer1")
    assert folded.words().startswith("outer1, Block Outer, ")
    outer = folded.list.currentIndex()
    assert model.hasChildren(outer)
    assert model.rowCount(outer) == 0, "nobody has looked inside yet"
    assert not model.hasChildren(folded.list.rows.index_of(folded.document.graph.find("linear1").id))
    folded.key("+")
    assert folded.list.isExpanded(outer)
    folded.key(Key.Key_Down)
    assert folded.words().startswith("inner1, Block Inner, ")
    assert "gives 32×28×28" in folded.words()
    folded.key("+")
    folded.key(Key.Key_Down)
    assert folded.words() == "conv1, Conv2d, 32 filters, 3×3, gives 32×28×28, from input"
    folded.key(Key.Key_Down)
    assert folded.words().startswith("relu1, ReLU, gives 32×28×28")
    folded.key(Key.Key_Down)
    assert folded.words().startswith("add1, Add")
    assert "problem" in folded.words()
    folded.key(Key.Key_Down)
    assert folded.here == "goal"
    folded.read_to("relu1")
    folded.key("-")
    assert folded.words().startswith("inner1"), "from a layer to its block"
    folded.key("-")
    assert not folded.list.isExpanded(folded.list.currentIndex())
    folded.key("-")
    assert folded.here == "outer1"
    folded.key("-")
    assert not folded.list.isExpanded(outer)
    folded.key(Key.Key_Down)
    assert folded.here == "goal"


def test_inside_a_block_its_ends_are_its_input_and_its_output(folded) -> None:
    assert folded.spoken("data").startswith("data, Data block")
    assert folded.spoken("goal").startswith("goal, Goal block")
    folded.go("outer1")
    folded.key(Key.Key_Return)
    assert folded.document.path == (folded.outer,)
    assert folded.spoken("input").startswith("input, Input")
    assert folded.spoken("output").startswith("output, Output")
    for name in ("input", "output"):
        assert "Data block" not in folded.spoken(name)
        assert "Goal block" not in folded.spoken(name)


def test_left_and_right_go_along_the_wires_inside_too(folded) -> None:
    folded.go("outer1")
    folded.key("+")
    folded.key(Key.Key_Down)
    folded.key("+")
    folded.key(Key.Key_Right)
    assert folded.words().startswith("add1")
    folded.key(Key.Key_Left)
    assert folded.words().startswith("inner1")
    folded.key(Key.Key_Left)
    assert folded.refused[-1] == "inner1 takes what enters the block."
    folded.read_to("conv1")
    folded.key(Key.Key_Right)
    assert folded.words().startswith("relu1")
    folded.key(Key.Key_Right)
    assert folded.refused[-1] == "relu1 gives what leaves the block."
    folded.go("outer1")
    folded.key(Key.Key_Right)
    assert folded.here == "goal"


def test_a_row_inside_selects_nothing_so_that_nothing_is_deleted_from_there(folded) -> None:
    folded.go("outer1")
    assert folded.document.selection == {folded.outer}
    folded.key("+")
    folded.key(Key.Key_Down)
    assert folded.document.selection == frozenset()
    before = folded.document.graph
    folded.key(Key.Key_Delete)
    folded.key(Key.Key_Space)
    folded.key(Key.Key_F2)
    assert "Step inside" in folded.refused[-1]
    assert folded.document.graph == before
    assert folded.words().startswith("inner1")
    folded.document.edit("Set", folded.document.graph.set_params(folded.outer, repeat=2))
    assert folded.words().startswith("inner1"), "an edit leaves the reader in place"
    folded.window.canvas.reveal(folded.document.graph.find("linear1").id)
    assert folded.here == "linear1"


def test_what_was_opened_follows_edits_and_stays_open(folded) -> None:
    folded.go("outer1")
    folded.key("+")
    folded.key(Key.Key_Down)
    folded.key("+")
    folded.read_to("conv1")
    document = folded.document
    document.go((folded.outer, folded.inner))
    document.edit("Set", document.graph.set_params(document.graph.find("conv1").id, out_channels=7))
    document.go(())
    folded.go("outer1")
    folded.key("+")
    folded.key(Key.Key_Down)
    folded.key("+")
    folded.read_to("conv1")
    assert "7 filters" in folded.words()
    # From here on the inside changes while it is on show.
    document.undo()
    document.go(())
    folded.go("outer1")
    folded.key("*")
    folded.read_to("conv1")
    assert "32 filters" in folded.words()
    removed = document.graph.disconnect(document.graph.incoming(folded.outer)[0])
    document.edit("Cut", removed)
    assert folded.words().startswith("conv1, Conv2d, 32 filters")
    assert "gives" not in folded.words(), "nothing arrives any more"
    document.undo()
    assert "gives 32×28×28" in folded.words()
    document.edit("Delete", document.graph.remove([folded.outer]))
    assert "outer1" not in folded.rows()
    document.undo()
    assert not folded.list.isExpanded(folded.list.rows.index_of(folded.outer))
    folded.go("outer1")
    folded.key("*")
    folded.read_to("conv1")


def test_enter_steps_to_a_layer_inside_and_alt_up_out_again(folded) -> None:
    document, outline = folded.document, folded.window.outline
    assert outline.place.isHidden()
    assert folded.list.accessibleName() == "Outline of the network"
    folded.go("outer1")
    folded.key("*")
    folded.read_to("relu1")
    folded.said.clear()
    folded.key(Key.Key_Return)
    assert document.path == (folded.outer, folded.inner)
    assert QApplication.focusWidget() is folded.list
    assert folded.here == "relu1"
    assert document.selection == {document.graph.find("relu1").id}
    assert "Inside Inner" in folded.said
    assert outline.place.isVisible()
    assert outline.place.text() == "Network › Outer › Inner"
    assert folded.list.accessibleName() == "Outline of Inner, in Outer, in the network"
    assert {"conv1", "relu1"} < set(folded.rows())
    folded.go("conv1")
    folded.key(Key.Key_Up, ALT)
    assert document.path == (folded.outer,)
    assert folded.here == "inner1"
    folded.key(Key.Key_Up, ALT)
    assert document.path == ()
    assert folded.here == "outer1"
    assert outline.place.isHidden()


def test_enter_on_a_block_steps_inside_and_the_keyboard_has_a_row_there(folded) -> None:
    folded.go("outer1")
    folded.key(Key.Key_Return)
    assert folded.document.path == (folded.outer,)
    assert folded.list.currentIndex().isValid()
    assert QApplication.focusWidget() is folded.list
    folded.key(Key.Key_Down)
    assert folded.here == "inner1"
    folded.document.undo()
    assert folded.document.path == ()
    assert folded.list.currentIndex().isValid()


def test_a_double_click_and_the_arrow_beside_a_block(folded) -> None:
    view = folded.list
    row = view.visualRect(view.rows.index_of(folded.outer))
    arrow = row.center()
    arrow.setX(row.left() - 6)
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, arrow)
    assert view.isExpanded(view.rows.index_of(folded.outer))
    inner = view.visualRect(view.rows.index_of(folded.inner, (folded.outer,)))
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, inner.center())
    QTest.mouseDClick(view.viewport(), LEFT, PLAIN, inner.center())
    assert folded.document.path == (folded.outer,)
    assert folded.here == "inner1"


def test_its_title_is_edited_in_the_row_as_on_the_canvas(folded) -> None:
    folded.go("outer1")
    folded.key(Key.Key_F2)
    folded.key("a", CONTROL)
    folded.type("Stage")
    folded.key(Key.Key_Return)
    assert folded.document.path == (), "the Enter that ends it does not step inside"
    assert folded.document.graph.nodes[folded.outer].block.title == "Stage"
    assert folded.words().startswith("stage1, Block Stage")


def test_rows_keep_their_places_while_they_are_removed_and_inserted_around_open_blocks(folded, qtmodeltester) -> None:
    folded.go("outer1")
    folded.key("*")
    document = folded.document
    qtmodeltester.check(folded.list.model())
    folded.read_to("relu1")
    linear = document.graph.find("linear1").id
    document.edit("Delete", document.graph.remove([linear]))
    document.edit("Add", document.graph.add("Dropout").add("ReLU"))
    assert folded.words().startswith("relu1")
    assert folded.list.isExpanded(folded.list.rows.index_of(folded.outer))
    qtmodeltester.check(folded.list.model())


# The canvas's commands


def test_blocks_are_made_and_unfolded_from_the_outline(reader) -> None:
    before = reader.document.graph
    reader.go("relu1")
    reader.key(Key.Key_Down, SHIFT)
    reader.key("g", CONTROL)
    reader.type("Stem")
    reader.key(Key.Key_Return)
    assert QApplication.focusWidget() is reader.list
    assert reader.here == "stem1"
    reader.key("g", CONTROL | SHIFT)
    assert {"add1", "relu1"} <= set(reader.rows())
    assert {node.name for node in reader.document.graph.nodes.values()} == {n.name for n in before.nodes.values()}
    assert QApplication.focusWidget() is reader.list


def test_the_keys_of_the_canvas_that_mean_the_same_here(reader) -> None:
    canvas, document = reader.window.canvas, reader.document
    positions = {id: node.position for id, node in document.graph.nodes.items()}
    reader.go("relu1")
    reader.key("h", CONTROL | SHIFT)
    assert canvas.emphasis.flow
    assert canvas.projection.nodes[document.graph.find("linear1").id].opacity() < 1.0
    reader.key("h", CONTROL | SHIFT)
    assert not canvas.emphasis.flow
    canvas.zoom_to(0.2)
    reader.key(".")
    assert canvas.scale_now > 1.0
    reader.key("0", CONTROL)
    assert canvas.sees_all()
    reader.key("x", CONTROL | SHIFT)
    assert ("conv1", "add1") in reader.pairs()
    assert ("conv1", "relu1") not in reader.pairs()
    assert "relu1" in reader.rows()
    document.undo()
    reader.go("relu1")
    reader.key("c", CONTROL)
    reader.key("v", CONTROL | SHIFT)
    assert ("conv1", "relu2") in reader.pairs()
    document.undo()
    reader.go("relu1")
    reader.key("A", SHIFT)
    assert document.undo_label == "Tidy"
    assert {id: node.position for id, node in document.graph.nodes.items()} != positions
    assert QApplication.focusWidget() is reader.list


def test_the_menu_of_a_row_offers_what_can_be_done_with_it(folded) -> None:
    folded.go("linear1")
    words = [action.text() for action in folded.menu().actions() if action.text()]
    assert {"Group into a block", "Rename", "Add a layer after…", "Fit the selection", "Write a note"} < set(words)
    assert "Step inside" not in words
    folded.dismiss()
    folded.go("outer1")
    folded.choose("Show what is inside")
    folded.key(Key.Key_Down)
    assert folded.words().startswith("inner1")
    folded.choose("Step inside to this layer")
    assert folded.document.path == (folded.outer,)
    assert folded.here == "inner1"
    folded.choose("Step out of the block")
    assert folded.here == "outer1"
    folded.choose("Ungroup the block")
    assert "inner1" in folded.rows()
