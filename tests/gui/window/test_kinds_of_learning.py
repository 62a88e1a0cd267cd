"""What should it learn: the cards of the goal's page, the toolbar and the views follow the kind that is chosen."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox, QWidget

from engine.graph import templates
from engine.tasks.registry import KINDS
from engine.training.data_loading import kind_chosen
from gui.panels.task_chooser import KindCard, TaskChooser
from gui.tasks.k_means.groups import GroupsView
from gui.tasks.registry import CURVES, RESULTS
from gui.tasks.tryout import PANELS
from gui.tryout.host import USUAL
from tests.letters import ORDINARY, WIDE

ComplexControl, SubControl = QStyle.ComplexControl, QStyle.SubControl


def chooser(desk: Any) -> TaskChooser:
    document = desk.window.document
    document.select([document.whole.of_kind("Output")[0].id])
    desk.until(lambda: desk.window.findChild(TaskChooser) is not None, "the page of the goal")
    found = desk.window.findChild(TaskChooser)
    assert isinstance(found, TaskChooser)
    return found


def choose(desk: Any, name: str) -> None:
    card: KindCard = chooser(desk).cards[name]
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=card.rect().center())


def tabs(desk: Any) -> list[str]:
    results = desk.window.results
    return [results.tabText(index) for index in range(results.count()) if results.isTabVisible(index)]


def test_every_kind_has_a_card_with_a_picture(desk) -> None:
    desk.use("points-2d")
    for name, card in chooser(desk).cards.items():
        assert card.picture.name == KINDS[name].picture
        assert card.picture.isVisible()
        assert card.picture.chosen == (name == "classification")
        drawn = card.picture.grab().toImage()
        colours = {drawn.pixel(x, y) for x in range(drawn.width()) for y in range(drawn.height())}
        assert len(colours) > 3, name


def test_every_view_that_a_kind_names_can_be_made() -> None:
    for kind in KINDS.values():
        assert set(kind.results) <= {CURVES, *RESULTS}, kind.name
        assert set(kind.tryout) <= {*USUAL, *PANELS}, kind.name
        assert CURVES in kind.results


def test_the_kinds_that_fit_are_offered_with_their_sentences_and_the_one_there_is_chosen(desk) -> None:
    desk.use("points-2d")
    cards = chooser(desk).cards
    assert list(cards) == ["classification", "autoencoder", "k-means", "gan"]
    assert cards["classification"].button.isChecked()
    assert cards["k-means"].button.accessibleDescription() == KINDS["k-means"].summary
    desk.use("houses")
    assert list(chooser(desk).cards) == ["regression", "autoencoder", "k-means", "gan"]


def test_choosing_is_one_step_of_undo_and_keeps_the_drawing(desk) -> None:
    desk.use("points-2d")
    document = desk.window.document
    graph, depth = document.whole, document.depth
    choose(desk, "k-means")
    assert document.recipe.task.kind == "k-means"
    assert document.whole is graph
    assert document.depth == depth + 1
    document.undo()
    assert document.recipe.task.kind == "auto"
    assert chooser(desk).cards["classification"].button.isChecked()
    choose(desk, "k-means")
    choose(desk, "classification")
    assert document.recipe.task.kind == "auto", "what the data is for by itself is left to it"


def test_templates_that_fit_are_offered_where_the_drawing_does_not(desk) -> None:
    desk.use("points-2d")
    choose(desk, "k-means")
    found = chooser(desk)
    assert list(found.offers) == ["k-means"]
    QTest.mouseClick(found.offers["k-means"], Qt.MouseButton.LeftButton)
    assert [node.kind for node in desk.window.document.whole.of_kind("KMeans")] == ["KMeans"]
    assert desk.window.document.whole_analysis.ready
    assert not chooser(desk).offers
    choose(desk, "classification")
    assert "points-2d" in chooser(desk).offers, "and back again"


def shown(desk: Any) -> list[str]:
    """The settings on the toolbar behind what is learned, from left to right."""
    toolbar = desk.window.toolbar
    places = {path: heading.x() for path, heading in toolbar.headings.items() if heading.isVisible()}
    paths = sorted(places, key=lambda path: places[path])
    assert paths[:2] == ["dataset", "task.kind"]
    assert all(toolbar.field(path).isVisible() for path in paths[1:])
    return paths[2:]


def test_the_toolbar_has_the_quick_settings_of_the_kind(desk) -> None:
    desk.window.resize(1280, 800)
    desk.use("points-2d")
    toolbar = desk.window.toolbar
    before = shown(desk)
    assert before == ["optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"]
    choose(desk, "k-means")
    assert shown(desk) == ["task.starts", "epochs"], "there is no layer yet that has groups"
    toolbar.field("task.starts").edited.emit(7)
    assert desk.window.document.recipe.task.starts == 7
    QTest.mouseClick(chooser(desk).offers["k-means"], Qt.MouseButton.LeftButton)
    assert shown(desk) == ["clustering.n_clusters", "task.starts", "epochs"]
    choose(desk, "classification")
    assert shown(desk) == before


def test_how_many_groups_there_are_is_chosen_on_the_toolbar(desk) -> None:
    desk.use("k-means")
    document, field = desk.window.document, desk.window.toolbar.field("clustering.n_clusters")
    depth = document.depth
    desk.type_into(field.edit, "5")
    assert document.whole.of_kind("KMeans")[0].params["n_clusters"] == 5
    assert document.depth == depth + 1
    document.undo()
    assert field.edit.text() == "3"


def test_what_is_learned_is_chosen_on_the_toolbar_by_keys(desk) -> None:
    desk.use("points-2d")
    document, combo = desk.window.document, desk.window.toolbar.field("task.kind").combo
    assert [combo.itemText(index) for index in range(combo.count())] == ["classify", "rebuild", "group", "make more"]
    combo.setFocus()
    depth = document.depth
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert document.recipe.task.kind == "autoencoder"
    assert document.depth == depth + 1
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert document.recipe.task.kind == "k-means"
    assert document.selection == {document.whole.of_kind("Output")[0].id}, "its page offers templates"
    assert list(chooser(desk).offers) == ["k-means"]
    document.undo()
    document.undo()
    assert combo.currentText() == "classify"


def test_data_for_a_single_kind_says_what_is_learned_from_it(desk) -> None:
    desk.use("char-lstm")
    cards = chooser(desk).cards
    assert list(cards) == ["language-model"]
    assert cards["language-model"].isVisible()
    assert desk.window.toolbar.field("task.kind").combo.currentText() == "write text"


def test_a_template_to_begin_with_brings_its_settings_and_keeps_the_data(desk) -> None:
    desk.use("points-2d", dataset="spirals", **{"dataset_options.noise": 0.3})
    document = desk.window.document
    before, depth = document.sketch, document.depth
    choose(desk, "gan")
    QTest.mouseClick(chooser(desk).offers["gan-points"], Qt.MouseButton.LeftButton)
    made = templates.describe("gan-points").recipe
    recipe = document.recipe
    assert document.depth == depth + 2
    assert (recipe.dataset, recipe.dataset_options) == (before.recipe.dataset, before.recipe.dataset_options)
    assert recipe.task.kind == "gan"
    assert recipe.epochs == made["epochs"] != before.recipe.epochs
    assert document.whole_analysis.ready
    document.undo()
    assert document.whole is before.graph
    document.undo()
    assert document.sketch == before


def test_templates_are_behind_a_button_where_the_diagram_fits(desk) -> None:
    desk.use("points-2d")
    found = chooser(desk)
    assert not found.offers
    assert not found.words.isVisible()
    QTest.mouseClick(found.opener, Qt.MouseButton.LeftButton)
    assert "points-2d" in found.offers
    assert found.opener.text() == "Hide the templates"
    QTest.mouseClick(found.opener, Qt.MouseButton.LeftButton)
    assert not found.offers
    choose(desk, "k-means")
    assert chooser(desk).words.isVisible()
    assert not chooser(desk).opener.isVisible()


@pytest.mark.parametrize("letters", [ORDINARY, WIDE], indirect=True)
@pytest.mark.parametrize("template", ["points-2d", "k-means", "gan-points", "char-lstm", "autoencoder"])
def test_the_toolbar_fits_for_every_kind(letters, desk, template: str) -> None:
    toolbar = desk.window.toolbar
    for width in (960, 1280, 1920):
        desk.window.resize(width, 700)
        desk.use(template, **({"dataset_options.noise": 0.25} if template == "points-2d" else {}))
        toolbar.show_title("A very long project name that goes on and on for ever", True)
        toolbar.show_dataset("A table with a very long name of its own.csv", "rows")
        QApplication.processEvents()
        parts = [part for part in toolbar.children() if isinstance(part, QWidget) and part.isVisible()]
        for one, other in combinations(parts, 2):
            assert not one.geometry().intersects(other.geometry()), (width, one, other)
        assert all(toolbar.rect().contains(part.geometry()) for part in parts), width
        kind = kind_chosen(desk.recipe())
        assert width < 1280 or shown(desk) == list(kind.quick)
        assert shown(desk)[-1] == kind.quick[-1], "how long to train"
        combo = toolbar.field("task.kind").combo
        option = QStyleOptionComboBox()
        combo.initStyleOption(option)
        room = combo.style().subControlRect(ComplexControl.CC_ComboBox, option, SubControl.SC_ComboBoxEditField, combo)
        assert combo.fontMetrics().horizontalAdvance(combo.currentText()) <= room.width()


def test_views_that_two_kinds_share_stay_and_the_others_change(desk) -> None:
    desk.use("points-2d")
    results = desk.window.results
    desk.window.resize(1500, 900)
    test, layers, space = results.test, results.layers, results.space
    desk.until(lambda: space.isVisible(), "the plane beside the curves")
    before = tabs(desk)
    results.setCurrentWidget(test)
    choose(desk, "k-means")
    assert results.currentWidget() is test
    assert results.indexOf(layers) >= 0
    assert tabs(desk)[:2] == before[:2]
    groups = results.view("groups")
    assert isinstance(groups, GroupsView)
    results.setCurrentWidget(results.curves_page)
    assert groups.isVisible()
    assert not space.isVisible()
    choose(desk, "classification")
    assert tabs(desk)[0] == before[0]
    assert results.currentWidget() is test, "as it was left"
    results.setCurrentWidget(results.curves_page)
    assert space.isVisible()
    assert not groups.isVisible()
    assert results.view("groups") is None


@pytest.mark.parametrize("template", ["points-2d", "houses"])
def test_a_goal_without_a_loss_does_not_speak_of_one(desk, template: str) -> None:
    desk.use(template)
    page = chooser(desk).parentWidget()
    assert page.words.isVisibleTo(page)
    choose(desk, "k-means")
    assert not page.words.isVisibleTo(page)
    assert not page.form("Loss").isVisibleTo(page)
    assert set(page.form("Learning").fields) == {"epochs"}


def test_groups_of_more_than_two_columns_are_seen_along_their_principal_components(desk) -> None:
    desk.use("k-means", dataset="iris", epochs=5)
    desk.window.resize(1500, 900)
    groups = desk.window.results.view("groups")
    desk.do("train")
    desk.until(lambda: not desk.trainer.running and desk.window.session.trained is not None, "the end of the run")
    desk.until(lambda: len(groups.plot.centres) == 3, "the centres")
    assert groups.plot.places.shape == (len(groups._rows), 2)
    trained = desk.window.session.trained
    # Each sample is drawn in the class of the centre that is nearest in all four columns.
    rows = trained.preparation.inputs(groups._rows)
    distances = ((rows[:, None] - trained.weights["kmeans1.centres"][None]) ** 2).sum(2)
    np.testing.assert_array_equal(groups.plot._labels, distances.argmin(1))
