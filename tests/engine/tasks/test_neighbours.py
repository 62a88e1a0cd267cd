"""The nearest training samples of a row: by what the network is given, and never those that are held back."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import DataError
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.tasks import neighbours
from engine.tasks.answerer import Answerer
from engine.tasks.queries import LearnedNetwork, Neighbours
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from tests.engine.data.test_table_cells import titanic_like

pytestmark = pytest.mark.usefixtures("nothing_read")


def network(path: Path) -> LearnedNetwork:
    recipe = Recipe(dataset="own-table").with_setting("dataset_options", {"path": str(path)})
    data = load_rows(recipe)
    return LearnedNetwork(Graph(), recipe, data.schema, {}, Preparation.fit(data))


def test_they_are_those_of_a_plain_search_and_none_is_held_back(tmp_path: Path) -> None:
    learned = network(titanic_like(tmp_path / "titanic.csv"))
    data, preparation = load_rows(learned.recipe), learned.preparation
    assert preparation is not None
    prepared = preparation.inputs(data.train.inputs).astype(float)
    answerer = Answerer()
    for row in data.test.inputs[:10]:
        found = answerer.answer(learned, Neighbours(row[None]))
        apart = np.linalg.norm(prepared - preparation.inputs(row[None]).astype(float), axis=1)
        nearest = np.argsort(apart, kind="stable")[:5]
        assert np.allclose(found.distances, apart[nearest])
        assert np.allclose(found.squares.sum(axis=1), found.distances**2)
        for sample, target in zip(found.inputs, found.targets, strict=True):
            same = (np.isclose(data.train.inputs, sample, equal_nan=True)).all(axis=1)
            assert target in data.train.targets[same]
        assert (found.among, found.all) == (len(data.train), len(data.train))
    own = answerer.answer(learned, Neighbours(data.train.inputs[3:4], 2))
    assert own.distances[0] == 0
    assert len(own.inputs) == 2


def test_of_very_many_samples_some_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = network(titanic_like(tmp_path / "titanic.csv"))
    monkeypatch.setattr(neighbours, "MOST_NUMBERS", 1_000)
    data = load_rows(learned.recipe)
    found = Answerer().answer(learned, Neighbours(data.train.inputs[:1]))
    assert 0 < found.among <= 1_000 // learned.schema.input.count + 1
    assert found.all == len(data.train)


def test_of_a_table_that_has_changed_nothing_is_claimed(tmp_path: Path) -> None:
    path = titanic_like(tmp_path / "titanic.csv")
    learned = network(path)
    row = load_rows(learned.recipe).train.inputs[:1]
    titanic_like(path, rows=250)
    os.utime(path, (1, 1))
    with pytest.raises(DataError, match="has changed since"):
        Answerer().answer(learned, Neighbours(row))
    with pytest.raises(DataError, match="does not have the columns"):
        Answerer().answer(network(path), Neighbours(row[:, :2]))
