"""What each column of a table is like agrees with numpy and scikit-learn; each warning comes when it should, and only
then, and each repair removes what it was offered for.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, log_loss, r2_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeRegressor

from engine.data import reading
from engine.data.dataset import DataError
from engine.data.profile import ColumnType, DataWarning, TableProfile, WarningKind, profile_of
from engine.data.profile import relation as relations
from engine.data.sources import own_table

ROWS = 400
_random = np.random.default_rng(5)
NUMBERS = _random.normal(3, 2, ROWS)
WORDS = np.array(["red", "green", "blue", "grey"])[_random.integers(0, 4, ROWS)]
MONEY = np.exp(_random.normal(3, 1.5, ROWS))
PRICE = 2 * NUMBERS + (WORDS == "red") * 5 + _random.normal(0, 1, ROWS)
SICK = np.where(np.quantile(PRICE, 0.6) < PRICE, "yes", "no")


def _table(tmp_path: Path, **columns: object) -> dict[str, object]:
    path = tmp_path / "table.csv"
    texts = [[str(one) for one in values] for values in columns.values()]  # type: ignore[attr-defined]
    lines = [",".join(columns), *(",".join(row) for row in zip(*texts, strict=True))]
    path.write_text("\n".join(lines) + "\n")
    own_table.forget()
    return {"path": str(path)}


def _warnings(profile: TableProfile, kind: WarningKind) -> list[DataWarning]:
    return [one for one in profile.warnings if one.kind is kind]


def test_types_missing_values_and_top_values_are_those_of_the_file(tmp_path: Path) -> None:
    numbers = ["" if at % 10 == 0 else f"{value:.3f}" for at, value in enumerate(NUMBERS)]
    options = _table(
        tmp_path,
        id=range(1, ROWS + 1),
        size=numbers,
        colour=WORDS,
        smokes=np.where(NUMBERS > 3, "yes", "no"),
        day=[f"2024-01-{1 + at % 28:02d}" for at in range(ROWS)],
        note=[f"note {max(at, 1)}" for at in range(ROWS)],
        same=["x"] * ROWS,
        price=PRICE.round(4),
    )
    profile = profile_of(options)
    assert {one.name: one.type for one in profile.columns} == {
        "id": ColumnType.IDENTITY,
        "size": ColumnType.NUMBER,
        "colour": ColumnType.CATEGORY,
        "smokes": ColumnType.YES_NO,
        "day": ColumnType.DATE,
        "note": ColumnType.TEXT,
        "same": ColumnType.CONSTANT,
        "price": ColumnType.NUMBER,
    }
    size, colour = profile.column("size"), profile.column("colour")
    assert (profile.rows, size.missing, colour.missing) == (ROWS, ROWS // 10, 0)
    words, counts = np.unique(WORDS, return_counts=True)
    assert dict(colour.top) == dict(zip(words.tolist(), counts.tolist(), strict=True))
    assert [count for _, count in colour.top] == sorted(counts.tolist(), reverse=True)
    assert profile.column("price").relation is None
    assert profile.column("note").relation is None


def test_histogram_outliers_and_skew_are_those_of_numpy(tmp_path: Path) -> None:
    values = np.round(MONEY, 3)
    column = profile_of(_table(tmp_path, money=values, price=PRICE)).column("money")
    counts, edges = np.histogram(values, 20)
    assert column.counts == tuple(counts.tolist())
    np.testing.assert_allclose(column.edges, edges)
    low, high = np.quantile(values, (0.25, 0.75))
    beyond = 1.5 * (high - low)
    assert column.outliers == int(((values < low - beyond) | (values > high + beyond)).sum())
    assert column.skew == pytest.approx(((values - values.mean()) ** 3).mean() / values.std() ** 3)


def test_r2_of_a_column_alone_is_that_of_scikit_learn(tmp_path: Path) -> None:
    profile = profile_of(_table(tmp_path, size=NUMBERS.tolist(), colour=WORDS, price=PRICE.tolist()))
    folds = PredefinedSplit(relations.folds(ROWS))
    line = r2_score(PRICE, cross_val_predict(LinearRegression(), NUMBERS[:, None], PRICE, cv=folds))
    size, colour = profile.column("size").relation, profile.column("colour").relation
    assert size is not None
    assert colour is not None
    assert size.score == pytest.approx(line, abs=1e-6)
    assert size.measure == "R²"
    encoded = OneHotEncoder().fit_transform(WORDS[:, None])
    tree = r2_score(PRICE, cross_val_predict(DecisionTreeRegressor(random_state=0), encoded, PRICE, cv=folds))
    assert colour.score == pytest.approx(tree, abs=1e-6)


def test_log_loss_explained_is_that_of_scikit_learn(tmp_path: Path) -> None:
    options = _table(tmp_path, colour=WORDS, sick=SICK)
    colour = profile_of(options | {"target": "sick"}).column("colour").relation
    assert colour is not None
    answers, plain, folds = np.empty(ROWS), np.empty(ROWS), relations.folds(ROWS)
    yes = (SICK == "yes").astype(float)
    for fold in range(5):
        train, test = folds != fold, folds == fold
        plain[test] = (yes[train].sum() + 1) / (train.sum() + 2)
        for word in np.unique(WORDS):
            here = train & (word == WORDS)
            prior = relations.PRIOR
            answers[test & (word == WORDS)] = (yes[here].sum() + prior * plain[test][0]) / (here.sum() + prior)
    assert colour.score == pytest.approx(1 - log_loss(yes, answers) / log_loss(yes, plain), abs=1e-6)
    assert colour.accuracy == pytest.approx(accuracy_score(yes, answers > 0.5))


def test_a_column_that_has_nothing_to_say_scores_about_0(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(size=ROWS)
    profile = profile_of(_table(tmp_path, noise=noise.tolist(), size=NUMBERS.tolist(), price=PRICE.tolist()))
    noisy, told = profile.column("noise").relation, profile.column("size").relation
    assert noisy is not None
    assert told is not None
    assert noisy.score < 0.02 < 0.5 < told.score


DIRTY: dict[WarningKind, tuple[dict[str, object], str]] = {
    WarningKind.TELLS_ANSWER: ({"size": NUMBERS, "exam": np.where(SICK == "yes", "a", "b"), "sick": SICK}, "exam"),
    WarningKind.IDENTITY: ({"user_id": range(ROWS), "size": NUMBERS, "sick": SICK}, "user_id"),
    WarningKind.CONSTANT: ({"same": ["x"] * ROWS, "size": NUMBERS, "sick": SICK}, "same"),
    WarningKind.SKEWED: ({"money": MONEY, "size": NUMBERS, "sick": SICK}, "money"),
    WarningKind.IMBALANCE: ({"size": NUMBERS, "sick": ["no"] * (ROWS - 20) + ["yes"] * 20}, "sick"),
    WarningKind.RARE_CLASS: ({"size": NUMBERS, "sick": [*["a", "b"] * (ROWS // 2 - 2), *"aacc"]}, "sick"),
    WarningKind.MISSING: (
        {"size": NUMBERS, "gap": [f"{one:.3f}" if at % 3 == 0 else "" for at, one in enumerate(NUMBERS)], "sick": SICK},
        "gap",
    ),
    WarningKind.DUPLICATES: (
        {"size": [*NUMBERS[: ROWS - 2], *NUMBERS[:2]], "sick": [*SICK[: ROWS - 2], *SICK[:2]]},
        "",
    ),
    WarningKind.LISTS: ({"size": NUMBERS, "sick": [("a;b", "b", "a;c", "c")[at % 4] for at in range(ROWS)]}, "sick"),
    WarningKind.TOGETHER: ({"size": NUMBERS, "well": SICK[::-1], "sick": SICK}, ""),
    WarningKind.IDLE_LABEL: ({"size": NUMBERS, "well": ["no"] * ROWS, "sick": SICK}, ""),
}
OF_SEVERAL = {
    WarningKind.TOGETHER: {"target": "sick,well"},
    WarningKind.IDLE_LABEL: {"target": "sick,well", "learn_as": "labels"},
}


@pytest.mark.parametrize("kind", WarningKind)
def test_each_warning_names_its_column_and_each_repair_removes_it(tmp_path: Path, kind: WarningKind) -> None:
    columns, name = DIRTY[kind]
    options = _table(tmp_path, **columns) | OF_SEVERAL.get(kind, {"target": "sick"})
    (found,) = _warnings(profile_of(options), kind)
    assert found.column == name
    assert found.words
    assert found.proof
    for repair in found.repairs:
        assert not _warnings(profile_of(options | dict(repair.options)), kind)
    assert bool(found.repairs) == (
        kind
        in (WarningKind.LISTS, WarningKind.TOGETHER, WarningKind.TELLS_ANSWER, WarningKind.SKEWED, WarningKind.MISSING)
    )


def test_a_category_that_is_mostly_missing_may_say_so(tmp_path: Path) -> None:
    gap = [word if at % 3 == 0 else "" for at, word in enumerate(WORDS)]
    options = _table(tmp_path, size=NUMBERS, gap=gap, sick=SICK) | {"target": "sick"}
    (found,) = _warnings(profile_of(options), WarningKind.MISSING)
    category, left_out = found.repairs
    assert category.label == "Make missing gap a category"
    assert left_out.label == "Leave out gap"
    for repair in found.repairs:
        assert not _warnings(profile_of(options | dict(repair.options)), WarningKind.MISSING)
    columns = own_table.table(options | dict(category.options)).schema.columns
    assert "gap = missing" in columns


def test_what_a_column_was_told_to_hold_is_what_it_is_told_of(tmp_path: Path) -> None:
    money = [f"{one:.2f}" if at % 9 else "free" for at, one in enumerate(MONEY)]
    options = _table(tmp_path, money=money, size=NUMBERS, sick=SICK) | {"target": "sick"}
    assert profile_of(options).column("money").type is ColumnType.TEXT or not profile_of(options).column("money").counts
    chosen = options | {"settings": '{"money": {"type": "number"}}'}
    found = profile_of(chosen).column("money")
    assert found.type is ColumnType.NUMBER
    assert found.missing == sum(one == "free" for one in money)
    (warning,) = _warnings(profile_of(chosen), WarningKind.SKEWED)
    assert warning.column == "money"


def test_a_clean_table_is_not_warned_of(tmp_path: Path) -> None:
    options = _table(tmp_path, size=NUMBERS.tolist(), colour=WORDS, sick=SICK)
    assert profile_of(options | {"target": "sick"}).warnings == ()


def test_duplicates_are_counted_as_numpy_counts_them(tmp_path: Path) -> None:
    whole = np.random.default_rng(2).integers(0, 6, (ROWS, 3))
    options = _table(tmp_path, a=whole[:, 0], b=whole[:, 1], c=whole[:, 2])
    (found,) = _warnings(profile_of(options | {"target": "c"}), WarningKind.DUPLICATES)
    assert found.proof["rows"] == ROWS - len(np.unique(whole, axis=0))


def test_a_name_with_a_comma_is_left_out_by_its_repair(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = ['"a, b",exam,sick', *(f"{one},{word},{word}" for one, word in zip(NUMBERS, SICK, strict=True))]
    path.write_text("\n".join(lines) + "\n")
    options = {"path": str(path), "target": "sick"}
    (found,) = _warnings(profile_of(options), WarningKind.TELLS_ANSWER)
    repaired = own_table.table(options | dict(found.repairs[0].options)).schema
    assert repaired.columns == ("a, b",)


def test_a_thread_that_may_not_wait_is_told_that_the_file_is_read(tmp_path: Path) -> None:
    options = _table(tmp_path, size=NUMBERS.tolist(), sick=SICK)
    work: list[reading.Work] = []
    hand_over = work.append
    told: list[str] = []

    def ask() -> None:
        reading.never_wait_here(hand_over)
        try:
            profile_of(options)
        except reading.StillReading as error:
            told.append(str(error))
        finally:
            reading.wait_here_again(hand_over)

    def in_a_thread(work: reading.Work) -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    in_a_thread(ask)
    assert told == ["table.csv is being read."]
    assert len(work) == 1
    work[0]()
    in_a_thread(ask)
    assert len(told) == 1  # the second time it was known at once


def test_a_file_that_is_missing_is_said() -> None:
    with pytest.raises(DataError, match="is not there"):
        profile_of({"path": "/nowhere/at/all.csv"})
