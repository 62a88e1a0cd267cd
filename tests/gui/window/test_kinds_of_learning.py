"""What should it learn: the cards of the goal's page, the toolbar and the views follow the kind that is chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.tasks.registry import KINDS
from gui.panels.task_chooser import KindCard, TaskChooser
from gui.tasks.k_means.groups import GroupsView
from gui.tasks.registry import CURVES, RESULTS
from gui.tasks.tryout import PANELS
from gui.tryout.host import USUAL


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


def test_every_view_that_a_kind_names_can_be_made() -> None:
    for kind in KINDS.values():
        assert set(kind.results) <= {CURVES, *RESULTS}, kind.name
        assert set(kind.tryout) <= {*USUAL, *PANELS}, kind.name
        assert CURVES in kind.results


def test_the_kinds_that_fit_are_offered_with_their_sentences_and_the_one_there_is_chosen(desk) -> None:
    desk.use("points-2d")
    cards = chooser(desk).cards
    assert list(cards) == ["classification", "k-means", "gan"]
    assert cards["classification"].button.isChecked()
    assert cards["k-means"].button.accessibleDescription() == KINDS["k-means"].summary
    desk.use("houses")
    assert list(chooser(desk).cards) == ["regression", "k-means", "gan"]


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
    found = chooser(desk)
    assert not found.offers
    choose(desk, "k-means")
    found = chooser(desk)
    assert list(found.offers) == ["k-means"]
    QTest.mouseClick(found.offers["k-means"], Qt.MouseButton.LeftButton)
    assert [node.kind for node in desk.window.document.whole.of_kind("KMeans")] == ["KMeans"]
    assert desk.window.document.whole_analysis.ready
    assert not chooser(desk).offers
    choose(desk, "classification")
    assert "points-2d" in chooser(desk).offers, "and back again"


def test_the_toolbar_has_the_quick_settings_of_the_kind(desk) -> None:
    desk.use("points-2d")
    toolbar = desk.window.toolbar

    def shown() -> list[str]:
        paths = [path for path in toolbar.headings if path != "dataset" and toolbar.headings[path].isVisible()]
        assert all(toolbar.field(path).isVisible() for path in paths)
        return sorted(paths)

    before = shown()
    assert before == ["batch_size", "epochs", "optimizer.kind", "optimizer.learning_rate"]
    choose(desk, "k-means")
    assert shown() == ["epochs", "task.starts"]
    toolbar.field("task.starts").edited.emit(7)
    assert desk.window.document.recipe.task.starts == 7
    choose(desk, "classification")
    assert shown() == before


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
