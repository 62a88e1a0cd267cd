"""A table scored: every row, every column as it stood, and the predictions that ``predict`` prints."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.data.tables import raw
from tests.engine.data.spreadsheets import xlsx

PEOPLE = [(n * 7 % 50 + 18, ("Bonn", "Ulm", "Köln")[n % 3], n * 7 % 50 > 24) for n in range(150)]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has learned who bought something, beside the table it learned from."""
    from engine.cli.__main__ import main

    folder = tmp_path_factory.mktemp("people")
    rows = [f"{age},{town},{'yes' if bought else 'no'}" for age, town, bought in PEOPLE]
    (folder / "people.csv").write_text("age,town,bought\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert main(["new", "--data", str(folder / "people.csv"), str(folder / "net.sketchnet")]) == 0
    assert main(["train", str(folder / "net.sketchnet"), "--epochs", "30"]) == 0
    return folder


def scored(table: Path, *, header: bool = True) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    from engine.cli.__main__ import main

    def call(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def test_all_rows_and_columns_stay_and_the_predictions_are_those_of_predict(people: Path, tmp_path: Path, run) -> None:
    other = tmp_path / "other.csv"
    other.write_text('id;age;note;town\n007;30;"a; b";Bonn\n008;;;Ulm\n009;61,5;x;Paris\n', encoding="utf-8")
    status, said, warned = run("score", people / "net.sketchnet", other, "--out", tmp_path / "answers.csv")
    assert status == 0
    rows = scored(tmp_path / "answers.csv")
    assert [row["id"] for row in rows] == ["007", "008", "009"]
    assert [row["note"] for row in rows] == ["a; b", "", "x"]
    assert [row["age"] for row in rows] == ["30", "", "61,5"]
    assert list(rows[0])[4:] == ["prediction", "probability", "P(no)", "P(yes)"]
    assert "3 rows" in said
    assert "Paris" in warned
    _, out, _ = run("predict", people / "net.sketchnet", "--csv", other)
    for row, line in zip(rows, map(json.loads, out.splitlines()), strict=True):
        assert row["prediction"] == line["answer"]
        assert float(row["probability"]) == pytest.approx(line["probability"], abs=1e-6)
        assert float(row["P(yes)"]) == pytest.approx(line["probabilities"]["yes"], abs=1e-6)


def test_figures_against_the_target_where_the_table_has_it(people: Path, tmp_path: Path, run) -> None:
    out = tmp_path / "a.csv"
    status, said, _ = run("score", people / "net.sketchnet", people / "people.csv", "--out", out, "--json")
    assert status == 0
    found = json.loads(said)
    rows = scored(tmp_path / "a.csv")
    right = np.mean([row["prediction"] == row["bought"] for row in rows])
    assert found["accuracy"] == pytest.approx(right)
    assert (found["rows"], found["known"]) == (150, 150)
    assert right > 0.9


def test_a_workbook_in_and_out(people: Path, tmp_path: Path, run) -> None:
    path = xlsx(tmp_path / "other.xlsx", {"S": [["town", "age", "code"], ["Bonn", 30, "007"], ["Ulm", 50, "a<b"]]})
    status, _, _ = run("score", people / "net.sketchnet", path, "--out", tmp_path / "answers.xlsx")
    assert status == 0
    table = raw.read(tmp_path / "answers.xlsx")
    assert table.names[:4] == ("town", "age", "code", "prediction")
    code = table.columns[2]
    assert [code.values[at] for at in code.codes] == ["007", "a<b"], "texts stay texts"


def test_new_columns_never_take_the_names_of_those_there(people: Path, tmp_path: Path, run) -> None:
    other = tmp_path / "other.csv"
    other.write_text("age,town,prediction,probability\n30,Bonn,old,x\n", encoding="utf-8")
    run("score", people / "net.sketchnet", other, "--out", tmp_path / "a.csv")
    (row,) = scored(tmp_path / "a.csv")
    assert (row["prediction"], row["probability"]) == ("old", "x")
    assert row["prediction (2)"] in ("yes", "no")


def test_nothing_is_replaced_unasked_and_what_cannot_be_scored_is_refused(people: Path, tmp_path: Path, run) -> None:
    out = tmp_path / "a.csv"
    out.write_text("mine")
    status, _, refused = run("score", people / "net.sketchnet", people / "people.csv", "--out", out)
    assert status != 0
    assert out.read_text() == "mine"
    assert "--force" in refused
    status, _, refused = run("score", people / "net.sketchnet", people / "people.csv", "--out", tmp_path / "a.txt")
    assert status == 2
    assert ".xlsx" in refused
    lacking = tmp_path / "lacking.csv"
    lacking.write_text("age\n3\n")
    status, _, refused = run("score", people / "net.sketchnet", lacking, "--out", tmp_path / "b.csv")
    assert status != 0
    assert "town" in refused
    assert not (tmp_path / "b.csv").exists()
    assert run("score", people / "net.sketchnet", people / "people.csv", "--out", out, "--force")[0] == 0
    assert out.read_text() != "mine"


def test_numbers_are_scored_by_their_errors(tmp_path: Path, run) -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(size=(200, 2)).round(3)
    y = (3 * x[:, 0] - x[:, 1] + 5).round(3)
    lines = [f"{a},{b},{c}" for (a, b), c in zip(x, y, strict=True)]
    (tmp_path / "t.csv").write_text("a,b,price\n" + "\n".join(lines) + "\n")
    run("new", "--data", tmp_path / "t.csv", tmp_path / "net.sketchnet")
    run("train", tmp_path / "net.sketchnet", "--epochs", "20")
    _, said, _ = run("score", tmp_path / "net.sketchnet", tmp_path / "t.csv", "--out", tmp_path / "a.csv", "--json")
    rows = scored(tmp_path / "a.csv")
    errors = np.array([float(row["predicted price"]) - float(row["price"]) for row in rows])
    assert json.loads(said)["rmse"] == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-5)
    assert json.loads(said)["r2"] == pytest.approx(1 - (errors**2).sum() / ((y - y.mean()) ** 2).sum(), rel=1e-4)


def test_figures_for_each_value_of_what_is_sensitive(tmp_path: Path, run) -> None:
    """Which groups a network is right for is counted, also where the column is no input."""
    rows = [f"{n % 50},{('a', 'b', 'b')[n % 3]},{'yes' if n % 50 > 24 else 'no'}" for n in range(150)]
    (tmp_path / "people.csv").write_text("age,kind,bought\n" + "\n".join(rows) + "\n", encoding="utf-8")
    net = tmp_path / "net.sketchnet"
    new = ("new", "--data", tmp_path / "people.csv", "--column", "kind:sensitive=yes,title=Sort", "--column")
    assert run(*new, "age:sensitive=yes", net)[0] == 0
    assert run("train", net, "--epochs", "30")[0] == 0
    status, said, _ = run("score", net, tmp_path / "people.csv", "--out", tmp_path / "out.csv", "--json")
    assert status == 0
    answers = scored(tmp_path / "out.csv")
    groups = {(one["column"], one["value"]): one for one in json.loads(said)["groups"]}
    assert [key for key in groups if key[0] == "Sort"] == [("Sort", "b"), ("Sort", "a")]
    most = max(("no", "yes"), key=lambda word: sum(row["prediction"] == word for row in answers))
    for value in "ab":
        here = [row for row in answers if row["kind"] == value]
        one = groups["Sort", value]
        assert (one["rows"], one["predicted"]) == (len(here), most)
        assert one["accuracy"] == sum(row["prediction"] == row["bought"] for row in here) / len(here)
        assert one["share"] == sum(row["prediction"] == most for row in here) / len(here)
    ranges = [key[1] for key in groups if key[0] == "age"]
    assert len(ranges) == 4
    assert sum(groups["age", one]["rows"] for one in ranges) == 150
    _, said, _ = run("score", net, tmp_path / "people.csv", "--out", tmp_path / "again.csv")
    assert "For each value of what is sensitive" in said
    assert f"PREDICTED {most}" in said
