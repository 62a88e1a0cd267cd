"""A form for a row and a file of rows give a network the same numbers, and what one is told of the training rows."""

from __future__ import annotations

import csv
import datetime
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import Dataset
from engine.data.fields import DataField, Feature, Impute, Role, inputs
from engine.data.learned_range import far_outside
from engine.data.preparation import Preparation
from engine.data.tables import cells as table_cells
from engine.data.tables.cells import cells, encoded_cell, encoded_cells, number_cell, other_text
from engine.data.tables.encoding import encode, read_encoded
from engine.data.tables.file import read_samples
from engine.data.tables.marks import DecimalMark
from engine.data.tables.raw import RawColumn
from engine.data.tables.seen import BINS, recorded, seen

pytestmark = pytest.mark.usefixtures("nothing_read")


def titanic_like(path: Path, rows: int = 300) -> Path:
    """Passengers: ages and decks that are often missing, a skewed fare, a port, a sex, whether one was saved."""
    chance = np.random.default_rng(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Pclass", "Sex", "Age", "Fare", "Embarked", "Cabin", "Survived"])
        for number in range(rows):
            sex = ("male", "female")[number % 2]
            age = "" if chance.random() < 0.2 else f"{chance.integers(1, 160) / 2:g}"
            port = "" if number % 50 == 7 else str(chance.choice(["S", "C", "Q"], p=[0.7, 0.2, 0.1]))
            cabin = "" if chance.random() < 0.6 else "ABCDEFG"[int(chance.integers(0, 7))]
            fare = f"{np.exp(chance.normal(3, 1)):.4f}"
            writer.writerow([chance.integers(1, 4), sex, age, fare, port, cabin, number % 3 % 2])
    return path


def adult_like(path: Path, rows: int = 400) -> Path:
    """Incomes: whole numbers, large ones, categories of which some are rare, a question mark where one is missing."""
    chance = np.random.default_rng(2)
    work, lands = ["Private", "Self-emp, not inc", "State \"gov\"", "?"], [f"land {n}" for n in range(12)]
    rare = np.array([2.0**-n for n in range(12)])
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["age", "workclass", "fnlwgt", "gain", "hours (per week)", "country", "income"])
        for number in range(rows):
            gain = 0 if chance.random() < 0.9 else int(chance.integers(1, 99_999))
            hours, land = f"{chance.uniform(1, 99):.2f}", chance.choice(lands, p=rare / rare.sum())
            person = [chance.integers(17, 90), chance.choice(work), chance.integers(12_285, 1_484_705)]
            writer.writerow([*person, gain, hours, land, ("<=50K", ">50K")[number % 2]])
    return path


def visits(path: Path, rows: int = 200) -> Path:
    """Visits with a date, a time of day, a doctor who is at times not known, and how long they took."""
    chance = np.random.default_rng(3)
    start = datetime.datetime(2019, 3, 1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["day", "came", "doctor", "age", "minutes"])
        for number in range(rows):
            day = start + datetime.timedelta(days=int(chance.integers(0, 2_000)))
            came = day + datetime.timedelta(minutes=int(chance.integers(0, 1_440)))
            doctor = str(chance.choice(["Roe", "Poe", "Moe", ""]))
            first = "" if number % 11 == 3 else day.strftime("%Y-%m-%d")
            length = f"{chance.uniform(3, 40):.1f}"
            writer.writerow([first, came.strftime("%d.%m.%Y %H:%M"), doctor, number % 90, length])
    return path


_RULES = {
    "day": {"type": "date"},
    "came": {"type": "date"},
    "doctor": {"missing": "category", "title": "physician"},
    "age": {"missing": "mean", "flag": True},
}
TABLES = {
    "titanic": (titanic_like, {"log": "Fare", "flags": True}),
    "adult": (adult_like, {"categories": 4}),
    "visits": (visits, {"target": "minutes", "settings": json.dumps(_RULES)}),
}


def loaded(name: str, folder: Path) -> Dataset:
    make, options = TABLES[name]
    path = make(folder / f"{name}.csv")
    return catalogue.load("own-table", options={"path": str(path), **options})


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(np.asarray(one, np.float32), np.asarray(other, np.float32), equal_nan=True)


@pytest.mark.parametrize("name", TABLES)
def test_the_cells_of_every_row_become_the_row_again(tmp_path: Path, name: str) -> None:
    data = loaded(name, tmp_path)
    rows = np.concatenate([data.train.inputs, data.test.inputs])
    texts = [cells(data.schema.fields, row.tolist()) for row in rows]
    assert any("" in each for each in texts), "values are missing"
    for row, each in zip(rows, texts, strict=True):
        assert same(encoded_cells(data.schema.fields, each), row[None]), each
    # The same texts in a file, read as predict --csv reads it, are the same numbers.
    path = tmp_path / "new.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([[field.name for field in inputs(data.schema.fields)], *texts])
    assert same(read_samples(path, data.schema)[0], rows)
    assert read_encoded(path, data.schema.fields)[1] == ()


@pytest.mark.parametrize("value", [0.0, -0.0, 0.1, 1 / 3, 12.0, 1e-30, -4.5e20, 1_484_705.0, 3.4e38, 16_777_217.0])
def test_a_number_is_written_as_short_as_float32_allows(value: float) -> None:
    text, same_number = number_cell(value), np.float32(value)
    assert np.float32(float(text)) == same_number
    assert len(text) <= len(repr(float(same_number)))
    assert encoded_cell(DataField("x"), text)[0, 0] == same_number


def test_a_logarithm_is_undone_in_the_form() -> None:
    field = DataField("fare", log=True)
    for value in ("0", "7.25", "512.3", "0.001", "1000000000"):
        row = [float(np.float32(math.log1p(float(value))))]
        assert cells((field,), row) == (value,)


def test_what_is_no_category_of_the_file_is_other() -> None:
    field = DataField("town", Feature.CATEGORY, categories=("Bonn", "other"), other=True, impute=Impute.MOST_FREQUENT)
    assert other_text(field) not in (*field.categories, "")
    assert cells((field,), [0, 0, 1]) == (other_text(field),)
    assert encoded_cell(field, other_text(field)).tolist() == [[0, 0, 1]]
    known = replace(field, other=False)
    assert encoded_cell(known, cells((known,), [0, 0])[0]).tolist() == [[0, 0]]


def test_what_means_nothing_is_said() -> None:
    number, log = DataField("age"), DataField("fare", log=True, impute=Impute.MEDIAN)
    assert table_cells.problem(number, "12") == ""
    assert "empty" in table_cells.problem(number, "")
    assert "must be a number" in table_cells.problem(number, "abc")
    assert table_cells.problem(log, "") == ""
    assert "above -1" in table_cells.problem(log, "-3")
    assert table_cells.problem(DataField("s", Feature.YES_NO, categories=("n", "y")), "") != ""


def test_what_the_training_samples_hold(tmp_path: Path) -> None:
    data = loaded("titanic", tmp_path)
    fields = inputs(data.schema.fields)
    found = dict(zip([field.name for field in fields], seen(fields, data.train.inputs), strict=True))
    ages = data.train.inputs[:, data.schema.columns.index("Age")]
    known = ages[~np.isnan(ages)]
    age = found["Age"]
    assert (age.low, age.high, age.whole) == (float(known.min()), float(known.max()), False)
    assert float(age.typical) == np.sort(known)[(len(known) - 1) // 2]
    assert len(age.counts) == BINS
    assert sum(age.counts) == len(known)
    fares = np.expm1(data.train.inputs[:, data.schema.columns.index("log(Fare)")].astype(float))
    assert found["Fare"].low == pytest.approx(fares.min(), rel=1e-4)
    assert found["Fare"].high == pytest.approx(fares.max(), rel=1e-4)
    assert found["Embarked"].typical == "S"
    ports = data.train.inputs[:, data.schema.columns.index("Embarked = S")]
    assert sum(found["Embarked"].counts) == int((~np.isnan(ports)).sum())
    assert found["Sex"].typical in ("male", "female")
    classes = data.train.inputs[:, data.schema.columns.index("Pclass")]
    assert found["Pclass"].whole
    assert (found["Pclass"].low, found["Pclass"].high) == (classes.min(), classes.max())
    # Without the data it is known what the network was trained on.
    kept = dict(zip(found, recorded(fields, Preparation.fit(data)), strict=True))
    assert kept["Age"].low == age.low
    assert kept["Embarked"].typical == "S"
    assert kept["Fare"].high == pytest.approx(found["Fare"].high, rel=1e-4)


def test_dates_and_categories_for_what_is_missing(tmp_path: Path) -> None:
    data = loaded("visits", tmp_path)
    fields = inputs(data.schema.fields)
    assert [field.feature for field in fields[:3]] == [Feature.DATE, Feature.DATE, Feature.CATEGORY]
    day, came, doctor, _ = seen(fields, data.train.inputs)
    assert day.has_range
    assert day.ends[0] >= "2019-03-01"
    assert datetime.date.fromisoformat(day.ends[0]) < datetime.date.fromisoformat(day.typical)
    assert datetime.date.fromisoformat(day.typical) < datetime.date.fromisoformat(day.ends[1])
    assert datetime.datetime.strptime(came.typical, "%d.%m.%Y %H:%M")
    assert table_cells.problem(fields[0], day.typical) == ""
    assert "must be a date such as 2024-12-31" in table_cells.problem(fields[0], "31.12.2024")
    assert len(doctor.counts) == 4, "missing is one of them"
    assert cells((fields[2],), [0, 0, 0, 1]) == ("",)
    kept = recorded(fields, Preparation.fit(data))
    assert kept[0].ends == day.ends
    assert kept[2].typical in ("Roe", "Poe", "Moe")


@pytest.mark.parametrize(
    ("table", "column", "text", "said"),
    [
        ("titanic", "Fare", "1000000", "Fare is 1,000,000, far above"),
        ("visits", "day", "2150-06-01", "day is 2150-06-01, far above"),
    ],
)
def test_what_lies_far_outside_is_told_as_it_stands_in_the_file(
    tmp_path: Path, table: str, column: str, text: str, said: str
) -> None:
    data = loaded(table, tmp_path)
    fields = inputs(data.schema.fields)
    texts = list(cells(fields, data.train.inputs[0].tolist()))
    texts[[field.name for field in fields].index(column)] = text
    _, each = far_outside(encoded_cells(fields, texts), data.schema, Preparation.fit(data))
    assert each[0][0].startswith(said)


def test_a_column_of_which_nothing_is_known_is_typically_missing() -> None:
    fields = (DataField("x", impute=Impute.MEDIAN), DataField("t", role=Role.TARGET))
    assert seen(fields, np.full((4, 1), np.nan, np.float32))[0].typical == ""
    only = seen(fields, np.full((4, 1), 5, np.float32))[0]
    assert (only.typical, only.low, only.high, only.has_range) == ("5", 5.0, 5.0, False)


def test_one_cell_is_read_as_a_column_is() -> None:
    town = DataField("town", Feature.CATEGORY, categories=("A", "B"), other=True, impute=Impute.MOST_FREQUENT)
    field = replace(town, flag=True)
    texts = ["A", "B", "C", "", "?", "A"]
    values = np.array(texts, dtype=object)
    column = RawColumn("town", values, np.arange(6, dtype=np.int32), np.arange(6, dtype=np.int32))
    together = encode(field, column, DecimalMark("."))
    assert same(np.concatenate([encoded_cell(field, text) for text in texts]), together)
