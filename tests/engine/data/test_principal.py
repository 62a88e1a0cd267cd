"""Principal components, the same as scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from engine.data.principal import principal


@pytest.mark.parametrize(("rows", "columns"), [(60, 2), (200, 5), (30, 90), (120, 900)])
def test_the_directions_are_those_of_scikit_learn(rows: int, columns: int) -> None:
    dice = np.random.default_rng(rows)
    values = dice.normal(0, 1, (rows, columns)) * np.linspace(0.2, 1, columns) + 7
    values[:, -1] *= 9
    values[:, 0] += dice.normal(0, 6, rows)
    found, expected = principal(values), PCA(2).fit(values)
    assert found.shares == pytest.approx(expected.explained_variance_ratio_, rel=1e-4)
    for mine, theirs in zip(found.directions, expected.components_, strict=True):
        assert abs(float(mine @ theirs)) == pytest.approx(1.0, abs=1e-4)
    np.testing.assert_allclose(np.abs(found.project(values)), np.abs(expected.transform(values)), atol=0.05)


def test_rows_that_do_not_differ_have_places_too() -> None:
    for values in (np.ones((5, 3)), np.ones((1, 2)), np.outer(np.arange(6), [1.0, 2.0])):
        found = principal(values)
        assert np.isfinite(found.project(values)).all()
        assert 0 <= found.shares[1] <= 1e-9
        np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-9)
