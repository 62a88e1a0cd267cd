"""What the program gets from tables of one's own with what it proposes, beside scikit-learn on the same splits.

    SKETCHNET_DATA=… python tests/benchmarks/own_data.py [--seeds 5] [--only titanic]

Each table lies in SKETCHNET_DATA as it was downloaded, and is trained as ``new --data`` proposes, with the seeds 0 to
4, which also divide it. Printed are the test figure of every seed with those of a linear model and of gradient
boosting, fitted on the training and the validation split, then the means with their spread.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import root_mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.data import fields as of_fields
from engine.data.dataset import Dataset
from engine.running.run import Run
from engine.tasks.proposal import proposed
from engine.training.data_loading import load_rows


@dataclass(frozen=True)
class Table:
    """A file, the figure that is wanted of it, as the run calls it, and how much at least, or at most for an error."""

    file: str
    figure: str
    wanted: float


TABLES = {
    "titanic": Table("tab_titanic/train.csv", "test_accuracy", 0.80),
    "california": Table("tab_california_housing/housing.csv", "test_r2", 0.79),
    "adult": Table("tab_adult_income/adult.data.gz", "test_accuracy", 0.85),
    "wine": Table("tab_wine_quality/winequality-red.csv", "test_rmse", 0.66),
}


def beside(data: Dataset, table: Table, seed: int) -> tuple[float, float]:
    """The same figure of a linear model and of gradient boosting."""
    inputs = np.concatenate([data.train.inputs, data.validation.inputs])
    targets = np.concatenate([data.train.targets, data.validation.targets]).ravel()
    measured = np.flatnonzero(of_fields.measured(data.schema.fields))
    others = np.setdiff1d(np.arange(inputs.shape[1]), measured)
    done = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), measured),
        (SimpleImputer(strategy="most_frequent"), others),
    )
    if table.figure == "test_accuracy":
        models = LogisticRegression(max_iter=2_000), HistGradientBoostingClassifier(random_state=seed)
    else:
        models = Ridge(), HistGradientBoostingRegressor(random_state=seed)
    found = []
    for model in (make_pipeline(done, models[0]), models[1]):
        model.fit(inputs, targets)
        if table.figure == "test_rmse":
            answers = model.predict(data.test.inputs)
            found.append(float(root_mean_squared_error(data.test.targets.ravel(), answers)))
        else:
            found.append(float(model.score(data.test.inputs, data.test.targets.ravel())))
    return found[0], found[1]


def figures(name: str, folder: Path, seeds: int) -> None:
    """Train and print."""
    table, rows = TABLES[name], []
    for seed in range(seeds):
        proposal = proposed(folder / table.file)
        recipe = proposal.recipe.with_setting("seed", seed)
        data = load_rows(recipe)
        started = time.perf_counter()
        outcome = Run(proposal.graph, recipe, data).run()
        took = time.perf_counter() - started
        assert outcome.test is not None
        ours = float(outcome.test[table.figure])
        rows.append((ours, *beside(data, table, seed)))
        print(
            f"{name}, seed {seed}: {ours:.4f} of {len(data.test):,}; linear {rows[-1][1]:.4f}, boosting "
            f"{rows[-1][2]:.4f}; {took:.0f} s",
            flush=True,
        )
    means = [
        f"{statistics.mean(values):.4f} ± {statistics.stdev(values) if len(values) > 1 else 0:.4f}"
        for values in zip(*rows, strict=True)
    ]
    print(
        f"{name}: mean {table.figure} {means[0]} (wanted {table.wanted}); linear {means[1]}, boosting {means[2]}",
        flush=True,
    )


def main() -> int:
    """Print what was asked for; 2 where the data is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=tuple(TABLES))
    arguments = parser.parse_args()
    folder = os.environ.get("SKETCHNET_DATA")
    if not folder:
        print("Set SKETCHNET_DATA to the folder with the tables.", file=sys.stderr)
        return 2
    for name in TABLES:
        if arguments.only in (None, name):
            figures(name, Path(folder).absolute(), arguments.seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
