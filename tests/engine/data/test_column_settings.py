"""What is chosen for single columns of a table is checked, and honoured by the rows; figures are of training rows."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import catalogue, column_settings, date_parts
from engine.data.column_settings import ChosenType, ColumnSetting
from engine.data.dataset import DataError, Dataset
from engine.data.fields import DataField, Feature, Impute, Role
from engine.data.preparation import Preparation
from engine.data.sources import own_table, own_table_settings
from engine.data.tables.file import read_samples
from engine.graph.parameters import BadParameter

pytestmark = pytest.mark.usefixtures("nothing_read")

NAMES = "age,fare,town,kept,note,joined,price"
ROWS = [
    f"{'' if k % 5 == 1 else 20 + k % 40},{'free' if k % 10 == 3 else (k % 7) * 10},"
    f"{('Bonn', 'Ulm', '', 'Kiel', 'Bonn')[k % 5]},{('no', 'yes', '', 'yes')[k % 4]},note {k},"
    f"2024-{k % 12 + 1:02}-{k % 28 + 1:02} {k % 24:02}:30,{k * 3}.5"
    for k in range(90)
]


def table(folder: Path, rows: list[str] = ROWS) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join([NAMES, *rows]) + "\n", "utf-8")
    return path


def options(path: Path, **settings: dict[str, Any]) -> dict[str, Any]:
    return {"path": str(path), "target": "price", "settings": json.dumps(settings)}


def loaded(path: Path, **settings: dict[str, Any]) -> Dataset:
    return catalogue.load("own-table", options=options(path, **settings))


def fields(path: Path, **settings: dict[str, Any]) -> dict[str, DataField]:
    return {field.name: field for field in own_table.table(options(path, **settings)).schema.fields}


def whole(data: Dataset) -> np.ndarray:
    return np.concatenate([part.inputs for part in (data.train, data.validation, data.test)])


def test_a_type_is_taken_where_the_guess_was_another(tmp_path: Path) -> None:
    path = table(tmp_path)
    before = fields(path)
    assert [before[name].feature for name in ("fare", "note", "joined")] == [
        Feature.CATEGORY,
        Feature.TEXT,
        Feature.DATE,
    ]
    found = fields(
        path, fare={"type": "number"}, age={"type": "category"}, town={"type": "text"}, kept={"type": "identity"}
    )
    assert (found["fare"].feature, found["fare"].missing, found["fare"].impute) == (Feature.NUMBER, 9, Impute.MEDIAN)
    assert found["age"].feature is Feature.CATEGORY
    assert (found["town"].role, found["kept"].role) == (Role.UNUSED, Role.IDENTITY)
    assert all("You chose" in found[name].reason for name in ("fare", "age", "town", "kept"))
    data = loaded(path, fare={"type": "number"})
    at = data.schema.columns.index("fare")
    expected = [np.nan if k % 10 == 3 else (k % 7) * 10 for k in range(90)]
    np.testing.assert_array_equal(np.sort(whole(data)[:, at]), np.sort(expected))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Impute.MEDIAN, lambda known: np.median(known)),
        (Impute.MEAN, lambda known: known.mean()),
        (Impute.MOST_FREQUENT, lambda known: np.bincount(known.astype(int)).argmax()),
    ],
)
def test_what_stands_in_for_numbers_is_measured_on_training_rows_alone(
    tmp_path: Path, rule: Impute, expected: Any
) -> None:
    data = loaded(table(tmp_path), age={"missing": rule.value})
    prepared = Preparation.fit(data)
    column = data.schema.columns.index("age")
    train = data.train.inputs[:, column]
    wanted = np.float32(expected(train[~np.isnan(train)].astype(np.float64)))
    assert prepared.input_fill[column] == wanted
    for part in (data.validation, data.test):  # poisoned: whatever they hold, nothing that is measured changes
        part.inputs[:] = 1e9
    assert Preparation.fit(data) == prepared


def test_missing_as_a_category_of_its_own(tmp_path: Path) -> None:
    data = loaded(table(tmp_path), town={"missing": "category"})
    names = data.schema.columns
    places = [names.index(name) for name in ("town = Bonn", "town = Ulm", "town = Kiel", "town = missing")]
    rows = whole(data)[:, places]
    np.testing.assert_array_equal(rows.sum(axis=1), 1)
    assert rows[:, 3].sum() == 18
    field = next(one for one in data.schema.fields if one.name == "town")
    assert field.decoded([0, 0, 0, 1]) == ""
    assert field.decoded([0, 1, 0, 0]) == field.categories[1]


def test_rows_are_left_out_where_a_value_is_missing_and_that_is_said(tmp_path: Path) -> None:
    path = table(tmp_path)
    made = own_table.table(options(path, age={"missing": "leave out"}))
    assert made.rows == 72
    assert "18 rows lack a value that is needed and are left out." in made.notes
    data = loaded(path, age={"missing": "leave out"})
    assert len(whole(data)) == 72
    assert not np.isnan(whole(data)[:, data.schema.columns.index("age")]).any()
    new = tmp_path / "new.csv"
    new.write_text(f"{NAMES}\n{ROWS[1]}\n", "utf-8")
    with pytest.raises(DataError, match="line 2, column age: the value is missing"):
        read_samples(new, data.schema)


def test_a_flag_for_one_column_or_for_all_but_one(tmp_path: Path) -> None:
    path = table(tmp_path)
    columns = loaded(path, age={"flag": True}).schema.columns
    assert [name for name in columns if name.endswith(" missing")] == ["age missing"]
    others = own_table.table({**options(path, age={"flag": False}), "flags": True}).schema.columns
    assert [name for name in others if name.endswith(" missing")] == ["town missing", "kept missing"]


@pytest.mark.parametrize(("rare", "kept"), [(20, ("Bonn",)), (0.26, ("Bonn",)), (1, ("Bonn", "Kiel", "Ulm"))])
def test_rare_categories_share_a_column_below_a_count_or_a_share(
    tmp_path: Path, rare: float, kept: tuple[str, ...]
) -> None:
    found = fields(table(tmp_path), town={"rare": rare})["town"]
    assert (found.categories, found.other) == (kept, len(kept) == 1)


def test_a_column_renamed_is_shown_so_and_found_by_both_names(tmp_path: Path) -> None:
    path = table(tmp_path)
    data = loaded(path, age={"title": "Age in years"}, price={"title": "Price"})
    assert "Age in years" in data.schema.columns
    assert data.schema.target.names == ("Price",)
    assert [column.name for column in data.schema.divided_into][:1] == ["age"]  # by which the drawing knows it
    same = [path]
    new = tmp_path / "renamed.csv"
    new.write_text(path.read_text("utf-8").replace("age,", "Age in years,", 1), "utf-8")
    np.testing.assert_array_equal(*(read_samples(one, data.schema)[0] for one in (*same, new)))
    with pytest.raises(DataError, match="two columns would be called 'town'"):
        loaded(path, age={"title": "town"})


def test_dates_are_days_and_places_on_circles(tmp_path: Path) -> None:
    data = loaded(table(tmp_path), joined={"type": "date"})
    names = [name for name in data.schema.columns if name.startswith("joined")]
    assert names == ["joined days", *(f"joined {p} {f}" for p in ("month", "weekday", "hour") for f in ("sin", "cos"))]
    start = data.schema.columns.index("joined days")
    found = whole(data)[:, start : start + 7]
    for row in found.tolist():
        moment = datetime.datetime(2000, 1, 1) + datetime.timedelta(days=row[0])
        for angle, turn in (
            (row[1:3], (moment.month - 1 + (moment.day - 1) / 31) / 12),
            (row[3:5], moment.weekday() / 7),
            (row[5:7], (moment.hour + moment.minute / 60) / 24),
        ):
            assert np.hypot(*angle) == pytest.approx(1, abs=1e-6)
            assert np.arctan2(*angle) / (2 * np.pi) % 1 == pytest.approx(turn, abs=2e-3)
    field = next(one for one in data.schema.fields if one.name == "joined")
    told = {field.decoded(row) for row in found.tolist()}
    assert told == {row.split(",")[5] for row in ROWS}
    prepared = Preparation.fit(data)
    train = data.train.inputs
    assert prepared.input_shift[start] == np.float32(train[:, start].astype(np.float64).mean())
    assert prepared.input_shift[start + 1 : start + 7] == (0,) * 6


def test_only_what_varies_of_a_date_is_given(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("day,time,y\n" + "".join(f"2024-01-{1 + 7 * (k % 4):02},{k % 24:02}:00,{k}\n" for k in range(40)))
    chosen = json.dumps({"day": {"type": "date"}, "time": {"type": "date"}})
    columns = own_table.table({"path": str(path), "settings": chosen}).schema.columns
    assert columns == ("day days", "day month sin", "day month cos", "time hour sin", "time hour cos")


def test_dates_that_can_be_read_in_two_ways_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,y\n" + "".join(f"{k % 12 + 1:02}/{k % 11 + 1:02}/2024,{k}\n" for k in range(40)))
    with pytest.raises(DataError, match="may have the day first or the month"):
        own_table.table({"path": str(path), "settings": '{"day": {"type": "date"}}'})


def test_a_missing_date_stands_in_the_middle(tmp_path: Path) -> None:
    rows = [row if k % 6 else ",".join([*row.split(",")[:5], "", row.split(",")[6]]) for k, row in enumerate(ROWS)]
    data = loaded(table(tmp_path, rows), joined={"type": "date"})
    prepared = Preparation.fit(data)
    at = data.schema.columns.index("joined days")
    train = data.train.inputs
    known = train[~np.isnan(train[:, at])].astype(np.float64)
    assert prepared.input_fill[at] == np.float32(np.median(known[:, at]))
    assert prepared.input_fill[at + 1] == np.float32(known[:, at + 1].mean())
    assert np.isfinite(prepared.inputs(train)).all()


def test_a_sensitive_column_is_marked_and_kept_as_it_is(tmp_path: Path) -> None:
    path = table(tmp_path)
    data = loaded(path, kept={"sensitive": True})
    assert [one.name for one in data.schema.fields if one.sensitive] == ["kept"]
    assert data.schema.columns == loaded(path).schema.columns


ALL = {
    "age": {"missing": "mean", "title": "Age in years", "flag": True},
    "fare": {"type": "number", "missing": "most frequent"},
    "town": {"missing": "category", "rare": 18},
    "kept": {"sensitive": True},
    "joined": {"type": "date", "missing": "mean"},
}


def test_what_was_chosen_comes_back_with_the_run(tmp_path: Path) -> None:
    path = table(tmp_path)
    data = loaded(path, **ALL)
    prepared = Preparation.fit(data)
    again = Preparation.from_json(json.loads(json.dumps(prepared.to_json())))
    assert again == prepared
    assert again.table is not None
    assert again.table.schema().columns == data.schema.columns
    rows, unknown = read_samples(path, again.table.schema())
    assert unknown == ()
    order = np.lexsort(rows.T)
    everything = whole(data)
    np.testing.assert_array_equal(rows[order], everything[np.lexsort(everything.T)])


def test_a_damaged_date_in_a_record_is_refused(tmp_path: Path) -> None:
    record = DataField("d", Feature.DATE, written="%Y-%m-%d", parts=("days",)).to_json()
    assert DataField.from_json(record).parts == ("days",)
    for change in ({"written": "%s"}, {"parts": ["year"]}, {"parts": "days"}, {"feature": "number"}, {"stray": 1}):
        with pytest.raises(ValueError, match=r"."):
            DataField.from_json({**record, **change})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "an object with at most"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"age": 3}', "column 'age': an object of what was chosen"),
        ('{"age": {"kind": "number"}}', "there is nothing called 'kind' to choose"),
        ('{"age": {"type": "float"}}', "type is one of auto, number"),
        ('{"age": {"missing": "zero"}}', "missing is one of median, mean"),
        ('{"age": {"flag": "yes"}}', "flag is yes or no"),
        ('{"age": {"rare": -1}}', "rare is a number of rows"),
        ('{"age": {"rare": true}}', "rare is a number of rows"),
        ('{"age": {"rare": NaN}}', "rare is a number of rows"),
        ('{"age": {"title": "%s"}}' % ("x" * 101), "title is a name of at most 100 letters"),
        ('{"": {}}', "is no name of a column"),
    ],
)
def test_settings_are_checked_at_the_door(text: str, words: str) -> None:
    option = next(one for one in own_table.OPTIONS if one.name == "settings")
    with pytest.raises(BadParameter, match=words):
        option.check(text)


def test_the_same_settings_are_always_the_same_text() -> None:
    option = next(one for one in own_table.OPTIONS if one.name == "settings")
    text = option.check('{"b": {"rare": 5.0}, "a": {"type":"number", "flag": null}, "c": {"type": "auto"}}')
    assert text == '{"a": {"type": "number"}, "b": {"rare": 5}}'
    assert option.check(text) == text
    assert option.check("{}") == ""
    assert column_settings.read(text)["a"] == ColumnSetting(ChosenType.NUMBER)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"town": {"type": "number"}}, "cannot be read as numbers: found 'Bonn'"),
        ({"town": {"type": "date"}}, "town cannot be read as dates"),
        ({"town": {"type": "yes/no"}}, "has 3 values; yes/no has two"),
        ({"age": {"missing": "category"}}, "age is number: where a value is missing there is median, mean"),
        ({"kept": {"missing": "mean"}}, "kept is yes/no: where a value is missing"),
    ],
)
def test_what_cannot_be_honoured_is_refused_in_words(tmp_path: Path, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        own_table.table(options(table(tmp_path), **settings))


def test_what_was_chosen_for_another_table_does_nothing_and_is_said(tmp_path: Path) -> None:
    made = own_table.table(options(table(tmp_path), nobody={"type": "date"}))
    assert made.schema.columns == own_table.table(options(tmp_path / "table.csv")).schema.columns
    assert made.notes == ("What was chosen for nobody is not used: it has no such column.",)


def test_only_what_can_be_honoured_is_offered(tmp_path: Path) -> None:
    path = table(tmp_path)
    looked = own_table.look({"path": str(path)})
    for look in looked.looks[:-1]:
        for offer in own_table_settings.offered(look, looked.marks):
            field = fields(path, **{look.column.name: {"type": offer.type.value}})[look.column.name]
            for rule in own_table_settings.rules_for(field.feature) if field.role is Role.INPUT else ():
                chosen = {look.column.name: {"type": offer.type.value, "missing": rule.value}}
                assert fields(path, **chosen)[look.column.name].impute is rule
    evidence = {offer.type: offer.evidence for offer in own_table_settings.offered(looked.looks[1], looked.marks)}
    assert evidence[ChosenType.NUMBER] == "81 of 90 cells are numbers"
    assert ChosenType.DATE not in evidence
    dates = {offer.type: offer.evidence for offer in own_table_settings.offered(looked.looks[5], looked.marks)}
    assert dates[ChosenType.DATE] == "90 of 90 cells are dates written as 2024-12-31 18:30"


def test_what_each_rule_would_fill_in(tmp_path: Path) -> None:
    looked = own_table.look({"path": str(table(tmp_path))})
    age = looked.looks[0]
    known = np.array([20 + k % 40 for k in range(90) if k % 5 != 1], dtype=float)
    found = own_table_settings.fills(age, Feature.NUMBER)
    assert float(found[Impute.MEDIAN]) == np.median(known)
    assert float(found[Impute.MEAN]) == pytest.approx(known.mean(), rel=1e-3)
    assert own_table_settings.fills(looked.looks[2], Feature.CATEGORY) == {Impute.MOST_FREQUENT: "Bonn"}


def test_a_type_for_the_target_says_how_it_is_learned(tmp_path: Path) -> None:
    path = table(tmp_path)
    chosen = {"path": str(path), "target": "age", "settings": '{"age": {"type": "category"}}'}
    assert own_table.table(chosen).schema.target.kind == "classes"


def test_a_type_that_can_be_an_input_makes_one(tmp_path: Path) -> None:
    path = table(tmp_path)
    start = {"path": str(path), "target": "price", "columns": "age,fare"}

    def then(chosen: dict[str, Any], name: str, kind: ChosenType) -> dict[str, Any]:
        return own_table_settings.with_type(chosen, own_table.table(chosen).schema.fields, name, kind)

    one = then(start, "joined", ChosenType.DATE)
    assert one["columns"] == "age,fare,joined"
    two = then(one, "age", ChosenType.IDENTITY)
    assert two["columns"] == "fare,joined"
    assert own_table.table(two).schema.columns[-1] == "joined hour cos"
    three = then(two, "town", ChosenType.CATEGORY)  # it was left out, not unfit
    assert three["columns"] == "fare,joined"
    assert then(one, "joined", ChosenType.AUTO)["columns"] == "age,fare"


@pytest.mark.parametrize(
    ("text", "name", "values", "log"),
    [
        ("AGE:type=number,missing=mean", "AGE", {"type": "number", "missing": "mean"}, None),
        ("ratio: a/b:rare=1%", "ratio: a/b", {"rare": 0.01}, None),
        ('town:"title=Town, city",sensitive=yes', "town", {"title": "Town, city", "sensitive": True}, None),
        ("fare:log=yes,flag=no", "fare", {"flag": False}, True),
    ],
)
def test_a_line_says_what_a_column_is(text: str, name: str, values: dict[str, Any], log: bool | None) -> None:
    said = column_settings.line(text)
    assert (said.name, dict(said.values), said.log) == (name, values, log)


@pytest.mark.parametrize("text", ["age", "age:number", "age:type", "age:kind=number", ":type=number", "age:type=float"])
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|type is one of"):
        column_settings.line(text)


def test_dates_are_read_as_strptime_reads_them() -> None:
    moment = datetime.datetime(2024, 2, 29, 16, 5, 9, 120000, tzinfo=datetime.UTC)
    texts = {moment.strftime(written) for written in date_parts.FORMATS}
    texts |= {"31.2.2024", "2024-13-01", "29.02.23", "1/2/68", "1/2/69", "2024-1-5 7:03", "24:00", "12:60", "12:00 AM"}
    texts |= {"2024-02-29 12:30 am", "2024-02-29 12:30 PM", "2024-02-29T16:05:09+05:30", "2024-02-29T16:05:09.5", ""}
    for written in date_parts.FORMATS:
        for text in texts:
            try:
                wanted = datetime.datetime.strptime(text, written)
            except ValueError:
                assert date_parts.read(text, written) is None, (text, written)
                continue
            if wanted.tzinfo is not None:
                wanted = wanted.astimezone(datetime.UTC).replace(tzinfo=None)
            assert date_parts.read(text, written) == wanted, (text, written)
