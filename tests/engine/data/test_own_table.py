"""A table of the user's: what its columns are taken for, and what becomes of dirty ones."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue, reading
from engine.data.array_cache import ArrayCache
from engine.data.dataset import DataError, Dataset, Schema
from engine.data.fields import DataField, Feature, Impute, Role
from engine.data.preparation import Preparation
from engine.data.reading import StillReading
from engine.data.references import DatasetRef, DataState
from engine.data.sources import own_table, own_table_kept
from engine.data.sources.own_table_kept import OwnTable
from engine.data.tables import raw as raw_table
from engine.data.tables.file import read_rows, read_samples
from engine.data.tables.record import TableRecord

pytestmark = pytest.mark.usefixtures("nothing_read")


def written(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding, newline="")
    return path


def schema(path: Path, **options: object) -> Schema:
    return catalogue.schema("own-table", {"path": str(path), **options})


def loaded(path: Path, **options: object) -> Dataset:
    return catalogue.load("own-table", options={"path": str(path), **options})


def fields(path: Path, **options: object) -> dict[str, DataField]:
    return {field.name: field for field in schema(path, **options).fields}


def rows_of(*columns: list[object], names: str = "") -> str:
    lines = [names] if names else []
    lines += [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join(lines) + "\n"


PEOPLE = """id,age,sex,town,note,joined,empty,same,bought
1,31,male,Bonn,likes long walks,2024-01-05,,x,no
2,NA,female,Ulm,prefers tea,2024-02-06,,x,yes
3,45,female,Bonn,writes to us weekly,2024-02-07,,x,yes
4,28,male,?,never answers,2024-03-01,,x,no
5,39,male,Kiel,pays late,2024-03-02,,x,yes
6,-,female,Bonn,pays early,2024-03-02,,x,no
7,52,female,Ulm,moved last year,2024-03-04,,x,yes
8,47,male,Ulm,asks often,2024-03-05,,x,
9,61,male,Kiel,no complaints,2024-03-06,,x,no
10,33,female,Bonn,very quiet,2024-03-07,,x,yes
11,36,female,Bonn,rather loud,2024-03-08,,x,yes
12,29,male,Bonn,is new,2024-03-08,,x,no
"""


def test_each_column_is_judged_with_a_reason(tmp_path: Path) -> None:
    found = fields(written(tmp_path, PEOPLE))
    assert {name: (field.feature, field.role) for name, field in found.items()} == {
        "id": (Feature.NUMBER, Role.IDENTITY),
        "age": (Feature.NUMBER, Role.INPUT),
        "sex": (Feature.YES_NO, Role.INPUT),
        "town": (Feature.CATEGORY, Role.INPUT),
        "note": (Feature.TEXT, Role.IDENTITY),
        "joined": (Feature.DATE, Role.UNUSED),
        "empty": (Feature.TEXT, Role.UNUSED),
        "same": (Feature.TEXT, Role.UNUSED),
        "bought": (Feature.YES_NO, Role.TARGET),
    }
    assert all(field.reason.endswith(".") for field in found.values())
    assert found["age"].missing == 2
    assert found["town"].categories == ("Bonn", "Ulm", "Kiel")
    assert found["bought"].categories == ("no", "yes")


def test_rows_without_a_target_are_left_out_and_said(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    data = loaded(path)
    assert len(data.train) + len(data.validation) + len(data.test) == 11
    assert "1 row has no target and is left out" in data.schema.summary
    assert "it is the last column" in data.schema.summary


def test_a_category_becomes_a_column_for_each_value_and_the_width_is_that_of_the_whole_file(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    made = schema(path)
    assert made.columns == ("age", "sex = male", "town = Bonn", "town = Ulm", "town = Kiel")
    assert made.input.sizes == (5,)
    for seed in range(4):  # whatever rows there are to learn from
        data = catalogue.load("own-table", options={"path": str(path)}, seed=seed)
        assert data.train.inputs.shape[1] == 5


def test_what_stands_in_is_measured_on_the_training_rows_alone(tmp_path: Path) -> None:
    ages: list[object] = [*range(20, 60), *[""] * 20]
    text = rows_of(ages, ["a", "b", "b"] * 20, list(range(60)), names="age,kind,price")
    data = loaded(written(tmp_path, text), learn_as="numbers")
    prepared = Preparation.fit(data)
    train = data.train.inputs
    age = train[:, 0][~np.isnan(train[:, 0])]
    assert np.isnan(train[:, 0]).any()
    assert prepared.input_fill[0] == np.float32(np.median(age))
    everything = np.concatenate([data.train.inputs, data.validation.inputs, data.test.inputs])[:, 0]
    others = np.where(np.isnan(everything), 1e6, everything)  # other rows in validation and test change nothing
    assert np.median(others) != prepared.input_fill[0]
    done = prepared.inputs(train)
    assert np.isfinite(done).all()
    filled = np.where(np.isnan(train[:, 0]), prepared.input_fill[0], train[:, 0])
    np.testing.assert_allclose(done[:, 0], (filled - filled.mean()) / filled.std(), atol=1e-5)
    assert set(np.unique(done[:, 1])) == {0.0, 1.0}  # 0 and 1 are left as they are


def test_the_preparation_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    prepared = Preparation.fit(loaded(written(tmp_path, PEOPLE), flags=True))
    again = Preparation.from_json(json.loads(json.dumps(prepared.to_json())))
    assert again == prepared
    assert again.table is not None
    assert again.table.schema().columns == schema(tmp_path / "table.csv", flags=True).columns


def test_a_damaged_record_of_a_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    good = Preparation.fit(loaded(written(tmp_path, PEOPLE))).to_json()
    for change in (
        {"columns": []}, {"columns": "x"}, {"columns": [{"name": 3}]}, {"target": {"kind": "?"}}, {"range": [1]},
        {"file": {"size": "x"}}, {"columns": good["table"]["columns"][:2]}, {"range": [float("nan"), 1]}, {"title": 1},
        {"target": {"kind": "yes-no", "size": 0, "names": []}},
    ):  # fmt: skip
        with pytest.raises(DataError, match=r"^The saved [^\n]+\.$"):
            Preparation.from_json({**good, "table": {**good["table"], **change}})
    with pytest.raises(DataError, match="input_fill"):
        Preparation.from_json({**good, "input_fill": [1.0]})


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        (rows_of([1.5, 2, 3.25, 4] * 5, [0.1, 0.7, 1.9, 2.5] * 5, names="x,price"), "values", ("price",)),
        (rows_of(list(range(20)), [1, 2, 3, 4] * 5, names="x,stars"), "classes", ("1", "2", "3", "4")),
        (rows_of(list(range(20)), [10, 9, 10, 9] * 5, names="x,grade"), "yes-no", ("9", "10")),
        (rows_of(list(range(20)), ["b", "a", "c", "a"] * 5, names="x,letter"), "classes", ("a", "b", "c")),
        (rows_of(list(range(20)), ["Yes", "No"] * 10, names="x,ok"), "yes-no", ("No", "Yes")),
        (rows_of(list(range(20)), list(range(20)), names="x,count"), "values", ("count",)),
    ],
)
def test_the_target_is_what_its_values_say(tmp_path: Path, text: str, kind: str, names: tuple[str, ...]) -> None:
    target = schema(written(tmp_path, text.replace("x,", "x,", 1))).target
    assert target.kind == kind
    assert target.names == names


def test_the_target_may_be_chosen_by_name_and_learned_otherwise(tmp_path: Path) -> None:
    text = rows_of([1, 2, 3, 4, 5] * 4, [1.5, 2.5, 3.5, 4.5] * 5, [5, 6, 7, 8] * 5, names="a b,price,quality")
    path = written(tmp_path, text)
    assert schema(path).target.names == ("price",)
    assert schema(path, target="Quality").target.kind == "classes"
    assert schema(path, target="quality", learn_as="numbers").target.kind == "values"
    both = schema(path, target='price, "a b"')
    assert both.target.names == ("price", "a b")
    assert both.columns == ("quality",)
    assert loaded(path, target="price,a b").train.targets.shape[1] == 2
    with pytest.raises(DataError, match=r"there is no column called 'cost'; there are: a b, price, quality"):
        schema(path, target="cost")
    with pytest.raises(DataError, match="cannot be an input as well"):
        schema(path, target="price", columns="price,quality")


def test_columns_chosen_by_name_are_taken_whatever_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    assert schema(path, columns="id, town").columns == ("id", "town = Bonn", "town = Ulm", "town = Kiel")
    found = fields(path, columns="id")
    assert found["age"].role is Role.UNUSED
    assert "not chosen" in found["age"].reason
    with pytest.raises(DataError, match="The column same cannot be an input"):
        schema(path, columns="same")


def test_decimal_commas_semicolons_and_thousands(tmp_path: Path) -> None:
    text = "Größe;Preis;Art\n1,5;1.200,50;alt\n2,25;900,00;neu\n3;1.000.000,10;alt\n" * 3
    path = written(tmp_path, text.replace("Größe;Preis;Art\n", "", 3).join(("Größe;Preis;Art\n", "")))
    data = loaded(path, target="Preis")
    assert data.schema.columns == ("Größe", "Art = neu")
    assert float(data.train.targets.max()) == pytest.approx(1_000_000.1)


def test_a_table_in_utf_16_with_tabs(tmp_path: Path) -> None:
    text = "naïve\tscore\n" + "".join(f"{n}\t{n / 2}\n" for n in range(12))
    assert schema(written(tmp_path, text, encoding="utf-16")).columns == ("naïve",)


def test_a_table_without_names(tmp_path: Path) -> None:
    text = "".join(f"{n}, State-gov, {n * 1.5}, {'>50K' if n % 3 else '<=50K'}\n" for n in range(20))
    made = schema(written(tmp_path, text))
    assert [field.name for field in made.fields] == ["column 1", "column 2", "column 3", "column 4"]
    assert made.target.names == ("<=50K", ">50K")
    assert "numbered" in made.summary
    letters = "".join(f"{'ab'[n % 2]},{'xyz'[n % 3]}\n" for n in range(12))  # nothing but words, and all come again
    assert [field.name for field in schema(written(tmp_path, letters, "l.csv")).fields] == ["column 1", "column 2"]
    assert fields(tmp_path / "l.csv", header="yes").keys() == {"a", "x"}


def test_names_that_come_twice_or_are_empty(tmp_path: Path) -> None:
    path = written(tmp_path, "".join([",a,a,a (2),y\n", *(f"r{n},{n},{n * 2},{n * 3},{n % 2}\n" for n in range(12))]))
    made = schema(path)
    assert [field.name for field in made.fields] == ["column 1", "a", "a (3)", "a (2)", "y"]
    assert "a (3) were renamed" in made.summary or "a (3)" in made.summary


def test_rare_categories_share_a_column(tmp_path: Path) -> None:
    towns = ["Bonn"] * 20 + ["Ulm"] * 15 + ["Kiel", "Jena", "Hof"]
    path = written(tmp_path, rows_of(towns, [n * 1.1 for n in range(38)], names="town,y"))
    made = schema(path)
    assert made.columns == ("town = Bonn", "town = Ulm", "town = other")
    few = schema(written(tmp_path, rows_of(list("aaabbbcccddd") * 3, [n * 1.1 for n in range(36)], names="k,y")))
    assert few.columns == ("k = a", "k = b", "k = c", "k = d")
    assert schema(tmp_path / "table.csv", categories=2).columns == ("k = a", "k = b", "k = other")
    rows, unknown = read_samples(written(tmp_path, "town\nBonn\nKiel\nRom\n", "new.csv"), made)
    assert rows.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1]]
    assert not unknown


def test_new_rows_are_encoded_as_those_of_the_file(tmp_path: Path) -> None:
    made = schema(written(tmp_path, PEOPLE), flags=True)
    assert made.columns == (
        "age", "age missing", "sex = male", "town = Bonn", "town = Ulm", "town = Kiel", "town missing",
    )  # fmt: skip
    text = "more;town;sex;age\nx;Ulm;female;40,5\ny;Rom;male;\nz;;other;30\n"
    rows, unknown = read_samples(written(tmp_path, text, "new.csv"), made)
    nan = float("nan")
    expected = [[40.5, 0, 0, 0, 1, 0, 0], [nan, 1, 1, 0, 0, 0, 0], [30, 0, nan, nan, nan, nan, 1]]
    np.testing.assert_array_equal(rows, np.array(expected, dtype=np.float32))
    assert [(one.field, one.value, one.rows) for one in unknown] == [("sex", "other", (2,)), ("town", "Rom", (1,))]
    with pytest.raises(DataError, match=r"line 2, column age: expected a number, found 'old'"):
        read_rows(written(tmp_path, "town,sex,age\nUlm,male,old\n", "bad.csv"), made)
    with pytest.raises(DataError, match="lacks the columns town"):
        read_rows(written(tmp_path, "sex,age\nmale,3\n", "bad.csv"), made)
    with pytest.raises(DataError, match="no rows"):
        read_rows(written(tmp_path, "town,sex,age\n", "bad.csv"), made)
    rows, _ = read_samples(written(tmp_path, "31,male,Bonn\n", "plain.csv"), made)  # in order, without names
    assert rows.tolist() == [[31, 0, 1, 1, 0, 0, 0]]


def test_words_among_numbers_count_as_missing_and_are_said(tmp_path: Path) -> None:
    ages: list[object] = [*range(30, 59), "unknown"]
    found = fields(written(tmp_path, rows_of(ages, [n / 7 for n in range(30)], names="age,y")))["age"]
    assert (found.feature, found.missing, found.impute) == (Feature.NUMBER, 1, Impute.MEDIAN)
    assert "'unknown'" in found.reason


def test_a_logarithm_on_request(tmp_path: Path) -> None:
    columns = [[10**n for n in range(12)], [n - 6 for n in range(12)], [0.5, 1.5] * 6]
    path = written(tmp_path, rows_of(*columns, names="p,q,y"))
    data = loaded(path, log="p", target="y", learn_as="numbers")
    assert data.schema.columns == ("log(p)", "q")
    assert data.train.inputs[:, 0].max() <= np.log1p(1e11) + 1e-3
    with pytest.raises(DataError, match=r"q goes down to -6"):
        schema(path, log="q")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("a,b\n", "no rows"),
        ("a,b\n1,2\n", "to learn something|takes two|no column"),
        ("a,b\n1,2\n3,4\n", "takes three"),
        ("a\n1\n2\n3\n", "no column to learn from"),
        ("a,b\n1,2\n3\n4,5\n6,7\n", "line 3 has 1 cell, 2 expected"),
        ("a,b\n" + "x,1\n" * 9, "no column to learn|no column that|takes two"),
    ],
)
def test_tables_of_which_nothing_can_be_learned_are_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        schema(written(tmp_path, text))


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(9_999)) + ",y\n"
    lines = [",".join(str((n * 7 + row) % 11 + 0.5) for n in range(9_999)) + f",{row % 2}\n" for row in range(6)]
    data = loaded(written(tmp_path, names + "".join(lines)))
    assert data.schema.input.sizes == (9_999,)
    assert "more" in data.schema.summary
    too_many = ",".join(f"c{n}" for n in range(10_001)) + "\n" + "1," * 10_000 + "1\n"
    with pytest.raises(DataError, match="10,001 columns; 10,000 are the most"):
        schema(written(tmp_path, too_many))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, words in (("", "No file is chosen"), (tmp_path / "gone.csv", "is not there"), (tmp_path, "is a folder")):
        with pytest.raises(DataError, match=words):
            catalogue.schema("own-table", {"path": str(path)})
    assert not catalogue.is_own("iris")
    assert catalogue.is_own("own-table")
    assert "own-table" not in catalogue.names()


def test_a_file_that_is_changed_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    assert "12 rows" not in schema(path).summary
    before = len(loaded(path).train)
    path.write_text(PEOPLE + PEOPLE.split("\n", 1)[1], encoding="utf-8")
    assert len(loaded(path).train) > before
    assert own_table.table({"path": str(path)}).rows == 22


def test_what_has_become_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    options = {"path": str(path)}
    record = TableRecord.of(schema(path))
    assert record is not None
    own_table.remember(options, record)
    assert reference(options).status().state is DataState.KNOWN
    os.utime(path, (1, 1))
    assert reference(options).status().state is DataState.KNOWN  # copied, and the same
    path.write_text(PEOPLE + "13,1,male,Bonn,x y z,2024-01-01,,x,no\n", encoding="utf-8")
    status = reference(options).status()
    assert status.state is DataState.CHANGED
    assert "has changed" in status.words
    path.unlink()
    status = reference(options).status()
    assert status.state is DataState.MISSING
    assert "is not there" in status.words
    assert schema(path).columns == record.columns  # what is remembered answers
    with pytest.raises(DataError, match="is not there"):
        loaded(path)


def test_a_thread_that_must_not_wait_is_told_that_a_file_is_being_read(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    waiting: list[reading.Work] = []
    take = waiting.append
    reading.never_wait_here(take)
    try:
        for _ in range(3):
            with pytest.raises(StillReading, match=r"table.csv is being read"):
                schema(path)
        assert len(waiting) == 1
        assert reference({"path": str(path)}).status().state is DataState.READING
        _in_thread(waiting.pop())
        assert schema(path).input.count == 5
    finally:
        reading.wait_here_again(take)


def test_a_large_table_is_read_from_the_disk_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ArrayCache(lambda: tmp_path / "cache", least_free=0)
    monkeypatch.setattr(own_table_kept, "FILES", files)
    path = written(tmp_path, PEOPLE)
    catalogue.CACHE.clear()
    plain, read_plain = loaded(path), own_table.table({"path": str(path)})
    assert not (tmp_path / "cache").exists()
    monkeypatch.setattr(own_table_kept, "KEPT", 10)

    def anew(where: Path) -> tuple[Dataset, OwnTable]:
        own_table.forget()
        catalogue.CACHE.clear()
        table = own_table.table({"path": str(where)})
        return loaded(where), table

    anew(path)
    (file,) = (tmp_path / "cache").iterdir()
    with monkeypatch.context() as no_reading:
        no_reading.setattr(raw_table, "read", None)
        for name in ("moved.csv", "table.csv"):
            path = path.rename(tmp_path / name)
            found, table = anew(path)
            assert replace(found.schema, title=plain.schema.title, origin=plain.schema.origin) == plain.schema
            assert (table.rows, table.lost, table.notes, table.guessed) == (
                read_plain.rows, read_plain.lost, read_plain.notes, read_plain.guessed)
            for one, other in ((found.train, plain.train), (found.test, plain.test)):
                assert np.array_equal(one.inputs, other.inputs, equal_nan=True)
                assert np.array_equal(one.targets, other.targets)
        own_table.forget()
        with pytest.raises(TypeError):
            schema(path, categories=2)  # other options are judged anew
    path.write_text(PEOPLE.replace("Bonn", "Köln"), encoding="utf-8")
    assert anew(path)[0].schema.file != plain.schema.file, "nor is another file answered by what is kept"
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert file.exists()


def reference(options: dict[str, str]) -> DatasetRef:
    return DatasetRef("own-table", options)


def _in_thread(work: reading.Work) -> None:
    import threading

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_imputation_is_that_of_scikit_learn(tmp_path: Path) -> None:
    from sklearn.impute import SimpleImputer

    generator = np.random.default_rng(4)
    numbers = generator.normal(size=90).round(3).astype(object)
    words = generator.choice(["a", "b", "c"], 90, p=[0.2, 0.5, 0.3]).astype(object)
    numbers[generator.random(90) < 0.2] = ""
    words[generator.random(90) < 0.2] = "?"
    text = rows_of(list(numbers), list(words), list(generator.normal(size=90).round(4)), names="n,w,y")
    data = loaded(written(tmp_path, text))
    prepared = Preparation.fit(data, inputs="none")
    done = prepared.inputs(data.train.inputs)
    median = SimpleImputer(strategy="median").fit_transform(data.train.inputs[:, :1])
    np.testing.assert_array_equal(done[:, :1], median.astype(np.float32))
    codes = data.train.inputs[:, 1:].copy()
    spelled = np.array([[np.nan if np.isnan(row).any() else float(row.argmax())] for row in codes])
    frequent = SimpleImputer(strategy="most_frequent").fit_transform(spelled)
    np.testing.assert_array_equal(done[:, 1:].argmax(axis=1), frequent[:, 0])
