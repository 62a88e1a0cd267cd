"""What is said of a table before it is learned from: figures against scikit-learn and numpy, warnings and repairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.data_warning import DataWarning
from engine.data.sources import own_table
from engine.data.sources.own_table_profile import TableProfile


@pytest.fixture(autouse=True)
def no_table_is_known():  # type: ignore[no-untyped-def]
    own_table.forget()
    yield
    own_table.forget()


CHANCE = np.random.default_rng(0)


def table(folder: Path, columns: dict[str, list[object]]) -> dict[str, str]:
    path = folder / "t.csv"
    rows = zip(*columns.values(), strict=True)
    path.write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return {"path": str(path)}


def plain(rows: int = 400) -> dict[str, list[object]]:
    """Two columns of noise, and a target that has little to do with them."""
    a, b = CHANCE.normal(size=rows).round(4), CHANCE.normal(size=rows).round(4)
    passed = np.where(a + CHANCE.normal(size=rows) * 3 > 0, "yes", "no")
    return {"a": a.tolist(), "b": b.tolist(), "passed": passed.tolist()}


def warned(found: TableProfile, words: str) -> list[DataWarning]:
    return [one for one in found.warnings if words in one.words]


def test_nothing_is_said_of_an_ordinary_table(tmp_path: Path) -> None:
    assert own_table.profile(table(tmp_path, plain())).warnings == ()


def test_a_column_that_gives_the_target_away_is_named_and_can_be_left_out(tmp_path: Path) -> None:
    columns = plain()
    score = [50 + CHANCE.integers(1, 50) if one == "yes" else CHANCE.integers(0, 50) for one in columns["passed"]]
    options = table(tmp_path, {"exam score": score, **columns})
    (found,) = warned(own_table.profile(options), "known beforehand")
    assert found.column == "exam score"
    assert "exam score alone gets 9" in found.words or "100" in found.words
    repaired = catalogue.schema("own-table", {**options, **found.options})
    assert repaired.columns == ("a", "b")
    assert not warned(own_table.profile({**options, **found.options}), "known beforehand")


def test_a_number_that_follows_from_another_is_named(tmp_path: Path) -> None:
    x = CHANCE.uniform(0, 10, 600).round(3)
    options = table(tmp_path, {"x": x.tolist(), "noise": CHANCE.normal(size=600).tolist(), "price": (3 * x).tolist()})
    (found,) = warned(own_table.profile(options), "known beforehand")
    assert "R²" in found.words


def test_what_a_column_alone_gets_is_what_a_tree_of_bins_gets(tmp_path: Path) -> None:
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    columns = plain(2_000)
    a = np.array(columns["a"], dtype=float)
    columns["passed"] = np.where(np.abs(a) + CHANCE.normal(size=2_000) * 0.3 > 0.7, "yes", "no").tolist()
    (found, *_) = own_table.profile(table(tmp_path, columns)).columns
    tree = DecisionTreeClassifier(max_leaf_nodes=100, min_samples_leaf=5)
    wanted = cross_val_score(tree, a[:, None], columns["passed"], cv=2).mean()
    assert found.alone is not None
    assert abs(found.alone - wanted) < 0.05


def test_a_histogram_is_that_of_numpy(tmp_path: Path) -> None:
    columns = plain()
    (found, *_) = own_table.profile(table(tmp_path, columns)).columns
    counts, edges = np.histogram(np.array(columns["a"], dtype=float), bins=30)
    assert found.counts is not None
    assert found.edges is not None
    assert np.array_equal(found.counts, counts)
    np.testing.assert_allclose(found.edges, edges)


def test_rare_classes_and_a_class_that_is_nearly_all(tmp_path: Path) -> None:
    columns = plain(300)
    columns["passed"] = ["no"] * 290 + ["maybe"] * 7 + ["yes"] * 3
    found = own_table.profile(table(tmp_path, columns))
    (rare,) = warned(found, "fewer than 10 rows")
    assert "yes (3), maybe (7)" in rare.words
    (mostly,) = warned(found, "always saying so")
    assert "96.7%" in mostly.words


def test_copies_are_counted(tmp_path: Path) -> None:
    columns = plain(100)
    doubled = {name: [*values, *values[:5]] for name, values in columns.items()}
    (found,) = warned(own_table.profile(table(tmp_path, doubled)), "copies of another")
    assert found.words.startswith("5 rows")


def test_a_long_tail_asks_for_a_logarithm_that_can_be_taken(tmp_path: Path) -> None:
    columns = plain()
    income = np.exp(CHANCE.normal(size=400) * 1.5).round(3)
    options = table(tmp_path, {"income, yearly".replace(",", ""): income.tolist(), **columns})
    (found,) = warned(own_table.profile(options), "long tail")
    repaired = own_table.profile({**options, **found.options})
    assert not warned(repaired, "long tail")
    (field,) = [one for one in catalogue.schema("own-table", {**options, **found.options}).fields if one.log]
    assert field.name == "income yearly"


def test_what_is_mostly_missing_is_said(tmp_path: Path) -> None:
    columns = plain(100)
    columns["b"] = ["" if number % 3 else value for number, value in enumerate(columns["b"])]
    (found,) = warned(own_table.profile(table(tmp_path, columns)), "is missing in")
    assert found.options == {"columns": "a"}
