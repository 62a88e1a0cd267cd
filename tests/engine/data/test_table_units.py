"""Units in cells, codes that begin with zeros, a few whole numbers: what each column is taken for."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from engine.data.fields import Feature, Role
from engine.data.sources import own_table
from engine.data.tables import raw
from engine.data.tables.encoding import read_encoded
from engine.data.tables.units import parted, without_units
from engine.graph.targets import Categories, Quantities
from engine.number_text import range_words

pytestmark = pytest.mark.usefixtures("nothing_read")


def written(path: Path, names: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows])
    return path


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("$1,200", "1,200", "$"), ("-$5.50", "-5.50", "$"), ("$-5", "-5", "$"), ("€ 3,50", "3,50", "€"),
        ("1.234,50 €", "1.234,50", "€"), ("12.5%", "12.5", "%"), ("12,5 %", "12,5", "%"), ("80 kg", "80", "kg"),
        ("80kg", "80", "kg"), ("21 °C", "21", "°C"), ("100 km/h", "100", "km/h"), ("45 m²", "45", "m²"),
        ("USD 99", "99", "USD"), ("36 months", "36", "months"), ("1 000 kg", "1 000", "kg"), ("US$7", "7", "US$"),
    ],
)  # fmt: skip
def test_a_number_and_its_unit(text: str, number: str, unit: str) -> None:
    assert parted(text) == (number, unit)


@pytest.mark.parametrize(
    "text",
    ["", "12", "kg", "0.png", "12.", "10+ years", "1-2 years", "3 of 4", "a5", "5 very-long", "img1.png", "$",
     "1.2.3 kg", "2020-01-05", "12:30", "5 kilogrammes!", "--5 kg", "$5 €"],
)  # fmt: skip
def test_what_is_no_number_with_a_unit(text: str) -> None:
    assert parted(text) is None


@pytest.fixture
def money(tmp_path: Path) -> Path:
    rows: list[list[object]] = []
    for n in range(60):
        income = "?" if n % 13 == 5 else f"${1_000 + 137 * n:,}"
        weight = f"{n % 9 + 1}{' ' * (n % 2)}kg"
        rows.append([income, f"{n % 30 + 0.5}%", weight, "3a" if n % 3 else "7b"])
    return written(tmp_path / "money.csv", ["income", "rate", "weight (kg)", "flat"], rows)


def test_a_column_with_one_unit_is_one_of_numbers_and_named_by_it(money: Path) -> None:
    found = own_table.table({"path": str(money), "target": "flat"})
    features = {field.name: field.feature for field in found.schema.fields}
    assert features == {
        "income ($)": Feature.NUMBER, "rate (%)": Feature.NUMBER, "weight (kg)": Feature.NUMBER,
        "flat": Feature.YES_NO,
    }  # fmt: skip
    income = found.schema.fields[0]
    assert income.missing == 5
    assert "1,000 to 9,083" in income.reason
    table = without_units(raw.read(money))
    weights = table.columns[2]
    assert len(weights.values) == len(set(weights.values)) == 9, "5 kg and 5kg are the same value"
    assert [weights.values[code] for code in weights.codes[:3]] == ["1", "2", "3"]


def test_a_column_with_several_units_stays_as_it_is(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"{n % 5} {('kg', 'lb')[n % 3 % 2]}", n % 2] for n in range(40)]
    found = own_table.table({"path": str(written(tmp_path / "mixed.csv", ["weight", "y"], rows))})
    assert found.schema.fields[0].name == "weight"
    assert found.schema.fields[0].feature is not Feature.NUMBER


def test_a_name_that_is_taken_is_not_given_twice(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"{n % 7} kg", n, n % 2] for n in range(40)]
    path = written(tmp_path / "twice.csv", ["weight", "weight (kg)", "y"], rows)
    assert without_units(raw.read(path)).names == ("weight", "weight (kg)", "y")


def test_other_tables_may_have_the_unit_in_the_cell_or_not(money: Path, tmp_path: Path) -> None:
    fields = own_table.table({"path": str(money), "target": "flat"}).schema.fields
    plain = written(tmp_path / "plain.csv", ["income ($)", "rate (%)", "weight (kg)"], [[1500, 2.5, 4]])
    wanted, _ = read_encoded(plain, fields)
    for number, (names, cells) in enumerate([
        (["income", "rate", "weight"], ["$1,500.0", "2.5%", "4 kg"]),
        (["income", "rate", "weight"], ["1500", "2.5", "4"]),
        (["weight (kg)", "rate (%)", "income"], ["4kg", "2.5 %", "$ 1500"]),
    ]):  # fmt: skip
        found, _ = read_encoded(written(tmp_path / f"{number}.csv", names, [cells]), fields)
        np.testing.assert_array_equal(found, wanted)
    from engine.data.dataset import DataError

    for cells in (["1500", "2.5", "4 lb"], ["€1500", "2.5", "4"]):
        with pytest.raises(DataError):
            read_encoded(written(tmp_path / "wrong.csv", ["income", "rate", "weight"], [cells]), fields)


def test_all_doors_read_units_alike(money: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from engine.cli.__main__ import main

    net, new, out = tmp_path / "net.sketchnet", tmp_path / "new.csv", tmp_path / "scored.csv"
    cells: list[list[object]] = [["4 kg", "2.5%", "$1500", "3a"], ["9 kg", "12%", "$7200", "7b"]]
    written(new, ["weight", "rate", "income", "flat"], cells)
    assert main(["new", "--data", str(money), "--target", "flat", str(net)]) == 0
    assert main(["train", str(net), "--epochs", "3"]) == 0
    capsys.readouterr()
    assert main(["predict", str(net), "--csv", str(new)]) == 0
    predicted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert main(["score", str(net), str(new), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["weight"] for row in rows] == ["4 kg", "9 kg"], "the cells stand as they stood"
    assert main(["source", str(net), "--out", str(tmp_path / "net.py")]) == 0
    made = runpy.run_path(str(tmp_path / "net.py"))
    read = made["prepare"](made["read"]([str(new)]))
    shares = made["load"]()(read).sigmoid().reshape(-1).tolist()
    for line, row, share in zip(predicted, rows, shares, strict=True):
        assert float(row["P(7b)"]) == pytest.approx(share, abs=1e-5)
        assert line["probabilities"]["7b"] == pytest.approx(share, abs=1e-5)


def test_the_script_refuses_a_comma_that_can_mean_two_things(money: Path, tmp_path: Path) -> None:
    from engine.cli.__main__ import main

    net = tmp_path / "net.sketchnet"
    assert main(["new", "--data", str(money), "--target", "flat", str(net)]) == 0
    assert main(["train", str(net), "--epochs", "1"]) == 0
    assert main(["source", str(net), "--out", str(tmp_path / "net.py")]) == 0
    made = runpy.run_path(str(tmp_path / "net.py"))
    with pytest.raises(SystemExit, match="1,500 can mean two numbers"):
        made["read"](["$1,500", "2,5 %", "4 kg"])
    assert made["read"](["$1500", "2,5 %", "0,125 kg"]).tolist() == [[1500, 0, 2.5, 0.125]]


@pytest.mark.parametrize(
    ("values", "feature"),
    [
        (["01067", "10115", "20095"], Feature.CATEGORY),
        (["007", "008", "123"], Feature.CATEGORY),
        (["0", "10", "20"], Feature.NUMBER),
        (["0.5", "07", "1"], Feature.NUMBER),
    ],
)
def test_leading_zeros_stay_text(tmp_path: Path, values: list[str], feature: Feature) -> None:
    rows: list[list[object]] = [[values[n % 3], n * n] for n in range(60)]
    found = own_table.table({"path": str(written(tmp_path / "codes.csv", ["code", "price"], rows))})
    assert found.schema.fields[0].feature is feature
    if feature is Feature.CATEGORY:
        assert set(found.schema.fields[0].categories) == set(values)


def test_a_single_zero_among_many_numbers_is_a_slip(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"{n}" if n != 7 else "07", n * n] for n in range(300)]
    found = own_table.table({"path": str(written(tmp_path / "slip.csv", ["count of it", "price"], rows))})
    assert found.schema.fields[0].feature is Feature.NUMBER


@pytest.mark.parametrize(
    ("name", "rows", "target"),
    [("y", 6, Quantities), ("label", 6, Categories), ("y", 30, Categories)],
)
def test_a_few_whole_numbers_that_never_come_again_are_measured(
    tmp_path: Path, name: str, rows: int, target: type
) -> None:
    path = written(tmp_path / "line.csv", ["x", name], [[n, 2 * (n % 6) + 1] for n in range(rows)])
    found = own_table.table({"path": str(path)})
    assert isinstance(found.schema.target, target)
    assert [field.name for field in found.schema.fields if field.role is Role.TARGET] == [name]


def test_years_are_written_as_years() -> None:
    assert range_words(1998, 2024) == "1998 to 2024"
    assert range_words(0.5, 1200) == "0.5 to 1,200"
    assert range_words(1000.5, 2000) == "1,000 to 2,000"
    assert range_words(float("nan"), 2000)
