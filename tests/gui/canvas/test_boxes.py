"""A layer and what follows it as one box with chips: each chip is still a layer that one takes, moves and deletes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from engine.graph.boxes import compact
from engine.graph.graph import Graph, empty, wire
from engine.graph.note_edits import add_note
from engine.graph.snapping import riders, root, snapped_onto
from gui.canvas.hit import hit
from gui.canvas.painting import chip_fill
from gui.canvas.tips import tip
from gui.theme.contrast import ratio
from gui.theme.tokens import THEMES

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key
FREE = QPointF(320, 300)


def boxed_graph() -> Graph:
    """data → conv1 (n3) with norm1 (n4) and relu1 (n5) on it → pool1 (n6) → goal, and linear1 (n7) alone."""
    graph = empty().move({"n1": (0, -20)})
    for kind, x in (("Conv2d", 200.0), ("BatchNorm2d", 400.0), ("ReLU", 600.0), ("MaxPool2d", 480.0)):
        graph = graph.add(kind, position=(x, 0.0))
    for pair in (("n1", "n3"), ("n3", "n4"), ("n4", "n5"), ("n5", "n6"), ("n6", "n2")):
        graph = graph.connect(wire(*pair))
    return compact(graph).move({"n2": (720.0, -16.0)}).add("Linear", position=(80.0, 300.0))


@pytest.fixture
def boxed(make_hand):
    return make_hand(boxed_graph())


def stack_of(hand) -> tuple[str, ...]:
    return ("n3", *riders(hand.graph, "n3"))


def undone(hand, before: Graph) -> None:
    hand.check()
    after = hand.graph
    hand.document.undo()
    assert hand.graph == before
    assert not hand.document.can_undo
    hand.check()
    hand.document.redo()
    assert hand.graph == after
    hand.check()


def test_a_box_shows_its_layers_and_only_the_wires_that_leave_it(boxed) -> None:
    boxed.check()
    nodes = boxed.canvas.projection.nodes
    assert [nodes[id].host is nodes["n3"] for id in ("n3", "n4", "n5", "n6")] == [False, True, True, False]
    assert [nodes[id].face.title for id in ("n3", "n4", "n5")] == ["Conv2d", "BatchNorm", "ReLU"]
    shown = {(w.source, w.target) for w, line in boxed.canvas.projection.wires.items() if line.isVisible()}
    assert shown == {("n1", "n3"), ("n5", "n6"), ("n6", "n2")}
    assert boxed.output("n5") == boxed.output("n3")


@pytest.mark.parametrize("id", ["n3", "n4", "n5"])
def test_each_is_selected_by_a_click_and_says_what_it_is(boxed, id: str) -> None:
    at = boxed.body(id) if id != "n3" else boxed.body("n3") - QPointF(0, 20)
    boxed.click(at)
    assert boxed.document.selection == {id}
    found = hit(boxed.canvas.projection, at, boxed.canvas.scale_now)
    assert (found.what, found.node) == ("node", id)
    assert boxed.graph.nodes[id].name in tip(boxed.document, found)
    boxed.check()


@pytest.mark.parametrize("id", ["n3", "n4", "n5"])
def test_delete_takes_only_what_is_selected_and_keeps_the_chain(boxed, id: str) -> None:
    before = boxed.graph
    boxed.document.select({id})
    boxed.key(Key.Key_Delete)
    left = [one for one in ("n3", "n4", "n5") if one != id]
    assert riders(boxed.graph, left[0]) == (left[1],)
    assert {("n1", left[0]), (left[1], "n6")} <= boxed.pairs()
    undone(boxed, before)


def test_the_box_is_moved_by_its_body_and_takes_a_note_near_it_no_more_than_before(make_hand) -> None:
    hand = make_hand(add_note(boxed_graph(), "frame", position=(180, -40), size=(200, 160)))
    before = hand.graph
    hand.drag(hand.body("n3") - QPointF(0, 20), QPointF(280, 200), ALT)
    assert stack_of(hand) == ("n3", "n4", "n5")
    assert hand.graph.nodes["n5"].position == hand.graph.nodes["n3"].position != before.nodes["n3"].position
    assert hand.graph.nodes["n6"].position == before.nodes["n6"].position
    undone(hand, before)


def test_the_last_chip_is_dragged_out_and_back(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.body("n5"), FREE)
    assert stack_of(boxed) == ("n3", "n4")
    assert boxed.canvas.projection.nodes["n5"].body.contains(FREE)
    assert boxed.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n5"), ("n5", "n6"), ("n6", "n2")}
    apart = boxed.graph
    boxed.check()
    boxed.drag(boxed.body("n5"), boxed.body("n3") - QPointF(0, 20))
    assert boxed.graph == before
    boxed.document.undo()
    assert boxed.graph == apart
    boxed.document.undo()
    assert boxed.graph == before
    assert not boxed.document.can_undo
    boxed.check()


def test_a_chip_in_the_middle_takes_along_what_is_on_it(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.body("n4"), FREE)
    assert stack_of(boxed) == ("n3",)
    assert root(boxed.graph, "n5") == "n4"
    undone(boxed, before)


def test_a_chip_that_is_let_go_over_its_own_box_stays(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.body("n5"), boxed.body("n3") - QPointF(20, 10))
    assert boxed.graph == before
    assert not boxed.document.can_undo
    boxed.hold(boxed.body("n5"), FREE)
    boxed.key(Key.Key_Escape)
    assert boxed.graph == before
    boxed.check()


def test_a_chip_is_taken_out_of_the_chain_with_ctrl(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.body("n4"), FREE, CTRL)
    assert stack_of(boxed) == ("n3", "n5")
    assert not boxed.graph.incoming("n4")
    undone(boxed, before)


def test_a_wire_from_the_box_begins_at_its_last_layer(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.output("n3"), boxed.input("n7"))
    assert ("n5", "n7") in boxed.pairs()
    assert stack_of(boxed) == ("n3", "n4", "n5")
    undone(boxed, before)


def test_a_wire_that_is_dropped_on_a_chip_goes_to_the_box(boxed) -> None:
    before = boxed.graph
    boxed.drag(boxed.output("n7"), boxed.body("n5"))
    assert ("n7", "n3") in boxed.pairs()
    assert stack_of(boxed) == ("n3", "n4", "n5")
    undone(boxed, before)
    boxed.document.undo()
    boxed.drag(boxed.input("n7"), boxed.body("n4"))
    assert ("n5", "n7") in boxed.pairs()


def test_a_second_wire_from_within_sets_apart_what_cannot_stay(boxed) -> None:
    before = boxed.graph
    boxed.document.try_edit("Connect", lambda graph: graph.connect(wire("n3", "n7")))
    assert stack_of(boxed) == ("n3",)
    assert riders(boxed.graph, "n4") == ("n5",)
    bodies = [item.body for item in boxed.canvas.projection.nodes.values() if item.host is None]
    assert not any(a.intersects(b) for k, a in enumerate(bodies) for b in bodies[k + 1 :])
    undone(boxed, before)


@pytest.mark.parametrize("id", ["n3", "n4", "n5"])
def test_a_dropped_dropout_stands_right_behind_what_it_was_dropped_on(boxed, id: str) -> None:
    boxed.drop("Dropout2d", boxed.body(id) if id != "n3" else boxed.body("n3") - QPointF(0, 20))
    new = boxed.graph.last
    expected = {"n3": ("n4", "n5", new), "n4": ("n4", new, "n5"), "n5": ("n4", "n5", new)}
    assert riders(boxed.graph, "n3") == expected[id]
    boxed.check()


def test_any_other_layer_goes_behind_the_box(boxed) -> None:
    for id in ("n3", "n4"):
        before = boxed.graph
        boxed.document.select({id})
        assert boxed.canvas.add("Conv2d")
        assert ("n5", boxed.graph.last) in boxed.pairs()
        assert stack_of(boxed) == ("n3", "n4", "n5")
        undone(boxed, before)
        boxed.document.undo()
        boxed.document.reset(type(boxed.document.sketch)(before, "recipe"))


def test_a_layer_put_on_a_wire_within_the_box(boxed) -> None:
    inner = wire("n3", "n4")
    before = boxed.graph
    assert boxed.canvas.adding.add_on("LeakyReLU", inner)
    assert riders(boxed.graph, "n3") == (boxed.graph.last, "n4", "n5")
    undone(boxed, before)
    boxed.document.undo()
    assert boxed.canvas.adding.add_on("MaxPool2d", inner)
    assert stack_of(boxed) == ("n3",)
    assert riders(boxed.graph, "n4") == ("n5",)
    bodies = [item.body for item in boxed.canvas.projection.nodes.values() if item.host is None]
    assert not any(a.intersects(b) for k, a in enumerate(bodies) for b in bodies[k + 1 :])
    boxed.check()


def test_a_key_stacks_and_unstacks(boxed) -> None:
    before = boxed.graph
    boxed.document.select({"n5"})
    boxed.key(Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert boxed.document.undo_label == "Unstack relu1"
    assert stack_of(boxed) == ("n3", "n4")
    boxed.check()
    boxed.key(Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert boxed.document.undo_label == "Stack relu1"
    assert stack_of(boxed) == ("n3", "n4", "n5")
    boxed.document.undo()
    boxed.document.undo()
    assert boxed.graph == before
    boxed.document.select({"n3"})
    boxed.key(Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert {id: snapped_onto(boxed.graph, id) for id in ("n4", "n5")} == {"n4": None, "n5": None}
    undone(boxed, before)
    boxed.document.select({"n6"})
    boxed.key(Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert "can be stacked" in boxed.said[-1]


def test_arrows_set_a_chip_apart_and_then_move_it(boxed) -> None:
    before = boxed.graph
    boxed.document.select({"n5"})
    boxed.key(Key.Key_Right)
    assert stack_of(boxed) == ("n3", "n4")
    bodies = {id: item.body for id, item in boxed.canvas.projection.nodes.items() if item.host is None}
    assert not any(bodies["n5"].intersects(body) for id, body in bodies.items() if id != "n5")
    at = boxed.graph.nodes["n5"].position
    boxed.key(Key.Key_Right)
    assert boxed.graph.nodes["n5"].position == (at[0] + 8, at[1])
    undone(boxed, before)


def test_arrows_go_through_the_layers_of_a_box_and_select_the_wires_within(boxed) -> None:
    boxed.document.select({"n3"})
    boxed.key(Key.Key_Right, CTRL)
    assert boxed.document.selection == {"n4"}
    boxed.canvas.select_wire(wire("n4", "n5"))
    line = boxed.canvas.projection.wires[wire("n4", "n5")]
    assert line.isVisible()
    boxed.check()
    boxed.key(Key.Key_Delete)
    assert ("n4", "n5") not in boxed.pairs()
    assert root(boxed.graph, "n5") == "n5"
    boxed.check()


def test_states_of_a_chip_are_seen_on_it(boxed) -> None:
    nodes = boxed.canvas.projection.nodes
    width = nodes["n3"].place.chips[0].width()
    boxed.document.try_edit("Freeze", lambda graph: graph.set("n4", frozen=True, bypassed=True))
    assert nodes["n4"].face.frozen
    assert nodes["n4"].face.bypassed
    assert nodes["n3"].place.chips[0].width() > width
    boxed.document.try_edit("Rename", lambda graph: graph.rename("n5", "squash"))
    assert nodes["n5"].face.title == "squash"
    boxed.check()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_name_on_a_chip_stands_out_from_it(theme) -> None:
    for family in theme.families:
        assert ratio(theme.text, chip_fill(theme, family)) >= 4.5, family


def test_a_rubber_band_over_a_part_of_the_box_takes_all_of_it(boxed) -> None:
    body = boxed.canvas.projection.nodes["n3"].body
    boxed.drag(body.topLeft() - QPointF(30, 30), body.topLeft() + QPointF(20, 10))
    assert boxed.document.selection == {"n3", "n4", "n5"}


def test_a_ghost_shows_the_box_as_it_would_be(boxed) -> None:
    before = boxed.graph
    with_more = before.add("Dropout2d", position=before.nodes["n3"].position).between("n8", wire("n5", "n6"))
    boxed.document.preview(with_more)
    ghost = boxed.canvas.ghost
    assert {"n3", "n8"} <= set(ghost.nodes)
    assert ghost.nodes["n3"].place.body.contains(ghost.nodes["n8"].place.body)
    assert wire("n5", "n8") not in ghost.wires
    boxed.canvas.viewport().grab()
    boxed.document.preview(before.replace_input(wire("n3", "n6")))
    assert {"n3", "n4"} <= set(ghost.nodes)
    boxed.canvas.viewport().grab()
    boxed.document.preview(None)
    assert boxed.graph == before
    boxed.check()


@pytest.mark.usefixtures("letters")
def test_no_label_is_written_over_another(make_hand) -> None:
    graph = boxed_graph().add("Flatten", position=(480.0, 4.0)).connect(wire("n5", "n8"))
    hand = make_hand(graph)
    one, other = (hand.canvas.projection.wires[wire("n5", id)] for id in ("n6", "n8"))
    assert one.label_box.intersects(other.label_box)
    assert hand.canvas.projection.router.labels.hides(one) != hand.canvas.projection.router.labels.hides(other)
    hand.document.edit("Away", hand.graph.move({"n8": (480.0, 300.0)}))
    assert not hand.canvas.projection.router.labels.hides(one)
    hand.check()
