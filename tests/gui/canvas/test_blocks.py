"""Blocks on the canvas, through real events: folding, unfolding, stepping in and out, titles, copies, undo across."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.graph.block import Block
from engine.graph.blocks import ready
from engine.graph.graph import Graph, empty, wire
from engine.graph.grouping import flat
from engine.graph.nesting import blocks
from engine.graph.note_edits import add_note
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.graph.templates import build as template
from gui.canvas.navigation import READABLE
from gui.document import Document, DocumentState
from tests.engine.graph.blocks import folded
from tests.gui.canvas.conftest import Hand

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def the_block(graph: Graph) -> str:
    (node,) = graph.of_kind("Block")
    return node.id


def group(hand: Hand, ids: set[str], title: str = "") -> str:
    """Select layers, press Ctrl+G, type a title; returns the block's id."""
    hand.document.select(ids)
    hand.key(Qt.Key.Key_G, CONTROL)
    if title:
        hand.type(title)
        hand.key(Qt.Key.Key_Return)
    else:
        hand.key(Qt.Key.Key_Escape)
    return the_block(hand.graph)


def test_a_selected_note_goes_into_the_block_and_back(hand) -> None:
    hand.document.edit("x", add_note(hand.graph, text="why", position=(300, 90), size=(120, 60)))
    before = hand.graph
    hand.drag(QPointF(170, -60), QPointF(570, 170))
    assert hand.document.selection == {"n3", "n4"}
    assert len(hand.canvas.notes.selection) == 1
    hand.key(Qt.Key.Key_G, CONTROL)
    hand.key(Qt.Key.Key_Escape)
    assert not hand.graph.notes
    hand.check()
    hand.key(Qt.Key.Key_Return)
    assert hand.document.path
    assert [note.text for note in hand.graph.notes.values()] == ["why"]
    hand.check()
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert hand.graph == before
    hand.check()


def test_grouping_by_keyboard_with_its_title_is_one_step(hand) -> None:
    before = hand.graph
    id = group(hand, {"n3", "n4"}, "Conv part")
    node = hand.graph.nodes[id]
    assert (node.block.title, node.name) == ("Conv part", "conv_part1")
    assert hand.document.selection == {id}
    assert hand.document.path == ()  # the Enter that ends the title does not step inside
    assert hand.pairs() == {("n1", id), (id, "n2")}
    assert hand.canvas.projection.nodes[id].face.stacked
    assert hand.canvas.projection.nodes[id].face.title == "Conv part"
    hand.check()
    hand.document.undo()
    assert hand.graph == before
    assert not hand.document.can_undo
    hand.document.redo()
    assert hand.graph.nodes[id].block.title == "Conv part"
    hand.check()


def test_esc_keeps_the_block_with_the_usual_title(hand) -> None:
    id = group(hand, {"n3", "n4"})
    assert hand.graph.nodes[id].block.title == "Block"
    assert hand.canvas.hasFocus()
    hand.check()


def test_what_cannot_be_grouped_is_told(hand) -> None:
    before = hand.graph
    hand.document.select({"n3", "n4", "n5"})
    hand.key(Qt.Key.Key_G, CONTROL)
    assert hand.graph == before
    assert "one output" in hand.said[-1]
    hand.document.select({"n1", "n3"})
    hand.key(Qt.Key.Key_G, CONTROL)
    assert hand.graph == before
    assert "come in" in hand.said[-1]
    hand.check()


def test_unfolding_by_keyboard_undoes_grouping(hand) -> None:
    before = hand.graph
    group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert hand.graph == before
    assert hand.document.selection == {"n3", "n4"}
    hand.check()


def test_double_click_steps_inside_and_esc_out(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.double_click(hand.body(id))
    assert hand.document.path == (id,)
    assert {node.kind for node in hand.graph.nodes.values()} == {"Input", "Output", "Conv2d", "ReLU"}
    crumbs = hand.canvas.breadcrumbs
    assert crumbs.isVisible()
    assert crumbs.titles == ["Network", "Part"]
    hand.check()
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_Escape)
    assert hand.document.path == (id,)  # the first Esc gives the selection up
    hand.key(Qt.Key.Key_Escape)
    assert hand.document.path == ()
    assert hand.document.selection == {id}
    assert not crumbs.isVisible()
    hand.check()


@pytest.mark.parametrize("way", ["backspace", "alt+up", "crumb"])
def test_enter_steps_inside_and_there_are_several_ways_out(hand, way: str) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_Return)
    assert hand.document.path == (id,)
    if way == "backspace":
        hand.key(Qt.Key.Key_Backspace)
    elif way == "alt+up":
        hand.key(Qt.Key.Key_Up, ALT)
    else:
        QTest.mouseClick(hand.canvas.breadcrumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert hand.document.path == ()
    assert hand.document.selection == {id}
    assert hand.canvas.hasFocus()
    hand.check()


def test_backspace_inside_deletes_what_is_selected(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_Return)
    hand.click(hand.body("n4"))
    hand.key(Qt.Key.Key_Backspace)
    assert hand.document.path == (id,)
    assert "n4" not in hand.graph.nodes
    assert [n.kind for n in hand.document.whole.nodes[id].block.contents] == ["Conv2d"]
    hand.check()


def test_gestures_inside_change_the_one_value_and_undo_goes_across(hand) -> None:
    flat_graph = hand.graph
    id = group(hand, {"n3", "n4"}, "Part")
    grouped = hand.document.whole
    hand.key(Qt.Key.Key_Return)
    x, y = hand.graph.nodes["n4"].position
    hand.drag(hand.body("n4"), hand.body("n4") + QPointF(0, 80))
    assert hand.graph.nodes["n4"].position == (x, y + 80)
    hand.check()
    hand.canvas.setFocus()
    hand.drop("Dropout2d", hand.middle("n3", "n4"))
    assert [n.kind for n in hand.document.whole.nodes[id].block.contents] == ["Conv2d", "Dropout2d", "ReLU"]
    hand.check()
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    assert hand.document.path == ()
    hand.document.undo()  # of what was done inside: one is there to see it
    assert hand.document.path == (id,)
    hand.check()
    hand.document.undo()
    assert hand.document.whole == grouped
    hand.document.undo()
    assert hand.document.path == ()
    assert hand.graph == flat_graph
    hand.check()
    for _step in range(3):
        hand.document.redo()
        hand.check()
    assert len(hand.document.whole.nodes[id].block.contents) == 3


def test_shapes_and_problems_inside(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_Return)
    entry = hand.graph.of_kind("Input")[0].id
    assert hand.document.analysis.shapes[entry] == Shape.picture(1, 28, 28)
    hand.document.edit("x", hand.graph.set_params("n3", kernel_size=40, padding=0))
    assert hand.canvas.projection.nodes["n3"].look.problem == "error"
    hand.check()
    hand.document.leave()
    assert hand.canvas.projection.nodes[id].look.problem == "error"
    assert not hand.document.whole_analysis.ready
    hand.check()


def test_copies_change_together_until_one_says_otherwise(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_D, CONTROL)
    (copy,) = hand.document.selection
    hand.document.select({id})
    hand.key(Qt.Key.Key_Return)
    crumbs = hand.canvas.breadcrumbs
    assert crumbs.copies.isVisible()
    assert "2 copies" in crumbs.copies.text()
    hand.document.edit("x", hand.graph.set_params("n3", out_channels=7))
    whole = hand.document.whole
    assert whole.nodes[id].block == whole.nodes[copy].block
    QTest.mouseClick(
        crumbs.copies,
        Qt.MouseButton.LeftButton,
        pos=crumbs.copies.rect().center() - QPointF(crumbs.copies.width() / 2 - 10, 0).toPoint(),
    )
    assert not hand.document.change_copies
    hand.document.edit("x", hand.graph.set_params("n3", out_channels=9))
    whole = hand.document.whole
    assert whole.nodes[id].block.graph.nodes["n3"].params.out_channels == 9
    assert whole.nodes[copy].block.graph.nodes["n3"].params.out_channels == 7
    assert not crumbs.copies.isVisible()
    hand.check()


def test_make_own(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_D, CONTROL)
    hand.canvas.folding.make_own(id)
    assert {block.title for block in blocks(hand.document.whole)} == {"Part", "Part 2"}


def test_f2_gives_a_block_another_title(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_F2)
    hand.type("Stage")
    hand.key(Qt.Key.Key_Return)
    assert hand.graph.nodes[id].block.title == "Stage"
    assert hand.graph.nodes[id].name == "stage1"
    hand.check()


def test_blocks_in_blocks(hand) -> None:
    inner = group(hand, {"n4"}, "Inner")
    hand.document.select({"n3", inner})
    hand.key(Qt.Key.Key_G, CONTROL)
    hand.type("Outer")
    hand.key(Qt.Key.Key_Return)
    outer = the_block(hand.graph)
    hand.key(Qt.Key.Key_Return)
    hand.double_click(hand.body(inner))
    assert hand.document.path == (outer, inner)
    assert hand.canvas.breadcrumbs.titles == ["Network", "Outer", "Inner"]
    hand.check()
    QTest.mouseClick(hand.canvas.breadcrumbs.buttons[0], Qt.MouseButton.LeftButton)
    assert hand.document.path == ()
    assert hand.document.selection == {outer}
    hand.check()


def test_a_ready_block_is_dropped_on_a_wire_and_fits_what_arrives(hand) -> None:
    hand.drop("Squeeze-excite", hand.middle("n3", "n4"))
    id = the_block(hand.graph)
    assert hand.graph.nodes[id].block.made.params.channels == hand.graph.nodes["n3"].params.out_channels
    assert not hand.document.analysis.of(id)
    assert {("n3", id), (id, "n4")} <= hand.pairs()
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    wide = hand.graph.set_params("n3", out_channels=12)
    hand.document.edit("x", wide)
    hand.drop("Squeeze-excite", hand.middle("n3", "n4"))
    assert hand.graph.nodes[the_block(hand.graph)].block.made.params.channels == 12


def test_a_ready_block_by_quick_add(hand) -> None:
    hand.document.select({"n3"})
    hand.type("i")
    hand.type("nverted res")
    hand.key(Qt.Key.Key_Return)
    assert hand.graph.nodes[the_block(hand.graph)].block.title == "Inverted residual"
    hand.check()


def test_settings_of_a_ready_block(hand) -> None:
    hand.document.edit("x", hand.graph.add_block(ready()["Residual"].make(), position=(300, 400)))
    id = the_block(hand.graph)
    hand.canvas.folding.set_made(id, "out_channels", 8)
    assert hand.graph.nodes[id].block.graph.find("conv1").params.out_channels == 8
    hand.canvas.folding.set_made(id, "out_channels", -1)
    assert "Filters" in hand.said[-1]
    hand.document.undo()
    assert hand.graph.nodes[id].block.made.params.out_channels == 32


def test_the_menu_of_a_block(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    kept: list[Block] = []
    hand.canvas.folding.kept.connect(kept.append)
    menu, _where = hand.canvas.menus.menu_for(hand.body(id))
    words = {action.text(): action for action in menu.actions()}
    words["Add to My blocks"].trigger()
    assert kept == [hand.graph.nodes[id].block]
    words["Step inside"].trigger()
    assert hand.document.path == (id,)


def test_a_block_that_goes_while_one_is_inside(hand) -> None:
    before = hand.document.sketch
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_Return)
    hand.document.reset(DocumentState(before.graph, before.recipe))
    assert hand.document.path == ()
    assert id not in hand.graph.nodes
    hand.check()


def test_removing_the_last_input_inside_is_refused(hand) -> None:
    id = group(hand, {"n3", "n4"}, "Part")
    hand.key(Qt.Key.Key_Return)
    before = hand.document.whole
    (entry,) = hand.graph.of_kind("Input")
    assert not hand.document.edit("x", hand.graph.remove([entry.id]))
    assert "at least one input" in hand.said[-1]
    assert hand.document.whole == before
    assert hand.document.path == (id,)
    hand.check()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_random_folding_and_editing_is_undone_and_redone(data: st.DataObject) -> None:
    digits = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))
    start = template("digit-cnn")
    document = Document(DocumentState(start, "recipe"), lambda _recipe: digits)
    values = [document.whole]
    for _step in range(data.draw(st.integers(1, 8))):
        choice = data.draw(st.sampled_from(["fold", "enter", "leave", "move", "param", "copy"]))
        held = [id for id, node in document.graph.nodes.items() if node.block is not None]
        if choice == "fold":
            document.edit("fold", data.draw(folded(document.graph, steps=1, repeats=2)))
        elif choice == "enter" and held:
            document.enter(data.draw(st.sampled_from(held)))
        elif choice == "leave":
            document.leave()
        elif choice == "copy" and held:
            document.edit("copy", document.graph.paste(document.graph.subgraph([held[0]]))[0])
        else:
            id = data.draw(st.sampled_from(list(document.graph.nodes)))
            document.edit("move", document.graph.move({id: (data.draw(st.integers(0, 9)) * 8.0, 0.0)}))
        if document.whole != values[-1]:
            values.append(document.whole)
        assert document.graph is document.analysis.graph
    if not any(node.params.repeat > 1 for node in document.whole.of_kind("Block")):
        assert document.whole_analysis.total_parameters >= 0
        flat(document.whole)
    for value in reversed(values[:-1]):
        document.undo()
        assert document.whole == value
    assert not document.can_undo
    for value in values[1:]:
        document.redo()
        assert document.whole == value
    assert not document.can_redo


def test_a_layer_is_replaced_by_a_ready_block_and_back(hand) -> None:
    assert hand.canvas.adding.replace_by("Squeeze-excite", "n4")
    node = hand.graph.nodes["n4"]
    assert node.block.made.params.channels == hand.graph.nodes["n3"].params.out_channels
    assert node.name == "squeeze_excite1"
    assert hand.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n2")}
    hand.check()
    assert hand.canvas.adding.replace_by("ReLU", "n4")
    assert hand.graph.nodes["n4"].block is None
    assert hand.graph.nodes["n4"].name == "relu1"
    hand.check()


def test_the_way_back_is_on_show_at_every_level(hand) -> None:
    crumbs = hand.canvas.breadcrumbs
    group(hand, {"n3", "n4"}, "Outer")
    hand.key(Qt.Key.Key_Return)
    layers = {id for id, node in hand.graph.nodes.items() if node.kind in ("Conv2d", "ReLU")}
    group(hand, layers, "Inner")
    hand.key(Qt.Key.Key_Return)
    for titles in (["Network", "Outer", "Inner"], ["Network", "Outer"]):
        assert crumbs.titles == titles
        assert crumbs.isVisible()
        names = [crumbs.fontMetrics().horizontalAdvance(title) for title in titles]
        assert crumbs.width() >= sum(names)
        for button in crumbs.buttons:
            assert button.isVisible()
            assert crumbs.rect().contains(button.geometry())
        hand.key(Qt.Key.Key_Up, ALT)
    assert crumbs.titles == []
    assert not crumbs.isVisible()


def test_a_long_block_is_read_from_its_beginning(make_hand) -> None:
    graph = empty()
    before = "n1"
    for number in range(9):
        graph = graph.add("ReLU", position=(200.0 * number, 0.0))
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    hand = make_hand(graph.connect(wire(before, "n2")))
    id = group(hand, {node.id for node in graph.of_kind("ReLU")}, "Long")
    hand.key(Qt.Key.Key_Return)
    assert hand.document.path == (id,)
    (start,), (end,) = hand.graph.of_kind("Input"), hand.graph.of_kind("Output")
    assert hand.canvas.scale_now == READABLE
    assert hand.canvas.sees([start.id])
    assert not hand.canvas.sees([end.id])
    assert hand.canvas.minimap.isVisible()
    hand.key(Qt.Key.Key_0, CONTROL)
    assert hand.canvas.sees_all()
