"""Fields of the window as one uses them: what is typed counts when it is finished, and what is refused is unchanged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from gui.panels.fields import TextField

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def undo(desk) -> None:
    desk.window.canvas.setFocus()
    QTest.keyClick(desk.window.canvas, Key.Key_Z, CONTROL)


def test_a_number_reaches_a_run_only_when_it_is_finished(desk) -> None:
    desk.use("points-2d", epochs=100_000, dataset_options__samples=200)
    told: list[float] = []
    desk.trainer.set_live = lambda _path, value, _words: told.append(value)
    desk.do("train")
    desk.until(lambda: desk.steps() > 0, "a step")
    edit = desk.window.toolbar.field("optimizer.learning_rate").edit
    desk.type_into(edit, "1e-3", enter=False)
    assert told == []
    before = desk.recipe()
    QTest.keyClick(edit, Key.Key_Backspace)
    QTest.keyClick(edit, Key.Key_5)
    assert desk.recipe() == before
    QTest.keyClick(edit, Key.Key_Return)
    assert told == [1e-5]
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running, "the end of the run")


def test_what_is_refused_is_unchanged_and_its_sentence_goes_when_something_is_taken(desk) -> None:
    window, document = desk.window, desk.window.document
    epochs = window.toolbar.field("epochs").edit
    for typed in ("2.5", "abc", " ", "0", "-3", "1e99"):
        desk.type_into(epochs, typed)
        assert document.recipe.epochs == 3
        assert epochs.text() == "3"
        assert "It is still 3." in window.status.text
        assert not document.can_undo
    desk.type_into(epochs, "3")
    assert window.status.text == "", "the same value again is taken too"
    desk.type_into(epochs, "2.5")
    desk.type_into(window.toolbar.field("batch_size").edit, "32")
    assert window.status.text == ""
    desk.type_into(epochs, "2.5")
    window.status.say("Saved rings.sketchnet.")
    desk.type_into(epochs, "7")
    assert window.status.text == "Saved rings.sketchnet.", "what else is said stays"


def test_a_value_that_contradicts_another_setting_does_not_stay_in_its_field(desk) -> None:
    window, document = desk.window, desk.window.document
    document.select([desk.node("Input")])
    form = window.inspector.data.form
    recipe = document.recipe
    desk.type_into(form.field("validation").edit, "0.85")
    assert document.recipe == recipe
    assert form.field("validation").edit.text() == str(recipe.validation)
    assert "leave less than a tenth" in window.status.text
    desk.type_into(form.field("validation").edit, "0.2")
    assert document.recipe.validation == 0.2
    assert window.status.text == ""
    plain = document.recipe.with_setting("optimizer", "SGD").with_setting("optimizer.momentum", 0)
    document.set_recipe("Choose", plain)
    document.select([desk.node("Output")])
    nesterov = window.inspector.goal.form("Learning").field("optimizer.nesterov")
    nesterov.box.click()
    assert not document.recipe.optimizer.nesterov
    assert not nesterov.box.isChecked()


def numbers_of(desk) -> list[TextField]:
    return [field for field in desk.window.findChildren(TextField) if field.isVisible()]


@pytest.mark.parametrize("kind", ["Linear", "Input", "Output"])
def test_every_typed_setting_is_one_step_each_and_escape_leads_to_the_diagram(desk, kind: str) -> None:
    window, document = desk.window, desk.window.document
    document.select([desk.node(kind)])
    QApplication.processEvents()
    fields = [field for field in numbers_of(desk) if not window.tryout.isAncestorOf(field)]
    assert len(fields) >= 4
    for field in fields:
        start = document.sketch
        other = field.parameter.show(field.value)
        edit = field.edit
        desk.type_into(edit, "12x", enter=False)
        QTest.keyClick(edit, Key.Key_Escape)
        assert edit.text() == other
        assert document.sketch == start
        assert QApplication.focusWidget() is window.canvas
        assert not field.problem
        wanted = "0.25" if getattr(field.parameter, "high", 9) <= 1 else "3"
        desk.type_into(edit, wanted, enter=False)
        assert document.sketch == start, "it is not finished"
        window.canvas.setFocus()
        taken = document.sketch
        desk.type_into(edit, "0.3" if wanted == "0.25" else "4")
        if document.sketch != taken:
            undo(desk)
        assert document.sketch == taken, f"{field.parameter.title}: one value is one step"
        if taken != start:
            undo(desk)
        assert document.sketch == start


def test_a_command_is_about_the_number_one_sees(desk) -> None:
    toolbar = desk.window.toolbar
    edit = toolbar.field("epochs").edit
    desk.type_into(edit, "2", enter=False)
    assert desk.recipe().epochs == 3
    desk.click(toolbar.train)
    assert desk.recipe().epochs == 2
    desk.until(lambda: desk.window.studio.report is not None, "the run")
    desk.until(lambda: not desk.trainer.running, "the end of the run")
    assert desk.window.session.trained is not None
    assert desk.window.session.trained.recipe.epochs == 2


def test_what_is_typed_about_a_layer_is_about_that_layer(desk) -> None:
    window, document = desk.window, desk.window.document
    first, second = [node.id for node in document.graph.of_kind("Linear")][:2]
    kept = document.graph.nodes[second].params.out_features
    document.select([first])
    edit = window.inspector.layer.form.field("out_features").edit
    desk.type_into(edit, "17", enter=False)
    document.select([second])  # as a click in the table of layers does, which leaves the keyboard where it is
    assert document.graph.nodes[first].params.out_features == 17
    assert document.graph.nodes[second].params.out_features == kept
    assert edit.text() == str(kept)
    desk.type_into(edit, "19", enter=False)
    document.try_edit("Take out", lambda graph: graph.remove([second]))
    assert second not in document.graph.nodes
    assert document.graph.nodes[first].params.out_features == 17


def test_names_are_put_back_by_escape_too(desk) -> None:
    window, document = desk.window, desk.window.document
    id = desk.node("Linear")
    document.select([id])
    name = document.graph.nodes[id].name
    field = window.inspector.layer.name_field
    desk.type_into(field, "other", enter=False)
    QTest.keyClick(field, Key.Key_Escape)
    assert field.text() == name
    assert QApplication.focusWidget() is window.canvas
    assert document.graph.nodes[id].name == name
    desk.type_into(field, "two words")
    assert field.text() == name
    assert "two words" in window.status.text
    desk.type_into(field, "other")
    assert document.graph.nodes[id].name == "other"
    assert window.status.text == ""


def test_another_optimizer_says_that_it_comes_with_a_learning_rate_of_its_own(desk) -> None:
    document = desk.window.document
    document.try_setting("Rate", "optimizer.learning_rate", 0.0123)
    QApplication.processEvents()
    combo = desk.window.toolbar.field("optimizer.kind").findChild(QComboBox)
    combo.setFocus()
    QTest.keyClicks(combo, "SGD")
    assert desk.recipe().optimizer.kind == "SGD"
    rate = desk.recipe().optimizer.learning_rate
    assert rate != 0.0123
    assert desk.window.status.text == f"The learning rate is now {rate:g}, the default of SGD; it was 0.0123."
    QApplication.processEvents()
    document.undo()
    assert desk.recipe().optimizer.learning_rate == 0.0123
    assert desk.window.status.text == "", "that is what was set"
