"""Forms of settings, and the inspector's pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from engine.graph.parameters import Choice, Flag, Integer, Real
from gui.panels.form import FormRow, SettingsForm

Key = Qt.Key
WHOLE = Integer(name="units", title="Units", default=8, low=1, high=20, help="How many.", unit="units")
RATE = Real(name="rate", title="Rate", default=0.001, low=0.0, high=10.0, help="How fast.", logarithmic=True)
KIND = Choice(name="kind", title="Kind", default="a", options=("a", "b"), labels=("First", "Second"), help="Which.")
YES = Flag(name="yes", title="Yes", default=False, help="Whether.")


# Forms


def test_a_form_is_rebuilt_only_when_its_structure_changes(qtbot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    rows = [FormRow("a", WHOLE, 8), FormRow("b", KIND, "a")]
    form.show_rows(rows)
    first = form.field("a")
    form.show_rows([FormRow("a", WHOLE, 9), FormRow("b", KIND, "b")])
    assert form.field("a") is first
    assert first.edit.text() == "9"
    form.show_rows([FormRow("a", RATE, 0.5)])
    assert form.field("a") is not first
    with pytest.raises(KeyError):
        form.field("b")


def test_advanced_settings_are_folded_and_stay_as_they_were(qtbot) -> None:
    deep = Integer(name="deep", title="Deep", default=1, help="Deep.", advanced=True)
    form = SettingsForm("More")
    qtbot.addWidget(form)
    form.show_rows([FormRow("a", WHOLE, 8), FormRow("deep", deep, 1)])
    form.show()
    assert not form.field("deep").isVisible()
    QTest.mouseClick(form.opener, Qt.MouseButton.LeftButton)
    assert form.field("deep").isVisible()
    form.show_rows([FormRow("a", RATE, 0.5), FormRow("deep", deep, 1)])
    assert form.field("deep").isVisible()


def test_a_form_says_which_setting_was_edited(qtbot) -> None:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.show_rows([FormRow("a", WHOLE, 8), FormRow("b", YES, False)])
    got: list[tuple[str, object]] = []
    form.edited.connect(lambda *what: got.append(what))
    form.field("b").box.click()
    QTest.keyClick(form.field("a").edit, Key.Key_Up)
    assert got == [("b", True), ("a", 9)]


# Pages


def page(desk) -> QWidget:
    return desk.window.inspector.page


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def test_the_page_follows_the_selection(desk) -> None:
    inspector, document = desk.window.inspector, desk.window.document
    assert page(desk) is inspector.overview
    for kind, expected in (("Linear", inspector.layer), ("Input", inspector.data), ("Output", inspector.goal)):
        document.select([desk.node(kind)])
        assert page(desk) is expected
    document.select(list(desk.graph.nodes))
    assert page(desk) is inspector.several
    assert f"{len(desk.graph.nodes)} layers" in words(page(desk))
    document.select([])
    assert page(desk) is inspector.overview


def test_the_overview_tells_of_the_network_and_leads_to_the_outline(desk) -> None:
    overview = desk.window.inspector.overview
    count = sum(n.kind not in ("Input", "Output") for n in desk.graph.nodes.values())
    assert f"{count} layers from data to goal" in words(overview)
    desk.window.document.edit("Add", desk.graph.add("Dropout"))
    assert "1 layer not connected to the goal" in words(overview)
    desk.click(overview.outline)
    assert desk.window.focusWidget() is desk.window.outline.list


def test_the_layer_page_edits_through_the_document(desk) -> None:
    id = desk.node("Linear")
    desk.window.document.select([id])
    layer = desk.window.inspector.layer
    desk.type_into(layer.form.field("out_features").edit, "13")
    assert desk.graph.nodes[id].params.out_features == 13
    assert desk.window.document.undo_label == "Set units"
    assert "13" in layer.figures["out"].text()
    layer.bypass_box.click()
    assert desk.graph.nodes[id].bypassed
    layer.freeze_box.click()
    assert desk.graph.nodes[id].frozen
    desk.window.document.undo()
    assert not layer.freeze_box.isChecked()


def test_renaming_in_the_inspector(desk) -> None:
    id = desk.node("Linear")
    desk.window.document.select([id])
    name = desk.window.inspector.layer.name_field
    old = name.text()
    desk.type_into(name, "first")
    assert desk.graph.nodes[id].name == "first"
    desk.window.document.undo()
    assert name.text() == old, "the field shows the name again although it still has the focus"
    desk.window.canvas.setFocus()
    assert desk.graph.nodes[id].name == old
    desk.type_into(name, "data")
    assert desk.graph.nodes[id].name == old
    assert name.text() == old
    assert "data" in desk.window.status.text


def test_a_layer_explains_itself(desk) -> None:
    desk.window.document.select([desk.node("Linear")])
    layer = desk.window.inspector.layer
    assert not layer.why_label.isVisible()
    desk.click(layer.more_button)
    assert layer.why_label.isVisible()
    assert len(layer.why_label.text()) > 60


def test_the_data_page_shows_rows_and_options_and_edits_them(desk) -> None:
    desk.window.document.select([desk.node("Input")])
    data = desk.window.inspector.data
    desk.until(lambda: "samples" in data.facts_label.text(), "the samples of the dataset")
    assert data.counts_label.isVisible()
    desk.type_into(data.form.field("dataset_options.samples").edit, "300")
    assert desk.recipe().dataset_options["samples"] == 300
    counted = 300
    desk.until(lambda: sum(desk.window.studio.look().rows.values() if desk.window.studio.look() else [0]) == counted,
               "the other number of rows")  # fmt: skip
    desk.until(lambda: "Loading" not in data.facts_label.text(), "the rows again")
    desk.type_into(data.form.field("validation").edit, "0.3")
    assert desk.recipe().validation == 0.3


def test_a_recipe_that_is_refused_is_told(desk) -> None:
    desk.window.document.select([desk.node("Input")])
    data = desk.window.inspector.data
    desk.type_into(data.form.field("validation").edit, "0.9")
    desk.type_into(data.form.field("test").edit, "0.9")
    assert desk.recipe().validation + desk.recipe().test < 1
    assert desk.window.status.text.endswith(".")


def test_the_goal_page_follows_the_kind_that_is_chosen(desk) -> None:
    desk.window.document.select([desk.node("Output")])
    goal = desk.window.inspector.goal
    learning = goal.form("Learning")
    learning.field("optimizer.kind").combo.setCurrentIndex(learning.field("optimizer.kind").combo.findData("SGD"))
    assert desk.recipe().optimizer.kind == "SGD"
    assert learning.field("optimizer.momentum") is not None
    desk.window.document.undo()
    with pytest.raises(KeyError):
        learning.field("optimizer.momentum")
    schedule = goal.form("Schedule").field("schedule.kind").combo
    schedule.setCurrentIndex(schedule.findData("constant"))
    assert desk.recipe().schedule.kind == "constant"
    assert goal.notes["Schedule"].text()


def test_a_screen_reader_hears_no_markup(desk) -> None:
    """Where a widget has no description, Qt takes its tooltip, and would have the tags read out."""
    desk.window.document.select([desk.node("Linear")])
    QApplication.processEvents()
    desk.window.document.select([desk.node("Output")])
    QApplication.processEvents()
    spoken = [widget.accessibleDescription() or widget.toolTip() for widget in desk.window.findChildren(QWidget)]
    assert any("step" in words for words in spoken)
    assert [words for words in spoken if "<p>" in words or "<b>" in words] == []


def test_each_optimizer_and_loss_is_explained_where_it_is_chosen(desk) -> None:
    desk.window.document.select([desk.node("Output")])
    goal = desk.window.inspector.goal
    for group, path in (("Learning", "optimizer.kind"), ("Loss", "loss.kind"), ("Schedule", "schedule.kind")):
        combo = goal.form(group).field(path).combo
        tips = [combo.itemData(place, Qt.ItemDataRole.ToolTipRole) for place in range(combo.count())]
        assert all(tip and tip.endswith(".") for tip in tips), path


def test_an_automatic_loss_is_shown_by_its_name(desk) -> None:
    desk.window.document.select([desk.node("Output")])
    field = desk.window.inspector.goal.form("Loss").field("loss.kind")
    assert field.combo.currentText() == "Automatic: cross-entropy"
