"""The outline: read, chosen, and worked with by keys alone, in step with the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.graph.graph import empty, wire
from gui.canvas.connect_dialog import ConnectDialog
from gui.document import DocumentState
from gui.panels.dataset_dialog import DatasetDialog

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_rows_are_spoken_with_all_there_is_to_know(reader) -> None:
    assert reader.rows() == ["data", "conv1", "relu1", "add1", "goal", "linear1"]
    assert reader.spoken("data") == "data, Data block, gives 1×28×28"
    assert reader.spoken("conv1") == "conv1, Conv2d, 32 filters, 3×3, gives 32×28×28, from data"
    assert reader.spoken("add1").startswith("add1, Add, gives 32×28×28, from relu1 and conv1")
    assert reader.spoken("goal").endswith("1 problem")
    assert "not connected" in reader.spoken("linear1")
    reader.go("conv1")
    reader.key("b", CONTROL)
    assert "bypassed" in reader.spoken("conv1")
    reader.key("l", CONTROL)
    assert "bypassed, frozen" in reader.spoken("conv1")
    reader.document.undo()
    reader.document.undo()
    assert reader.spoken("conv1") == "conv1, Conv2d, 32 filters, 3×3, gives 32×28×28, from data"


def test_the_selection_goes_both_ways(reader) -> None:
    reader.go("relu1")
    relu = reader.document.graph.find("relu1").id
    assert reader.document.selection == {relu}
    assert reader.window.canvas.projection.nodes[relu].look.selected
    conv = reader.document.graph.find("conv1").id
    reader.document.select([conv])
    assert reader.here == "conv1"
    assert {reader.list.rows.id_at(i) for i in reader.list.selectedIndexes()} == {conv}
    reader.document.select([conv, relu])
    assert {reader.list.rows.id_at(i) for i in reader.list.selectedIndexes()} == {conv, relu}
    reader.key(Key.Key_Down, SHIFT)
    assert len(reader.document.selection) >= 2
    reader.document.select([])
    assert reader.list.selectedIndexes() == []


def large(count: int = 320):
    """So many layers in a row, behind the data."""
    graph = empty()
    for k in range(count):
        graph = graph.add("ReLU", position=(200.0 * (k % 25), 140.0 * (k // 25)))
        graph = graph.connect(wire("n1" if k == 0 else f"n{k + 2}", graph.last))
    return graph


@pytest.mark.parametrize("asked", [False, True])
def test_a_large_drawing_is_read_when_it_is_drawn_or_asked_for(reader, qtbot, asked: bool) -> None:
    before, document = reader.rows(), reader.document
    reader.go("conv1")
    document.reset(DocumentState(large(), document.recipe))
    assert reader.rows() == before, "the canvas shows the old one as well"
    if asked:
        reader.key(Key.Key_End)
        assert reader.here == "goal"
        assert document.selection == {"n2"}
    qtbot.waitUntil(lambda: len(reader.rows()) == 322)
    qtbot.waitUntil(reader.list.updatesEnabled)
    assert reader.rows()[:3] == ["data", "relu1", "relu2"]
    document.edit("Move", document.graph.move({"n3": (5.0, 5.0)}))
    document.edit("Rename", document.graph.rename("n3", "first"))
    assert reader.rows()[1] == "first"
    assert reader.spoken("relu2").endswith("from first")
    document.edit("Add", document.graph.add("Dropout"))
    assert reader.rows()[-1] == "dropout1"


@pytest.mark.parametrize("how", ["a click", "Space", "a menu", "rename"])
def test_what_is_done_before_it_is_read_is_done_to_the_new_drawing(reader, qtbot, how: str) -> None:
    document = reader.document
    document.reset(DocumentState(large(330), document.recipe))
    reader.window.canvas.projection.slices.finish()
    qtbot.waitUntil(lambda: len(reader.rows()) == 332)
    reader.go("relu320")
    document.reset(DocumentState(large(), document.recipe))
    assert len(reader.rows()) == 332, "it was not read yet"
    if how == "a click":
        reader.list.scrollToTop()
        row = reader.list.visualRect(reader.list.rows.index(1)).center()
        document.reset(DocumentState(large().remove(["n3"]), document.recipe))
        QTest.mouseClick(reader.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
        assert [document.graph.nodes[id].name for id in document.selection] == ["relu2"]
        return
    elif how == "Space":
        reader.list.add_after.trigger()
        assert document.complain is not None
    elif how == "a menu":
        at = reader.list.viewport().rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, reader.list.viewport().mapToGlobal(at))
        QApplication.sendEvent(reader.list.viewport(), event)
        for menu in reader.list.findChildren(QMenu):
            menu.close()
    else:
        reader.key(Key.Key_F2)
    assert len(reader.rows()) == 322
    assert set(reader.rows()) == {node.name for node in document.graph.nodes.values()}


def test_rows_that_say_the_same_are_not_painted_again(reader) -> None:
    told: list[tuple[int, int]] = []
    rows, document = reader.list.rows, reader.document
    rows.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    document.edit("Move", document.graph.move(dict.fromkeys(document.graph.nodes, (3.0, 3.0))))
    assert told == []
    id = document.graph.find("relu1").id
    document.edit("Rename", document.graph.rename(id, "other"))
    assert told == [(2, 3)], "the row itself, and the one that names it"


def test_a_hidden_outline_catches_up_when_it_is_shown(reader) -> None:
    reader.window.left.setCurrentIndex(0)
    reader.document.edit("Add", reader.document.graph.add("Dropout"))
    reader.document.select([reader.document.graph.last])
    QTest.keySequence(reader.window, "Ctrl+Shift+O")
    assert reader.rows()[-1] == "dropout1"
    assert reader.here == "dropout1"


def test_left_and_right_go_along_the_wires_and_ask_where_there_are_several(reader) -> None:
    reader.go("relu1")
    reader.key(Key.Key_Left)
    assert reader.here == "conv1"
    reader.key(Key.Key_Right)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["relu1", "add1"]
    reader.key(Key.Key_Down)
    reader.key(Key.Key_Return)
    assert reader.here == "add1"
    reader.key(Key.Key_Right)
    assert reader.here == "goal"
    reader.key(Key.Key_Right)
    assert reader.refused == ["goal feeds nothing."]
    reader.go("data")
    reader.key(Key.Key_Left)
    assert reader.refused[1:] == ["Nothing feeds data."]


def test_a_layer_is_added_behind_and_the_keyboard_comes_back(reader) -> None:
    before = reader.document.graph
    reader.go("relu1")
    reader.key(Key.Key_Space)
    reader.type("dropout")
    reader.key(Key.Key_Return)
    assert QApplication.focusWidget() is reader.list
    assert reader.here == "dropout1"
    assert {("relu1", "dropout1"), ("dropout1", "add1")} <= reader.pairs()
    reader.document.undo()
    assert reader.document.graph == before, "layer and wires are one step"


def test_a_layer_is_added_before_on_the_wire_one_chooses(reader) -> None:
    reader.go("conv1")
    reader.key(Key.Key_Space, SHIFT)
    reader.type("batchnorm2d")
    reader.key(Key.Key_Return)
    assert {("data", "norm1"), ("norm1", "conv1")} <= reader.pairs()
    reader.go("add1")
    reader.key(Key.Key_Space, SHIFT)
    menu = QApplication.activePopupWidget()
    assert [action.text() for action in menu.actions()] == [
        "On the wire relu1 → add1, input 1",
        "On the wire conv1 → add1, input 2",
    ]
    reader.key(Key.Key_Down)
    reader.key(Key.Key_Return)
    reader.type("dropout2d")
    reader.key(Key.Key_Return)
    assert {("conv1", "dropout1"), ("dropout1", "add1")} <= reader.pairs()
    reader.go("linear1")
    reader.key(Key.Key_Space, SHIFT)
    reader.type("flatten")
    reader.key(Key.Key_Return)
    assert ("flatten1", "linear1") in reader.pairs()
    assert QApplication.focusWidget() is reader.list
    reader.go("data")
    reader.key(Key.Key_Space, SHIFT)
    assert "it is the beginning" in reader.refused[-1]
    reader.go("goal")
    reader.key(Key.Key_Space)
    assert "it is the end" in reader.refused[-1]


def test_escape_adds_nothing_and_gives_the_keyboard_back(reader) -> None:
    before = reader.document.graph
    reader.go("relu1")
    reader.key(Key.Key_Space)
    reader.type("drop")
    reader.key(Key.Key_Escape)
    assert QApplication.focusWidget() is reader.list
    assert reader.document.graph == before
    assert not reader.document.can_undo


def test_connecting_through_the_two_lists(reader) -> None:
    reader.go("linear1")
    reader.key("k", CONTROL)
    dialog = reader.dialog()
    assert dialog.sources.currentItem().text() == "linear1"
    assert QApplication.focusWidget() is dialog.targets
    reader.type("goal")
    assert dialog.targets.currentItem().text().startswith("goal")
    assert "Replaces the wire from add1" in dialog.reason.text()
    reader.key(Key.Key_Return)
    assert ("linear1", "goal") in reader.pairs()
    assert ("add1", "goal") not in reader.pairs()
    assert "Connected linear1 to goal. Disconnected add1 from goal." in reader.said[-1]
    reader.document.undo()
    assert ("add1", "goal") in reader.pairs()


def test_what_cannot_be_connected_says_why_and_changes_nothing(reader) -> None:
    before = reader.document.graph
    reader.go("relu1")
    reader.key("k", CONTROL)
    dialog = reader.dialog()
    reader.type("conv1")
    assert not dialog.connect_button.isEnabled()
    assert "cycle" in dialog.reason.text()
    spoken = str(dialog.targets.currentItem().data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.endswith("not possible")
    reader.key(Key.Key_Return)
    assert reader.document.graph == before
    assert dialog.isVisible()
    assert "cycle" in reader.said[-1]
    reader.key(Key.Key_Left)
    assert QApplication.focusWidget() is dialog.sources
    reader.type("data")
    assert "conv1" in dialog.targets.currentItem().text(), "the target stays when another source is chosen"
    assert dialog.reason.text() == "These are connected already."
    reader.key(Key.Key_Escape)
    assert reader.document.graph == before


def test_disconnecting_one_of_several_wires(reader) -> None:
    reader.go("add1")
    reader.key("k", CONTROL | SHIFT)
    menu = QApplication.activePopupWidget()
    words = [action.text() for action in menu.actions()]
    assert words == ["relu1 → add1, input 1", "conv1 → add1, input 2", "add1 → goal", "All 3 wires"]
    reader.key(Key.Key_Down)
    reader.key(Key.Key_Return)
    assert ("conv1", "add1") not in reader.pairs()
    assert reader.said[-1].startswith("Disconnected conv1 from add1. New problem at add1:")
    reader.go("linear1")
    reader.key("k", CONTROL | SHIFT)
    assert reader.refused[-1] == "There is no wire at linear1."


def test_renaming_deleting_and_copying_with_the_keys_of_the_canvas(reader) -> None:
    reader.go("relu1")
    reader.key(Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not reader.list
    reader.key("a", CONTROL)
    reader.type("spark")
    reader.key(Key.Key_Return)
    assert "spark" in reader.rows()
    assert reader.document.undo_label == "Rename to spark"
    reader.go("spark")
    reader.key(Key.Key_F2)
    reader.key("a", CONTROL)
    reader.type("conv1")
    reader.key(Key.Key_Return)
    assert "spark" in reader.rows()
    assert "called 'conv1' already" in reader.refused[-1]
    reader.list.setFocus()
    reader.key("d", CONTROL)
    assert "relu1" in reader.rows() or "spark2" in reader.rows() or len(reader.rows()) == 7
    reader.document.undo()
    reader.go("spark")
    reader.key(Key.Key_Delete)
    assert "spark" not in reader.rows()
    assert ("conv1", "add1") in reader.pairs()
    reader.document.undo()
    reader.go("conv1")
    reader.key(Key.Key_Delete, SHIFT)
    assert ("data", "spark") not in reader.pairs()


def test_enter_goes_to_the_settings_and_to_the_datasets(reader) -> None:
    reader.go("conv1")
    reader.key(Key.Key_Return)
    assert reader.window.inspector.isAncestorOf(QApplication.focusWidget())
    QTest.keySequence(reader.window, "Ctrl+Shift+O")
    reader.go("data")
    reader.key(Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DatasetDialog)
    dialog.close()


def test_letters_look_for_a_row(reader) -> None:
    reader.type("re")
    assert reader.here == "relu1"


def test_problems_and_runs_are_said(reader) -> None:
    document = reader.document
    (card,) = [p for p in document.analysis.problems if p.severity == "error"]
    assert card.node is not None
    reader.desk.use("points-2d", epochs=1)
    said = reader.said
    said.clear()
    relu = reader.desk.node("ReLU") if any(n.kind == "ReLU" for n in document.graph.nodes.values()) else None
    goal_wire = document.graph.incoming(reader.desk.node("Output"))[0]
    document.edit("Disconnect", document.graph.disconnect(goal_wire))
    assert said[-1].startswith("Disconnected")
    assert "New problem" in said[-1]
    document.undo()
    assert said[-1].startswith("Connected")
    assert said[-1].endswith("No problems left.")
    if relu is not None:
        said.clear()
        document.edit("Delete", document.graph.remove_keeping_chain([relu]))
        assert not any("onnected" in words for words in said), "what goes with a layer is not told twice"
        document.undo()
    said.clear()
    reader.desk.train_to_the_end()
    assert said[0] == "Training has started."
    assert "Training has finished." in said
    assert any(words.startswith("Done.") for words in said)


@pytest.mark.parametrize(
    ("selected", "free", "pair"),
    [
        (None, True, ("flatten1", "norm1")),
        ("flatten1", True, ("flatten1", "norm1")),
        # Nothing is free: what suits, in place of another wire, but never the wire there is.
        ("conv1", False, ("conv1", "linear1")),
    ],
)
def test_the_lists_open_with_a_pair_that_can_be_connected(desk, selected, free, pair) -> None:
    desk.use("empty", dataset="strokes")
    graph = empty().add("Conv2d").add("Flatten").add("Linear")
    conv, flat, linear = list(graph.nodes)[2:]
    graph = graph.add("BatchNorm1d") if free else graph
    for a, b in (("n1", conv), (conv, flat), (flat, linear), (linear, "n2")):
        graph = graph.connect(wire(a, b))
    document, canvas = desk.window.document, desk.window.canvas
    document.reset(DocumentState(graph, document.recipe))
    document.select([graph.find(selected).id] if selected else [])
    canvas.setFocus()
    QTest.keyClick(canvas, Key.Key_K, CONTROL)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ConnectDialog)
    nodes = graph.nodes
    assert (nodes[dialog.wire.source].name, nodes[dialog.wire.target].name) == pair
    assert dialog.wire not in graph.wires
    assert dialog.connect_button.isEnabled()
    assert "already" not in dialog.reason.text()
    QTest.keyClick(dialog, Key.Key_Escape)


def test_keys_typed_into_a_row_are_no_commands(reader) -> None:
    before, label = reader.document.graph, reader.document.undo_label
    reader.go("conv1")
    reader.key(Key.Key_F2)
    field = QApplication.focusWidget()
    for key in (Key.Key_D, Key.Key_B, Key.Key_G, Key.Key_L, Key.Key_A):
        QTest.keyClick(field, key, CONTROL)
        assert QApplication.focusWidget() is field
    assert (reader.document.graph, reader.document.undo_label) == (before, label)
    QTest.keyClicks(field, "eyes")
    QTest.keyClick(field, Key.Key_Return)
    QApplication.processEvents()  # Qt takes over what was typed once the key is done with
    assert reader.document.graph.find("eyes") is not None
    reader.key("b", CONTROL)
    assert reader.document.undo_label == "Bypass eyes"
