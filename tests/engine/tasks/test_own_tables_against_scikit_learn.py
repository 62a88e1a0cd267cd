"""What the proposed network makes of real tables, beside scikit-learn on the same split; skipped without the data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine.data import fields as of_fields
from engine.data.dataset import Dataset
from engine.running.run import Run
from engine.tasks.proposal import proposed
from engine.training.data_loading import load_rows

DATA = os.environ.get("SKETCHNET_DATA")
pytestmark = [
    pytest.mark.skipif(not DATA, reason="needs the real data that SKETCHNET_DATA names"),
    pytest.mark.endurance,
]


def baselines(data: Dataset, linear, boosting) -> tuple[float, float]:
    """Test figures (accuracy or R²) of two models of scikit-learn, fitted on the training and the validation rows."""
    inputs = np.concatenate([data.train.inputs, data.validation.inputs])
    targets = np.concatenate([data.train.targets, data.validation.targets]).ravel()
    measured = np.flatnonzero(of_fields.measured(data.schema.fields))
    others = np.setdiff1d(np.arange(inputs.shape[1]), measured)
    done = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), measured),
        (SimpleImputer(strategy="most_frequent"), others),
    )
    scores = []
    for model in (make_pipeline(done, linear), boosting):
        model.fit(inputs, targets)
        scores.append(float(model.score(data.test.inputs, data.test.targets.ravel())))
    return scores[0], scores[1]


def trained(path: str, **settings: object) -> tuple[Dataset, dict[str, float]]:
    proposal = proposed(Path(str(DATA)) / path)
    recipe = proposal.recipe.with_settings({"device": "cpu", **settings})
    data = load_rows(recipe)
    outcome = Run(proposal.graph, recipe, data).run()
    assert outcome.test is not None
    return data, dict(outcome.test)


def test_titanic() -> None:
    ours, linear, boosted = [], [], []
    for seed in range(3):  # 134 rows are few to judge by
        data, figures = trained("tab_titanic/train.csv", seed=seed)
        one, other = baselines(data, LogisticRegression(max_iter=1000), HistGradientBoostingClassifier(random_state=0))
        ours.append(figures["test_accuracy"])
        linear.append(one)
        boosted.append(other)
    print(f"\nTitanic, accuracy by seed: network {ours}, logistic regression {linear}, gradient boosting {boosted}")
    assert np.mean(ours) > np.mean(linear) - 0.02
    assert np.mean(ours) > 0.76


def test_california_housing() -> None:
    data, figures = trained("tab_california_housing/housing.csv", epochs=20)
    linear, boosted = baselines(data, LinearRegression(), HistGradientBoostingRegressor(random_state=0))
    print(f"\nCalifornia housing, R²: network {figures['test_r2']:.3f}, linear {linear:.3f}, boosting {boosted:.3f}")
    assert data.schema.target.names == ("median_house_value",)
    assert figures["test_r2"] > linear + 0.08
    assert figures["test_r2"] > 0.75
