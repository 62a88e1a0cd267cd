"""Rows of the user's are divided so that they keep their part, in proportion, and what belongs together stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import catalogue
from engine.data.dataset import DataError, Split
from engine.data.sources import own_table
from engine.data.stable_split import joined, same_rows, split_in_time, split_stably
from engine.data.tables.dates import moments
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe


@pytest.fixture(autouse=True)
def no_table_is_known():  # type: ignore[no-untyped-def]
    own_table.forget()
    yield
    own_table.forget()


def parts_of(rows: int, parts: tuple[np.ndarray, ...]) -> np.ndarray:
    found = np.full(rows, -1)
    for number, part in enumerate(parts):
        assert (found[part] == -1).all(), "no row is in two parts"
        found[part] = number
    assert (found >= 0).all(), "every row is in one"
    return found


@given(st.integers(3, 300), st.integers(0, 80), st.integers(0, 5), st.sampled_from([0.0, 0.05, 0.1, 0.25]))
@settings(max_examples=60, deadline=None)
def test_rows_added_at_the_end_move_none(rows: int, more: int, seed: int, share: float) -> None:
    targets = np.random.default_rng(1).integers(0, 3, rows + more)
    alone = np.arange(rows + more)
    before = parts_of(rows, split_stably(targets[:rows], alone[:rows], share, 0.15, seed, stratified=True))
    after = parts_of(rows + more, split_stably(targets, alone, share, 0.15, seed, stratified=True))
    assert np.array_equal(before, after[:rows])


@given(st.integers(0, 1000), st.sampled_from([(0.1, 0.15), (0.2, 0.2), (0.05, 0.3)]))
@settings(max_examples=40, deadline=None)
def test_every_class_is_in_proportion(seed: int, shares: tuple[float, float]) -> None:
    targets = np.repeat([0, 1], [900, 100])
    found = parts_of(1000, split_stably(targets, np.arange(1000), *shares, seed, stratified=True))
    for value, count in ((0, 900), (1, 100)):
        of_class = np.bincount(found[targets == value], minlength=3)
        assert abs(of_class[1] - shares[0] * count) <= 1
        assert abs(of_class[2] - shares[1] * count) <= 1


def test_another_seed_divides_otherwise() -> None:
    one, other = (split_stably(np.zeros(500), np.arange(500), 0.1, 0.1, seed, stratified=False) for seed in (0, 1))
    assert not np.array_equal(one[2], other[2])


@given(st.lists(st.integers(0, 12), min_size=5, max_size=80), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_a_group_is_in_one_part(groups: list[int], seed: int) -> None:
    numbers = np.array(groups)
    found = parts_of(len(groups), split_stably(np.zeros(len(groups)), numbers, 0.2, 0.3, seed, stratified=False))
    for group in set(groups):
        assert len(set(found[numbers == group])) == 1


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_joined_groups_follow_every_link(pairs: list[tuple[int, int]]) -> None:
    one, other = (np.array(values) for values in zip(*pairs, strict=True))
    found = joined(one, other)
    for a, first in enumerate(pairs):
        for b, second in enumerate(pairs):
            if first[0] == second[0] or first[1] == second[1]:
                assert found[a] == found[b]
    assert len(set(found.tolist())) >= 1


def test_rows_that_are_the_same_are_numbered_alike() -> None:
    inputs = np.array([[1, 2], [3, 4], [1, 2], [1, 2], [np.nan, 1], [np.nan, 1]], dtype=np.float32)
    numbers = same_rows(Split(inputs, np.array([0, 0, 0, 1, 0, 0])))
    assert numbers.tolist() == [0, 1, 0, 2, 3, 3]
    often = Split(np.zeros((6, 1), dtype=np.float32), np.array([0, 0, 0, 1, 0, 0]))
    assert same_rows(often).tolist() == [0, 1, 2, 3, 4, 5], "the same was seen again; there is no copy"


def test_the_latest_rows_are_judged_by_and_no_time_is_divided() -> None:
    times = np.array([5, 1, 2, 9, 9, 3, 4, 9, 6, 7], dtype=float)
    train, held, judged = split_in_time(times, 0.2, 0.2)
    assert sorted(times[judged]) == [9, 9, 9]
    assert times[held].min() > times[train].max()
    assert times[held].max() < times[judged].min()
    parts_of(10, (train, held, judged))


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2024-02-01", "2023-12-31", "2024-01-15"], [2, 0, 1]),
        (["13.01.2024", "02.01.2024", "01.02.2024"], [1, 0, 2]),
        (["1/13/2024", "12/1/2023", "2/1/2024"], [1, 0, 2]),
        (["2024-01-01 10:30", "2024-01-01 09:00", "2023-01-01 23:59"], [2, 1, 0]),
    ],
)
def test_dates_are_put_in_order(texts: list[str], order: list[int]) -> None:
    found = moments("day", texts, np.zeros(3, dtype=bool))
    assert np.argsort(np.argsort(found)).tolist() == order


def test_dates_that_can_be_read_in_two_ways_are_refused() -> None:
    with pytest.raises(DataError, match="day first or the month"):
        moments("day", ["1/2/2024", "3/4/2024"], np.zeros(2, dtype=bool))
    with pytest.raises(DataError, match="nor a date written as the others"):
        moments("day", ["2024-01-01", "soon"], np.zeros(2, dtype=bool))


# A table of the user's


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """Four visits of each of sixty patients, one a month, the last ten rows twice."""
    rows = [
        f"p{n % 60},2024-{1 + n // 60:02}-{1 + n % 28:02},{(n * 37) % 101},{'yes' if n % 7 > 2 else 'no'}"
        for n in range(240)
    ]
    path = tmp_path / "visits.csv"
    path.write_text("patient,day,dose,ill\n" + "\n".join([*rows, *rows[-10:]]) + "\n", encoding="utf-8")
    return path


def split_of(path: Path, **options: str) -> tuple[list[np.ndarray], Recipe]:
    """The inputs of the three parts, with the target of each row behind them."""
    recipe = Recipe(dataset="own-table").with_settings(
        {"dataset_options.path": str(path), **{f"dataset_options.{k}": v for k, v in options.items() if k != "split"}}
    )
    recipe = recipe.with_setting("split", options.get("split", "auto"))
    data = load_rows(recipe)
    parts = (data.train, data.validation, data.test)
    return [np.column_stack([part.inputs, part.targets]) for part in parts], recipe


def test_a_group_column_keeps_its_rows_together_and_is_no_input(visits: Path) -> None:
    schema = catalogue.schema("own-table", {"path": str(visits), "group": "patient"})
    assert "patient" not in schema.columns
    assert {field.name: field.role.value for field in schema.fields}["patient"] == "group"
    patients = {}
    for number, part in enumerate(split_of(visits, group="patient")[0]):
        for value in part[:, list(schema.columns).index("dose")]:
            rows = [n % 60 for n in range(240) if (n * 37) % 101 == value]
            for one in rows:
                patients.setdefault((one, value), set()).add(number)
    pool = own_table.OWN_TABLE.make(catalogue.checked_options("own-table", {"path": str(visits), "group": "patient"}))
    assert pool.groups is not None
    assert len(set(pool.groups.tolist())) == 60


def test_rows_that_are_the_same_are_never_on_both_sides(visits: Path) -> None:
    (train, held, judged), _ = split_of(visits)
    sets = [{row.tobytes() for row in part} for part in (train, held, judged)]
    assert not sets[0] & sets[1]
    assert not sets[0] & sets[2]
    assert not sets[1] & sets[2]


def test_a_time_column_leaves_the_latest_rows_for_the_test(visits: Path) -> None:
    options = {"path": str(visits), "time": "day"}
    pool = own_table.OWN_TABLE.make(catalogue.checked_options("own-table", options))
    assert pool.times is not None
    data = catalogue.load("own-table", options=options, validation=0.2, test=0.2)
    assert len(data.test) >= 0.2 * len(pool.rows)
    with pytest.raises(DataError, match="no column that says which rows belong together"):
        catalogue.load("own-table", options=options, split="grouped")


def test_what_cannot_be_a_group_is_refused(visits: Path) -> None:
    for options, words in (
        ({"group": "nobody"}, "no column called"),
        ({"group": "ill"}, "is the target or an input"),
        ({"group": "patient, day"}, "one column is expected"),
        ({"group": "dose", "columns": "dose"}, "is the target or an input"),
    ):
        with pytest.raises(DataError, match=words):
            catalogue.schema("own-table", {"path": str(visits), **options})


def test_a_project_of_before_is_divided_as_it_was(visits: Path) -> None:
    _, recipe = split_of(visits)
    assert recipe.split == "auto"
    written = {**recipe.to_json(), "format": 3}
    del written["split"]
    assert Recipe.from_json(written).split == "random"
    assert Recipe.from_json(recipe.to_json()) == recipe


# Nothing is fitted on rows that are not learned from


@pytest.mark.parametrize("part", ["validation", "test"])
@pytest.mark.parametrize("preparation", ["standardise", "scale", "none"])
def test_poisoned_rows_change_nothing_that_is_fitted(visits: Path, part: str, preparation: str) -> None:
    from engine.data.dataset import Dataset
    from engine.data.preparation import Preparation

    recipe = split_of(visits)[1].with_settings(
        {"dataset_options.flags": True, "dataset_options.log": "dose", "preparation": preparation}
    )
    data = load_rows(recipe)
    clean = Preparation.fit(data, preparation)
    poisoned = Split(np.full_like(data.train.inputs[:50], 1e9), data.train.targets[:50])
    splits = {"train": data.train, "validation": data.validation, "test": data.test} | {part: poisoned}
    assert Preparation.fit(Dataset(data.schema, **splits), preparation) == clean
