"""Which training sample is nearest to a generated one, how far it is, and how far that is among training samples."""

from __future__ import annotations

import numpy as np
import pytest

from engine.graph import templates
from engine.tasks.gan.samples import Sampler
from engine.tasks.nearest import TrainingSamples
from engine.tasks.queries import Interpolate
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe


def test_the_nearest_picture_is_the_nearest_pixel_by_pixel() -> None:
    rows = np.random.default_rng(0).integers(0, 256, (9_000, 1, 6, 6), dtype=np.uint8)
    known = TrainingSamples(rows, None)
    for number in (0, 4_500, 8_999):
        near = rows[number].copy()
        near[0, 0, 0] ^= 1
        row, distance = known.nearest(near)
        assert np.array_equal(row, rows[number])
        assert distance == pytest.approx(1)


def test_how_far_training_samples_are_from_one_another() -> None:
    assert TrainingSamples(np.array([[0.0], [1.0], [3.0], [6.0]]), None).usual == pytest.approx(1.5)
    assert TrainingSamples(np.array([[2.0], [2.0]]), None).usual == 0
    assert TrainingSamples(np.array([[2.0]]), None).usual is None


def test_a_picture_is_as_far_away_as_its_pixels_are_of_their_range() -> None:
    recipe = Recipe().with_settings({"dataset": "strokes", "dataset_options.samples": 200, "task.kind": "gan"})
    data = load_rows(recipe)
    found = Sampler(templates.build("gan-digits"), data.schema, None, None, recipe).interpolate(Interpolate(seed=1))
    low, high = data.schema.value_range
    assert found.nearest is not None
    share = (found.sample.astype(float) - found.nearest.astype(float)) / (high - low)
    assert found.distance == pytest.approx(np.sqrt((share**2).mean()), rel=1e-5)
    assert found.usual is not None
    assert 0 < found.usual < 1
