"""Folds divide all but the test rows, in proportion and with what belongs together; scikit-learn is the measure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset, Split
from engine.data.folding import Folds, deal_folds, folds_in_time
from engine.data.preparation import Preparation
from engine.training.data_loading import fold_rows, load_folds, load_rows
from engine.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("nothing_read")
CLASSES = st.lists(st.integers(0, 3), min_size=20, max_size=200)


@given(CLASSES, st.integers(2, 10), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_classes_are_in_each_fold_as_scikit_learn_has_them(classes: list[int], folds: int, seed: int) -> None:
    targets = np.array(classes)
    fold = deal_folds(targets, np.arange(len(targets)), folds, seed, stratified=True)
    assert set(fold.tolist()) == set(range(folds)), "every fold judges some"
    if np.bincount(targets)[np.unique(targets)].min() < folds:
        return
    theirs = np.empty(len(targets), dtype=int)
    for number, (_, judged) in enumerate(StratifiedKFold(folds, shuffle=True, random_state=0).split(targets, targets)):
        theirs[judged] = number
    for value in np.unique(targets):
        ours = np.bincount(fold[targets == value], minlength=folds)
        other = np.bincount(theirs[targets == value], minlength=folds)
        assert sorted(ours.tolist()) == sorted(other.tolist())


@given(st.lists(st.integers(0, 25), min_size=40, max_size=150), st.integers(2, 5), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_groups_are_in_one_fold_as_scikit_learn_has_them(groups: list[int], folds: int, seed: int) -> None:
    numbers = np.array(groups)
    if len(np.unique(numbers)) < folds:
        return
    fold = deal_folds(np.zeros(len(numbers)), numbers, folds, seed, stratified=False)
    for group in np.unique(numbers):
        assert len(set(fold[numbers == group].tolist())) == 1
    ours = sorted(len(np.unique(numbers[fold == one])) for one in range(folds))
    theirs = sorted(len(np.unique(numbers[judged])) for _, judged in GroupKFold(folds).split(numbers, numbers, numbers))
    assert sum(ours) == sum(theirs) == len(np.unique(numbers))
    assert max(ours) - min(ours) <= 1


@given(st.integers(2, 8), st.integers(30, 120))
@settings(max_examples=40, deadline=None)
def test_time_is_cut_as_scikit_learn_cuts_it(folds: int, count: int) -> None:
    times = np.random.default_rng(count).permutation(count).astype(float)
    fold = folds_in_time(times, folds)
    order = np.argsort(times)
    for number, (train, judged) in enumerate(TimeSeriesSplit(folds).split(order)):
        assert set(np.flatnonzero(fold == number)) == set(order[judged])
        assert set(np.flatnonzero(fold < number)) == set(order[train])


def test_rows_of_the_same_time_are_in_one_fold() -> None:
    times = np.repeat(np.arange(12), 5)
    fold = folds_in_time(times, 3)
    for time in range(12):
        assert len(set(fold[times == time].tolist())) == 1
    with pytest.raises(DataError, match="too few different times"):
        folds_in_time(np.zeros(50), 3)


@given(CLASSES, st.lists(st.integers(0, 3), max_size=40), st.integers(2, 6), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_rows_added_at_the_end_move_none(classes: list[int], more: list[int], folds: int, seed: int) -> None:
    targets = np.array([*classes, *more])
    least = np.bincount(classes)[np.unique(classes)].min()
    if least < folds:
        return  # too few to be dealt out in blocks
    before = deal_folds(targets[: len(classes)], np.arange(len(classes)), folds, seed, stratified=True)
    after = deal_folds(targets, np.arange(len(targets)), folds, seed, stratified=True)
    assert np.array_equal(before, after[: len(classes)])


def test_too_few_rows_are_told() -> None:
    with pytest.raises(DataError, match="4 samples, or groups of them, to divide into 5 folds"):
        deal_folds(np.zeros(4), np.arange(4), 5, 0, stratified=False)
    with pytest.raises(DataError, match="2 to 20 folds"):
        deal_folds(np.zeros(40), np.arange(40), 21, 0, stratified=False)


# Of datasets


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """240 visits of sixty patients, some copied, with missing, skewed and rare values."""
    chance = np.random.default_rng(0)
    rows = []
    for n in range(240):
        town = "" if n % 11 == 0 else ("Bonn", "Ulm", "Kiel")[n % 3]
        dose = "" if n % 13 == 0 else f"{np.exp(chance.normal(2, 1)):.3f}"
        rows.append(f"p{n % 60},2024-{1 + n // 60:02}-{1 + n % 28:02},{dose},{town},{'yes' if n % 7 > 2 else 'no'}")
    path = tmp_path / "visits.csv"
    path.write_text("patient,day,dose,town,ill\n" + "\n".join([*rows, *rows[-12:]]) + "\n", encoding="utf-8")
    return path


def recipe_of(path: Path, folds: int = 5, **settings: object) -> Recipe:
    options = {f"dataset_options.{name}": value for name, value in settings.items() if name in ("group", "time", "log")}
    more = {name: value for name, value in settings.items() if f"dataset_options.{name}" not in options}
    return Recipe(dataset="own-table").with_settings(
        {"dataset_options.path": str(path), "dataset_options.flags": True, **options, "folds": folds, **more}
    )


def lines(split: Split) -> list[bytes]:
    """The rows of a split, each as its bytes."""
    rows = zip(split.inputs, split.targets, strict=True)
    return [inputs.tobytes() + np.asarray(target).tobytes() for inputs, target in rows]


def parts(data: Dataset) -> list[list[bytes]]:
    return [lines(split) for split in (data.train, data.validation, data.test)]


@pytest.mark.parametrize("settings", [{}, {"group": "patient"}, {"split": "random"}, {"validation": 0.0}])
def test_the_folds_are_all_rows_but_those_of_the_test(visits: Path, settings: dict[str, object]) -> None:
    recipe = recipe_of(visits, **settings)
    whole, folds = load_rows(recipe), load_folds(recipe)
    judged: list[bytes] = []
    for number in range(5):
        train, held, of_fold = parts(folds.fold(number))
        judged += of_fold
        assert sorted(train + held + of_fold) == sorted(lines(whole.train) + lines(whole.validation))
        assert not set(of_fold) & (set(train) | set(held)), "copies stay together"
        # Drawn blindly, a copy of a test row may be anywhere: that is what the automatic split is for.
        assert recipe.split == "random" or not set(of_fold) & set(lines(whole.test))
        assert bool(held) == (recipe.validation > 0)
    assert sorted(judged) == sorted(lines(whole.train) + lines(whole.validation))
    again = load_folds(recipe)
    assert np.array_equal(folds.numbers, again.numbers)
    assert not np.array_equal(folds.numbers, load_folds(recipe.with_setting("seed", 1)).numbers[: len(folds.numbers)])


def test_a_fold_in_time_is_judged_by_later_rows(visits: Path) -> None:
    folds = load_folds(recipe_of(visits, folds=3, time="day"))
    assert folds.in_time
    assert sum(folds.sizes()) < len(folds.rows)
    sizes = [len(folds.fold(number).train) + len(folds.fold(number).validation) for number in range(3)]
    assert sizes == sorted(sizes)


def test_what_is_read_in_order_has_no_folds() -> None:
    recipe = Recipe(dataset="python-topics", folds=5)
    with pytest.raises(DataError, match="cannot be divided into folds"):
        load_folds(recipe)


def test_given_parts_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    said = ("train", "train", "train", "val", "test")
    rows = [f"{n},{n % 7},{'yes' if n % 3 else 'no'},{said[n % 5]}" for n in range(100)]
    path.write_text("n,seven,bought,split\n" + "\n".join(rows) + "\n", encoding="utf-8")
    options = {"path": str(path), "parts": "split", "target": "bought", "columns": "n, seven"}
    folds = catalogue.load_folds("own-table", 4, options=options)
    for number in range(4):
        data = folds.fold(number)
        assert {int(n) % 5 for n in data.validation.inputs[:, 0]} == {3}
        assert 4 not in {int(n) % 5 for n in np.concatenate([data.train.inputs, data.test.inputs])[:, 0]}
    assert sum(folds.sizes()) == 60


# Nothing is fitted on rows that are not learned from, in any fold


@pytest.mark.parametrize("preparation", ["standardise", "scale", "none"])
@pytest.mark.parametrize("target", ["ill", "dose"])
def test_poisoned_rows_change_nothing_that_is_fitted(visits: Path, preparation: str, target: str) -> None:
    log = "dose" if target == "ill" else ""
    recipe = recipe_of(visits, log=log, preparation=preparation).with_setting("dataset_options.target", target)
    folds = load_folds(recipe)
    for number in range(5):
        data = fold_rows(recipe, folds, number)
        clean = Preparation.fit(data, preparation)
        numbers = np.random.default_rng(number)

        def poisoned(split: Split, numbers: np.random.Generator = numbers) -> Split:
            inputs = np.full_like(split.inputs, 1e9)
            inputs[numbers.random(inputs.shape) < 0.5] = np.nan
            targets = split.targets.copy()
            return Split(inputs, targets * 1e9 if targets.dtype.kind == "f" and targets.ndim > 1 else targets)

        mixed = Dataset(data.schema, data.train, poisoned(data.validation), poisoned(data.test))
        assert Preparation.fit(mixed, preparation) == clean
        # And it is the fold's own rows that are fitted to: other training rows give other figures.
        if preparation != "none":
            assert Preparation.fit(fold_rows(recipe, folds, (number + 1) % 5), preparation) != clean


def test_a_poisoned_fold_changes_only_what_it_is_learned_from(visits: Path) -> None:
    """Poison the rows of one fold in the file's own numbers: only that fold's network was not fitted to them."""
    recipe = recipe_of(visits)
    folds = load_folds(recipe)
    inputs = folds.rows.inputs.copy()
    inputs[folds.numbers == 2, 0] = 1e6
    poisoned = Folds(5, folds.whole, Split(inputs, folds.rows.targets), folds.numbers, folds.held_out)
    for number in range(5):
        clean, dirty = (Preparation.fit(which.fold(number), "standardise") for which in (folds, poisoned))
        assert (clean == dirty) == (number == 2)
