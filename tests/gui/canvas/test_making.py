"""Chains, layers that snap onto others, cutting wires, taking layers out: each one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from engine.graph.graph import empty, wire
from engine.graph.note_edits import add_note
from tests.gui.canvas.conftest import small_graph

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
EMPTY = QPointF(560, 240)


def test_a_chain_is_dropped_click_by_click(make_hand) -> None:
    hand = make_hand(empty().move({"n2": (900, 0)}))
    hand.canvas.pick_up("Conv2d")
    for k in range(3):
        hand.move(QPointF(260 + 200 * k, 32))
        hand.click(QPointF(260 + 200 * k, 32), SHIFT)
    assert hand.canvas.gesture.kind == "Conv2d"
    hand.key(Qt.Key.Key_Escape)
    assert hand.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n5")}
    hand.check()
    for _ in range(3):
        hand.document.undo()
    assert not hand.document.can_undo
    assert hand.graph == empty().move({"n2": (900, 0)})
    hand.check()


def test_a_chain_starts_at_the_nearest_fitting_free_output_to_the_left(hand) -> None:
    # linear1 has the only free output; what stands to its left cannot be fed by it.
    hand.canvas.pick_up("Dropout")
    hand.click(EMPTY + QPointF(0, 60), SHIFT)
    first = hand.graph.last
    assert ("n5", first) in hand.pairs()
    hand.click(QPointF(100, 320), SHIFT)
    second = hand.graph.last
    assert (first, second) in hand.pairs()  # the layer dropped last feeds the next one, wherever that stands
    hand.key(Qt.Key.Key_Escape)
    hand.canvas.pick_up("Dropout")
    hand.click(QPointF(0, 420), SHIFT)
    assert not hand.graph.incoming(hand.graph.last)  # nothing free stands to its left
    hand.key(Qt.Key.Key_Escape)
    hand.check()


def test_without_shift_nothing_is_connected(hand) -> None:
    hand.canvas.pick_up("Dropout")
    hand.move(EMPTY)
    hand.click(EMPTY)
    assert not hand.graph.incoming(hand.graph.last)
    hand.check()


def test_shift_enter_builds_a_chain_without_a_mouse(make_hand) -> None:
    hand = make_hand(empty().move({"n2": (900, 0)}))
    hand.document.select({"n1"})
    hand.canvas.pick_up("ReLU")
    hand.key(Qt.Key.Key_Return, SHIFT)
    hand.key(Qt.Key.Key_Return, SHIFT)
    hand.key(Qt.Key.Key_Return)
    assert hand.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n5")}
    hand.check()


def test_a_normalisation_snaps_behind_the_layer_it_is_dropped_on(hand) -> None:
    hand.drop("BatchNorm2d", hand.body("n3"))
    new = hand.graph.last
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    assert ("n3", "n4") not in hand.pairs()
    bodies = [hand.canvas.projection.nodes[id].body for id in ("n3", new, "n4")]
    assert bodies[0].contains(bodies[1])
    assert bodies[0].right() < bodies[2].left()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_it_takes_over_every_wire_of_a_layer_that_branches(make_hand) -> None:
    graph = empty().add("Conv2d", position=(200, 0)).add("Flatten", position=(400, 0)).add("ReLU", position=(400, 120))
    for pair in (("n1", "n3"), ("n3", "n4"), ("n3", "n5")):
        graph = graph.connect(wire(*pair))
    hand = make_hand(graph)
    hand.drop("BatchNorm2d", hand.body("n3"))
    assert hand.pairs() == {("n1", "n3"), ("n3", "n6"), ("n6", "n4"), ("n6", "n5")}
    hand.check()


def test_what_does_not_fit_does_not_snap(hand) -> None:
    hand.drop("BatchNorm2d", hand.body("n2"))
    assert not hand.graph.incoming(hand.graph.last)
    hand.document.undo()
    hand.drop("Conv2d", hand.body("n3"))  # a convolution belongs to nobody
    assert hand.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n2")}
    hand.check()


def test_a_lone_activation_moved_onto_a_layer_snaps_too(make_hand) -> None:
    graph = empty().add("Conv2d", position=(240, 0)).add("ReLU", position=(240, 240)).connect(wire("n1", "n3"))
    hand = make_hand(graph.connect(wire("n3", "n2")))
    hand.hold(hand.body("n4"), hand.body("n3"))
    assert hand.canvas.projection.nodes["n3"].look.marked
    hand.release(hand.body("n3"))
    assert hand.pairs() == {("n1", "n3"), ("n3", "n4"), ("n4", "n2")}
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_alt_drag_cuts_every_wire_crossed(hand) -> None:
    wired = hand.graph.connect(wire("n1", "n5"))
    hand.document.reset(type(hand.document.sketch)(wired, "recipe"))
    hand.drag(QPointF(160, -80), QPointF(160, 280), ALT)
    assert hand.document.undo_label == "Cut 2 wires"
    assert hand.pairs() == {("n3", "n4"), ("n4", "n2")}
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_a_cut_through_nothing_is_no_step(hand) -> None:
    hand.drag(QPointF(400, 160), QPointF(600, 300), ALT)
    hand.click(EMPTY, ALT)
    assert not hand.document.can_undo
    hand.check()


def test_ctrl_drag_takes_a_layer_out_of_its_chain(hand) -> None:
    hand.drag(hand.body("n3"), EMPTY, CTRL)
    assert hand.pairs() == {("n1", "n4"), ("n4", "n2")}
    assert hand.graph.nodes["n3"].position != (200, 0)
    assert hand.document.undo_label == "Detach conv1"
    assert hand.document.selection == {"n3"}
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_ctrl_drag_onto_a_wire_changes_the_order(hand) -> None:
    hand.drag(hand.body("n3"), hand.middle("n4", "n2"), CTRL)
    assert hand.pairs() == {("n1", "n4"), ("n4", "n3"), ("n3", "n2")}
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo


def test_ctrl_drag_of_a_block_moves_it_with_its_wires(hand) -> None:
    before = hand.pairs()
    hand.drag(hand.body("n2"), EMPTY, CTRL)
    assert hand.pairs() == before
    assert hand.document.undo_label == "Move goal"
    hand.check()


def test_what_is_faded_for_another_reason_stays_so_when_a_gesture_is_broken_off(hand) -> None:
    hand.document.select({"n5"})
    hand.canvas.emphasis.show_flow(True)
    wires = hand.canvas.projection.wires
    assert wires[wire("n3", "n4")].look.faded
    hand.hold(QPointF(400, -60), QPointF(400, 120), ALT)
    assert wires[wire("n3", "n4")].look.leaving
    hand.key(Qt.Key.Key_Escape)
    assert not wires[wire("n3", "n4")].look.leaving
    assert wires[wire("n3", "n4")].look.faded


def test_alt_drag_that_begins_on_a_wire_cuts_too_and_a_click_selects_it(hand) -> None:
    hand.document.select({"n5"})
    start = hand.middle("n3", "n4")
    hand.click(start, ALT)
    assert hand.canvas.selected_wire == wire("n3", "n4")
    assert not hand.document.selection
    hand.check()
    hand.drag(start - QPointF(0, 4), start + QPointF(0, 90), ALT)
    assert hand.document.undo_label == "Cut a wire"
    assert hand.pairs() == {("n1", "n3"), ("n4", "n2")}
    hand.check()


def test_ctrl_takes_a_layer_out_when_a_note_is_selected_too(make_hand) -> None:
    hand = make_hand(add_note(small_graph(), text="words", position=(440, 200)))
    hand.document.select({"n3", "n4"})
    hand.canvas.notes.select({"t6"})
    hand.hold(hand.body("n3"), EMPTY, CTRL)
    hand.key(Qt.Key.Key_Escape)
    assert (hand.document.selection, hand.canvas.notes.selection) == ({"n3", "n4"}, {"t6"})
    hand.release(EMPTY)
    hand.click(hand.body("n4"), CTRL)  # a click turns over whether it is selected, and leaves the note alone
    assert (hand.document.selection, hand.canvas.notes.selection) == ({"n3"}, {"t6"})
    hand.click(hand.body("n4"), CTRL)
    assert (hand.document.selection, hand.canvas.notes.selection) == ({"n3", "n4"}, {"t6"})
    hand.drag(hand.body("n3"), EMPTY, CTRL)
    assert hand.document.undo_label == "Detach conv1"
    assert hand.pairs() == {("n1", "n4"), ("n4", "n2")}
    assert hand.graph.notes["t6"].position == (440, 200)
    hand.check()


def test_a_layer_is_taken_out_by_key_too(hand) -> None:
    hand.document.select({"n3"})
    hand.key(Qt.Key.Key_X, CTRL | SHIFT)
    assert hand.pairs() == {("n1", "n4"), ("n4", "n2")}
    bodies = {id: item.body for id, item in hand.canvas.projection.nodes.items()}
    assert not any(bodies["n3"].intersects(body) for id, body in bodies.items() if id != "n3")
    assert not hand.canvas.actions_.take_out.isEnabled()
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.document.select({"n3", "n4"})
    hand.key(Qt.Key.Key_X, CTRL | SHIFT)
    assert not hand.document.can_undo
    hand.check()
