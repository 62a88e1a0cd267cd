"""Batch normalisation with a batch size of 1: a problem with buttons before training, each one step of undo."""

from __future__ import annotations

import pytest

from engine.graph.rewiring import replace_kind


@pytest.fixture
def window(desk):
    """Points through BatchNorm1d, one row a step."""
    desk.use("points-2d", dataset_options__samples=200, batch_size=1)
    document = desk.window.document
    first = next(node.id for node in document.graph.nodes.values() if node.kind == "ReLU")
    document.edit("Add", replace_kind(document.graph, first, "BatchNorm1d"))
    return desk.window


def problems(window) -> list[str]:
    return [problem.code for problem in window.document.analysis.problems if problem.severity == "error"]


def test_the_problem_is_there_before_training_and_a_button_mends_the_recipe(desk, window) -> None:
    assert problems(window) == ["one number"]
    desk.do("train")
    assert not window.studio.trainer.running
    assert "Set the batch size to 2 or more" in desk.troubles[-1][1]
    window.show_problems()
    card = next(card for card in window.results.problems.cards if card.problem.code == "one number")
    card.fill()
    before = window.document.graph
    next(button for button in card.buttons if button.text() == "Set the batch size to 2").click()
    assert window.document.recipe.batch_size == 2
    assert window.document.graph == before
    assert problems(window) == []
    window.document.undo()
    assert window.document.recipe.batch_size == 1
    assert problems(window) == ["one number"]


def test_repair_all_changes_drawing_and_recipe_as_one_step(window) -> None:
    window.results.problems.repair_all.click()
    assert window.document.recipe.batch_size == 2
    assert problems(window) == []
    window.document.undo()
    assert window.document.recipe.batch_size == 1
