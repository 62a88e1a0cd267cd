"""What a hand does with the mouse becomes one edit, or nothing."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtTest import QTest

from engine.graph.graph import wire
from gui.canvas import guides

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
EMPTY = QPointF(560, 240)


def test_moving_a_node_is_one_step_on_the_grid(hand, monkeypatch) -> None:
    monkeypatch.setattr(guides, "REACH", 0.0)  # where the other layers end depends on the width of letters
    start = hand.body("n5")
    hand.drag(start, start + QPointF(83, 45))
    assert hand.graph.nodes["n5"].position == (320, 248)
    hand.check()
    hand.document.undo()
    assert hand.graph.nodes["n5"].position == (240, 200)
    assert not hand.document.can_undo
    hand.check()


def test_a_press_without_a_drag_selects_and_edits_nothing(hand) -> None:
    hand.click(hand.body("n3"))
    assert hand.document.selection == {"n3"}
    assert not hand.document.can_undo
    hand.click(hand.body("n4"), CTRL)
    assert hand.document.selection == {"n3", "n4"}
    hand.click(hand.body("n3"), CTRL)
    assert hand.document.selection == {"n4"}
    hand.click(EMPTY)
    assert hand.document.selection == frozenset()
    hand.check()


def test_selected_nodes_move_together(hand) -> None:
    hand.document.select({"n3", "n5"})
    start = hand.body("n3")
    hand.drag(start, start + QPointF(0, 80))
    assert hand.graph.nodes["n3"].position == (200, 80)
    assert hand.graph.nodes["n5"].position == (240, 280)
    assert hand.graph.nodes["n4"].position == (440, 0)
    hand.check()


def test_marquee_selects_what_it_touches(hand) -> None:
    hand.drag(QPointF(180, -40), QPointF(460, 70))
    assert hand.document.selection == {"n3", "n4"}
    hand.drag(QPointF(200, 300), QPointF(260, 220), SHIFT)
    assert hand.document.selection == {"n3", "n4", "n5"}
    hand.drag(QPointF(180, -40), QPointF(220, 70), CTRL)
    assert hand.document.selection == {"n4", "n5"}
    assert not hand.document.can_undo
    hand.check()


def test_wire_from_output_to_input(hand) -> None:
    hand.drag(hand.output("n4"), hand.input("n5"))
    assert wire("n4", "n5") in hand.graph.wires
    assert hand.document.undo_label == "Connect"
    hand.check()


def test_wire_from_input_to_output(hand) -> None:
    hand.drag(hand.input("n5"), hand.output("n4"))
    assert wire("n4", "n5") in hand.graph.wires
    hand.check()


def test_dropping_on_a_node_takes_its_free_input(hand) -> None:
    hand.drag(hand.output("n1"), hand.body("n5"))
    assert wire("n1", "n5") in hand.graph.wires


def test_dropping_on_a_taken_input_replaces_its_wire(hand) -> None:
    hand.drag(hand.output("n5"), hand.input("n2"))
    assert wire("n5", "n2") in hand.graph.wires
    assert wire("n4", "n2") not in hand.graph.wires
    hand.document.undo()
    assert wire("n4", "n2") in hand.graph.wires
    hand.check()


def test_a_circle_is_refused_with_a_word(hand) -> None:
    hand.drag(hand.output("n4"), hand.input("n3"))
    assert not hand.document.can_undo
    assert "cycle" in hand.said[-1]
    hand.check()


def test_while_dragging_a_wire_ports_that_fit_are_known_and_refusals_say_why(hand) -> None:
    hand.hold(hand.output("n3"), hand.input("n5"))
    gesture = hand.canvas.gesture
    assert gesture.over == ("n5", "in")
    assert gesture.fit.possible
    assert not gesture.fit.good
    assert "Linear" in gesture.fit.reason
    assert gesture.fits[("n4", "in")].good
    assert ("n3", "in") not in gesture.fits
    assert ("n1", "in") not in gesture.fits
    hand.move(EMPTY)
    assert gesture.over is None
    hand.key(Qt.Key.Key_Escape)
    hand.check()


def test_the_end_of_a_wire_can_be_taken_elsewhere(hand) -> None:
    hand.drag(hand.input("n4"), hand.input("n5"))
    assert wire("n3", "n5") in hand.graph.wires
    assert wire("n3", "n4") not in hand.graph.wires
    hand.check()
    hand.document.undo()
    assert wire("n3", "n4") in hand.graph.wires
    assert not hand.document.can_undo


def test_the_start_of_a_wire_can_be_taken_elsewhere(hand) -> None:
    start = hand.output("n4") + QPointF(20, 0)
    curve = hand.canvas.projection.wires[wire("n4", "n2")].curve
    start = curve.point(0.08)
    hand.drag(start, hand.output("n3"))
    assert wire("n3", "n2") in hand.graph.wires
    assert wire("n4", "n2") not in hand.graph.wires
    hand.check()


def test_a_wire_dropped_on_nothing_is_taken_away(hand) -> None:
    hand.drag(hand.input("n4"), EMPTY)
    assert wire("n3", "n4") not in hand.graph.wires
    hand.check()


def test_a_new_wire_dropped_on_nothing_asks_for_a_layer_that_fits(hand) -> None:
    hand.drag(hand.output("n4"), EMPTY)
    popup = hand.canvas.quick_add
    assert popup.isVisible()
    assert popup.list.item(0).text() == "Conv2d"
    assert not hand.document.can_undo
    hand.type("flat")
    hand.key(Qt.Key.Key_Return)
    new = hand.graph.nodes[hand.graph.last]
    assert new.kind == "Flatten"
    assert wire("n4", new.id) in hand.graph.wires
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_clicking_a_wire_selects_it_and_delete_removes_it(hand) -> None:
    hand.click(hand.middle("n3", "n4"))
    assert hand.canvas.selected_wire == wire("n3", "n4")
    hand.key(Qt.Key.Key_Delete)
    assert wire("n3", "n4") not in hand.graph.wires
    hand.check()


def test_dropping_a_layer_from_the_palette(hand) -> None:
    hand.drop("Dropout", EMPTY)
    new = hand.graph.nodes[hand.graph.last]
    assert new.kind == "Dropout"
    assert hand.canvas.projection.nodes[new.id].body.contains(EMPTY)
    assert new.position[0] % 8 == 0
    assert new.position[1] % 8 == 0
    assert hand.document.selection == {new.id}
    hand.check()


def test_dropping_a_layer_on_a_wire_inserts_it_and_makes_room(hand) -> None:
    hand.drop("BatchNorm2d", hand.middle("n3", "n4"))
    new = hand.graph.last
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    assert ("n3", "n4") not in hand.pairs()
    boxes = [hand.canvas.projection.nodes[id].body for id in ("n3", new, "n4", "n2")]
    assert all(a.right() < b.left() for a, b in itertools.pairwise(boxes))
    hand.check()
    hand.document.undo()
    assert not hand.document.can_undo
    hand.check()


def test_on_a_wire_that_turns_back_a_layer_stands_at_the_end_of_the_row_or_before_the_next(hand) -> None:
    """Where the wire runs between the rows it would be led through the layers in loops."""
    hand.document.edit("x", hand.graph.move({"n1": (0, 0), "n4": (200, 320), "n2": (520, 290), "n5": (900, 700)}))
    hand.canvas.fit_all()
    rows = hand.graph
    curve = next(i.curve for w, i in hand.canvas.projection.wires.items() if (w.source, w.target) == ("n3", "n4"))
    assert curve.turns
    right, left = QPointF(curve.start.x() + 10, curve.run), QPointF(curve.end.x() - 10, curve.run)
    for drop, level in ((right + QPointF(-60, -32), 0.0), (left + QPointF(-50, -32), 320.0)):
        hand.drop("Dropout", drop + QPointF(52, 32))
        new = hand.graph.last
        assert {("n3", new), (new, "n4")} <= hand.pairs()
        assert hand.graph.nodes[new].position[1] == level
        assert sum(line.curve.turns for line in hand.canvas.projection.wires.values()) == 1
        hand.check()
        hand.document.undo()
        assert hand.graph == rows
    hand.drag(hand.body("n5"), right)
    assert {("n3", "n5"), ("n5", "n4")} <= hand.pairs()
    assert hand.graph.nodes["n5"].position[1] == 0.0


def test_on_a_wire_that_turns_back_the_ghost_stands_where_the_layer_will_and_it_is_seen(hand) -> None:
    hand.document.edit("x", hand.graph.move({"n1": (0, 0), "n4": (200, 320), "n2": (520, 290), "n5": (900, 700)}))
    hand.canvas.zoom_to(1.0)
    curve = next(i.curve for w, i in hand.canvas.projection.wires.items() if (w.source, w.target) == ("n3", "n4"))
    hand.canvas.centerOn(curve.end.x() + 460.0, curve.run)
    at = QPointF(curve.end.x() + 20, curve.run)
    hand.canvas.pick_up("Dropout")
    hand.move(at + QPointF(30, 60))
    assert hand.canvas.gesture.landing is None
    hand.move(at)
    landing = hand.canvas.gesture.landing
    hand.click(at)
    new = hand.graph.last
    assert {("n3", new), (new, "n4")} <= hand.pairs()
    assert hand.graph.nodes[new].position == landing
    assert hand.canvas.sees([new])
    hand.check()


def test_a_lone_node_moved_onto_a_wire_is_inserted(hand) -> None:
    hand.drag(hand.body("n5"), hand.middle("n3", "n4"))
    assert {("n3", "n5"), ("n5", "n4")} <= hand.pairs()
    hand.document.undo()
    assert hand.graph.nodes["n5"].position == (240, 200)
    hand.check()


def test_foreign_drops_are_refused(hand) -> None:
    words = QMimeData()
    words.setText("Conv2d")
    assert not hand.enter(words, EMPTY)
    unknown = hand.mime("NoSuchLayer")
    assert not hand.enter(unknown, EMPTY)
    broken = hand.mime("Conv2d")
    broken.setData("application/x-sketchnet-layer", b"\xff\xfe")
    assert not hand.enter(broken, EMPTY)
    assert not hand.document.can_undo
    hand.check()


def test_a_drag_that_leaves_again_leaves_no_trace(hand) -> None:
    data = hand.mime("Conv2d")
    hand.enter(data, EMPTY)
    hand.carry(data, hand.middle("n3", "n4"))
    assert hand.canvas.projection.wires[wire("n3", "n4")].look.hovered
    hand.take_away()
    assert not hand.canvas.projection.wires[wire("n3", "n4")].look.hovered
    assert not hand.document.can_undo
    hand.check()


def test_a_layer_picked_up_is_put_down_by_a_click(hand, qtbot) -> None:
    with qtbot.waitSignal(hand.canvas.hand_changed) as told:
        hand.canvas.pick_up("Dropout")
    assert told.args == ["Dropout"]
    hand.move(EMPTY)
    hand.click(EMPTY)
    assert hand.graph.nodes[hand.graph.last].kind == "Dropout"
    hand.click(EMPTY + QPointF(0, 90))
    assert len(hand.graph.nodes) == 6
    hand.check()


def test_shift_keeps_the_layer_in_hand_and_escape_puts_it_away(hand) -> None:
    hand.canvas.pick_up("ReLU")
    hand.click(EMPTY, SHIFT)
    hand.click(EMPTY + QPointF(0, 90), SHIFT)
    assert len(hand.graph.of_kind("ReLU")) == 3
    assert hand.canvas.gesture is not None
    hand.key(Qt.Key.Key_Escape)
    hand.click(EMPTY + QPointF(0, 180))
    assert len(hand.graph.of_kind("ReLU")) == 3
    hand.check()


def test_middle_button_pans(hand) -> None:
    middle = Qt.MouseButton.MiddleButton
    before = hand.canvas.scene_at(QPointF(100, 100))
    place = hand.canvas.scene_at(QPointF(500, 300))
    aim = hand.on_screen(place)
    hand.press(place, button=middle)
    hand.move(place + QPointF(40, 24))
    hand.canvas.gesture.drag(aim + QPointF(40, 24).toPoint())
    hand.release(place, button=middle)
    assert hand.canvas.scene_at(QPointF(100, 100)) != before
    assert not hand.document.can_undo
    hand.check()


def _start_move(hand) -> None:
    hand.hold(hand.body("n5"), hand.middle("n3", "n4"))


def _start_wire(hand) -> None:
    hand.hold(hand.output("n4"), hand.input("n5"))


def _start_reroute(hand) -> None:
    hand.hold(hand.input("n4"), hand.input("n5"))


def _start_marquee(hand) -> None:
    hand.hold(QPointF(180, -40), QPointF(460, 70))


def _start_place(hand) -> None:
    hand.canvas.pick_up("Conv2d")
    hand.move(hand.middle("n3", "n4"))


def _start_drag(hand) -> None:
    data = hand.mime("Conv2d")
    hand.enter(data, EMPTY)
    hand.carry(data, hand.middle("n3", "n4"))


def _start_pan(hand) -> None:
    hand.press(EMPTY, button=Qt.MouseButton.MiddleButton)
    hand.move(EMPTY + QPointF(10, 10))


def _start_knife(hand) -> None:
    hand.hold(QPointF(400, -60), QPointF(400, 120), ALT)
    assert hand.canvas.gesture.cut == [wire("n3", "n4")]


def _start_take_out(hand) -> None:
    hand.hold(hand.body("n3"), EMPTY, CTRL)
    assert hand.canvas.gesture.joined == (wire("n1", "n4"),)


def _start_chain(hand) -> None:
    hand.canvas.pick_up("ReLU")
    hand.move(EMPTY + QPointF(0, 60))
    QTest.keyPress(hand.canvas, Qt.Key.Key_Shift, SHIFT)
    assert hand.canvas.gesture.feeder == "n5"


def _start_snap(hand) -> None:
    hand.canvas.pick_up("BatchNorm2d")
    hand.move(EMPTY)
    hand.move(hand.body("n3"))
    assert hand.canvas.gesture.host == "n3"


GESTURES = [  # each is broken off in every way in test_broken_off.py
    _start_move,
    _start_wire,
    _start_reroute,
    _start_marquee,
    _start_place,
    _start_drag,
    _start_pan,
    _start_knife,
    _start_take_out,
    _start_chain,
    _start_snap,
]


def test_badge_click_tells_which_problem_is_meant(hand, qtbot) -> None:
    item = hand.canvas.projection.nodes["n2"]
    assert item.look.problem == "error"
    assert "10" in hand.document.analysis.of("n2")[0].message
    with qtbot.waitSignal(hand.canvas.problem_clicked) as told:
        hand.click(item.pos() + item.place.badge)
    assert told.args == ["n2"]
