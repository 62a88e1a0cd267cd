"""The inspector's page of a layer: a note on it, another layer in its place, repairs seen before they are made."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import wire
from gui.canvas.hit import Hit
from gui.canvas.tips import tip


def test_a_note_is_one_step_is_signed_on_the_layer_and_read_in_its_tooltip(desk) -> None:
    document, page = desk.window.document, desk.window.inspector.layer
    id = desk.node("Linear")
    desk.click(desk.window.canvas.viewport())
    document.select([id])
    assert not desk.window.canvas.projection.nodes[id].face.noted
    page.note_field.setFocus()
    QTest.keyClicks(page.note_field, "Ask Ada <why>")
    assert document.graph.nodes[id].note == "Ask Ada <why>"
    assert desk.window.canvas.projection.nodes[id].face.noted
    assert "Ask Ada &lt;why&gt;" in tip(document, Hit("node", id))
    desk.window.canvas.setFocus()
    document.undo()
    assert document.graph.nodes[id].note == ""
    assert page.note_field.toPlainText() == ""
    assert not document.can_undo
    document.redo()
    assert page.note_field.toPlainText() == "Ask Ada <why>"
    document.select([next(other.id for other in document.graph.of_kind("Linear") if other.id != id)])
    assert page.note_field.toPlainText() == ""


def test_tab_leaves_the_note(desk) -> None:
    page = desk.window.inspector.layer
    desk.window.document.select([desk.node("Linear")])
    page.note_field.setFocus()
    QTest.keyClick(page.note_field, Qt.Key.Key_Tab)
    assert not page.note_field.hasFocus()
    assert page.note_field.toPlainText() == ""


def test_the_inspector_asks_what_should_take_the_layers_place(desk) -> None:
    window = desk.window
    id = desk.node("Linear")
    window.document.select([id])
    QApplication.processEvents()
    window.inspector.ensureWidgetVisible(window.inspector.layer.replace_button)
    desk.click(window.inspector.layer.replace_button)
    popup = window.canvas.quick_add
    assert popup.isVisible()
    assert popup.field.hasFocus()
    QTest.keyClicks(popup.field, "identity")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert window.document.graph.nodes[id].kind == "Identity"
    assert window.inspector.layer.title_label.text() == "Identity"
    window.document.undo()
    assert window.document.graph.nodes[id].kind == "Linear"


def test_a_repair_in_the_inspector_is_previewed_too_and_a_run_that_starts_breaks_gestures_off(desk) -> None:
    window, document = desk.window, desk.window.document
    first = next(w for w in document.graph.wires if w.target == desk.node("Output"))
    document.edit("Cut", document.graph.disconnect(first))
    document.select([first.source])
    graph = document.graph.add("Conv2d")
    conv = graph.last
    document.edit("Add", graph.connect(wire(desk.node("Input"), conv)).connect(wire(conv, desk.node("Output"))))
    document.select([conv])
    QApplication.processEvents()
    (card,) = [card for card in window.inspector.layer.cards if card.buttons]
    middle = QPointF(card.buttons[0].rect().center())
    QApplication.sendEvent(card.buttons[0], QEnterEvent(middle, middle, middle))
    assert window.canvas.ghost.visible
    QApplication.sendEvent(card.buttons[0], QEvent(QEvent.Type.Leave))
    assert not window.canvas.ghost.visible
    document.undo()
    document.undo()
    window.canvas.pick_up("Linear")
    assert window.canvas.gesture is not None
    desk.do("train")
    assert window.canvas.gesture is None
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
