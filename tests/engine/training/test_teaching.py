"""Teaching a network the user's own examples: with what it is mixed, how carefully, and what is said of it."""

from __future__ import annotations

import json

import pytest

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.reports.own_drawings import OwnFigure, beside, gained_and_lost
from engine.training.recipe import Recipe
from engine.training.teaching import judged_with, teaching_recipe

TRAINED = Recipe(dataset="strokes", dataset_options={"samples": 500}, epochs=40, patience=3, batch_size=512, seed=8)


def test_it_goes_on_slowly_with_the_data_it_knows_in_the_same_splits() -> None:
    taught = teaching_recipe(TRAINED, "mine")
    given = taught.dataset_options
    assert (taught.dataset, given["path"], given["base"]) == ("own-examples", "mine", "strokes")
    assert json.loads(given["base_options"]) == {"samples": 500}
    assert (taught.seed, taught.validation, taught.test) == (TRAINED.seed, TRAINED.validation, TRAINED.test)
    rate = "learning_rate"
    assert taught.optimizer.values[rate] == pytest.approx(TRAINED.optimizer.values[rate] / 10)
    assert (taught.patience, taught.schedule.kind) == (0, "constant")
    assert judged_with(taught) == judged_with(TRAINED) == "strokes"
    again = teaching_recipe(taught, "mine")
    assert again == taught, "taught twice it goes on as slowly, with the same data"


def test_data_that_is_not_here_has_a_stand_in_that_looks_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "is_available", lambda _name: False)
    assert judged_with(teaching_recipe(Recipe(dataset="mnist"), "mine")) == "strokes"
    with pytest.raises(DataError, match="would forget it"):
        teaching_recipe(Recipe(dataset="fashion-mnist"), "mine")


def test_what_is_said_of_it() -> None:
    assert beside("MNIST", 0.996, OwnFigure(58, 64)) == "MNIST 99.6 % · you 91 % (64 drawings)"
    assert beside("MNIST", None, OwnFigure(1, 1, held=True)) == "you 100 % (1 drawing not learned from)"
    words = gained_and_lost("MNIST", (0.996, OwnFigure(4, 10, True)), (0.9948, OwnFigure(9, 10, True)))
    assert words == "You 4 → 9 of 10 drawings it was not taught with · MNIST 99.6 % → 99.5 %"
    assert gained_and_lost("MNIST", (None, None), (0.99, OwnFigure(0, 0, True))) == "MNIST 99.0 %"
