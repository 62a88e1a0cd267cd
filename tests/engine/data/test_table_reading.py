"""How a table was read is said with evidence, and can be set by hand; a network's new rows are read in the same way."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.sources import own_table
from engine.data.sources.own_table_guesses import Guess
from engine.data.table_reading import OPTIONS, TableReading
from engine.data.tables import raw
from engine.data.tables.encoding import read_encoded
from engine.data.tables.file import read_samples
from engine.data.tables.record import TableRecord
from tests.engine.data.spreadsheets import xlsx

pytestmark = pytest.mark.usefixtures("nothing_read")

GERMAN = (
    "Umsätze 2024\n\n"
    "Straße;Preis;Datum;Größe\n"
    'A;"1.234,5";3/4/2024;1\nB;2,5;15/4/2024;?\nC;;16/4/2024;3\n"D; x";9,25;17/4/2024;4\nE;7,5;18/4/2024;5\n'
)


def guessed(path: Path, **options: Any) -> dict[str, Guess]:
    found = own_table.table({"path": str(path), "target": "Preis"} | options).guesses
    return {guess.setting: guess for guess in found}


@pytest.fixture
def german(tmp_path: Path) -> Path:
    path = tmp_path / "german.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    return path


def test_what_was_judged_is_said_with_counts_and_a_line_of_the_file(german: Path) -> None:
    found = guessed(german)
    assert {name: guess.value for name, guess in found.items()} == {
        "Encoding": "Windows-1252, Western",
        "Cells end with": "semicolon",
        "Quotation marks": "around cells",
        "Lines passed over": "2",
        "Comments": "none",
        "First line": "names of the columns",
        "Decimal mark": "comma",
        "Mark of thousands": "point",
        "Missing values": "empty, ?",
        "Dates": "day first",
    }
    assert "4 bytes" in found["Encoding"].evidence
    assert "line 1: 'Umsätze 2024'" in found["Encoding"].evidence
    assert found["Cells end with"].evidence.startswith("6 rows have 4 cells each with it, as in line 3: 'Straße;Preis")
    assert "2 lines, the first is line 4" in found["Quotation marks"].evidence
    assert "'Umsätze 2024'" in found["Lines passed over"].evidence
    assert found["Decimal mark"].evidence == "It is in 4 cells of numbers, as '1.234,5' in line 4, column Preis."
    assert found["Missing values"].evidence == (
        "empty in 1 cell, '?' in 1 cell. The first is in line 6, column Preis."
    )
    assert "4 dates can only have the day first, 0 the month, 1 either" in found["Dates"].evidence
    options = {option.name for option in OPTIONS}
    assert {guess.option for guess in found.values()} <= options


def test_every_option_of_reading_is_one_of_the_table_and_nothing_by_default() -> None:
    assert [option.name for option in OPTIONS] == [field.name for field in fields(TableReading)]
    assert {option.name for option in OPTIONS} < {option.name for option in own_table.OPTIONS}
    assert TableReading.of({}) == TableReading()
    assert TableReading().to_json() == {}


@pytest.mark.parametrize(
    ("text", "options", "read"),
    [
        ("a;b\n1;2\n3;4\n", {"delimiter": "comma"}, [["a;b"], ["1;2"], ["3;4"]]),
        ("a b\n1 2\n", {"delimiter": "blank"}, [["a", "b"], ["1", "2"]]),
        ('x,y\nfoot 5",2\ninch 6",3\n', {"quotes": "none"}, [["x", "y"], ['foot 5"', "2"], ['inch 6"', "3"]]),
        ('x,y\n"foot,2\ninch,3\n', {"quotes": "none"}, [["x", "y"], ['"foot', "2"], ["inch", "3"]]),
        ("one,two\na,b\n1,2\n", {"skip": 1}, [["a", "b"], ["1", "2"]]),
        ("title\na,b\n1,2\n", {"skip": 0, "header": "no", "delimiter": "tab"}, None),
        ("!a,b\na,b\n1,2\n!3,4\n", {"comment": "!"}, [["a", "b"], ["1", "2"]]),
        ("#a,b\n1,2\n", {"comment": "none"}, [["#a", "b"], ["1", "2"]]),
        ("a,b\n1,2\n", {"header": "no"}, [["column 1", "column 2"], ["a", "b"], ["1", "2"]]),
    ],
)
def test_what_is_set_by_hand_is_obeyed(
    tmp_path: Path, text: str, options: dict[str, Any], read: list[list[str]] | None
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    table = raw.read(path, TableReading(**options))
    rows = [list(row) for row in zip(*(column.values[column.codes] for column in table.columns), strict=True)]
    if read is None:
        assert table.names == ("column 1",)
    else:
        assert [list(table.names), *rows] == read


def test_an_encoding_set_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("имя,x\nда,1\nнет,2\n".encode("cp1251"))
    assert raw.read(path, TableReading(encoding="cp1251")).names == ("имя", "x")
    path.write_bytes("é,x\nô,1\nü,2\n".encode("utf-16-le"))
    assert raw.read(path, TableReading(encoding="utf-16")).names == ("é", "x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"encoding": "utf-8"}, "line 1: what stands there is no text in UTF-8"),
        ({"decimal": "point"}, "has no decimal point, the mark that was chosen"),
        ({"skip": 500}, "no rows below the 500 lines that are passed over"),
        ({"sheet": "Sheet1"}, "is no spreadsheet"),
        ({"delimiter": "tab"}, "no column called 'Preis'"),
    ],
)
def test_what_is_set_wrongly_is_refused_in_a_sentence(german: Path, options: dict[str, Any], words: str) -> None:
    text = GERMAN.replace("1.234,5", "1,5")
    german.write_bytes(text.encode("cp1252"))
    with pytest.raises(DataError, match=words):
        own_table.table({"path": str(german), "target": "Preis"} | options)


def test_a_date_of_two_readings_is_read_as_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{day}/{day + 1}/2024,{day},{day % 3}.5\n" for day in range(1, 11)]
    path.write_text("when,x,y\n" + "".join(rows), encoding="utf-8")
    options = {"path": str(path), "time": "when", "target": "y"}
    with pytest.raises(DataError, match="may have the day first or the month"):
        catalogue.load(own_table.NAME, options=options)
    for order, month in (("day", 2), ("month", 1)):
        pool = own_table.OWN_TABLE.make(own_table._plain(options | {"dates": order}))
        assert pool.times is not None
        first = np.datetime64("1970-01-01T00:00:00") + pool.times[0].astype("timedelta64[s]")
        assert first.astype("datetime64[M]").astype(int) % 12 + 1 == month


def test_further_words_for_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{n},{'Unknown' if n % 2 else n},{n * 2}\n" for n in range(8)), "utf-8")
    options = {"path": str(path), "missing": "unknown, 6"}
    (a, b, _y) = own_table.table(options).schema.fields
    assert (a.missing, b.missing) == (1, 5)
    assert b.feature.value == "number"
    missing = next(one for one in own_table.table(options).guesses if one.setting == "Missing values")
    assert missing.evidence.startswith("Set by hand. 'Unknown' in 4 cells, '6' in 3 cells")
    rows = read_encoded(path, own_table.table(options).schema.fields, TableReading.of(options))[0]
    assert int(np.isnan(rows[:, 1]).sum()) == 5


def test_new_rows_are_read_as_the_table_was(tmp_path: Path) -> None:
    path, new = tmp_path / "t.csv", tmp_path / "new.csv"
    path.write_text("title\nmore\na;y\n" + "".join(f"{n}.250;{n}\n" for n in range(1, 9)), encoding="utf-8")
    options = {"path": str(path), "decimal": "comma", "skip": 2, "delimiter": "semicolon"}
    schema = own_table.table(options).schema
    again = TableRecord.from_json(json.loads(json.dumps(TableRecord.of(schema).to_json()))).schema()  # type: ignore[union-attr]
    assert again.table_reading == TableReading(decimal="comma", skip=2, delimiter="semicolon")
    for text in ("title\nmore\na;y\n1.250;1\n3.500;1\n", "a;y\n1.250;1\n3.500;1\n"):
        new.write_text(text, encoding="utf-8")
        assert read_samples(new, again)[0].tolist() == [[1250.0], [3500.0]]


def test_a_record_of_unknown_readings_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        TableReading.from_json({"magic": 1})
    with pytest.raises(ValueError, match="must be"):
        TableReading.from_json({"delimiter": "§"})


def test_the_sheet_is_said_with_all_there_are(tmp_path: Path) -> None:
    rows = [["Preis", "b"], *([n, n % 3] for n in range(9))]
    path = xlsx(tmp_path / "a.xlsx", {"Empty": [], "Sales": rows, "Other": [["x"], [1]]})
    found = guessed(path)
    assert (found["Sheet"].value, found["Sheet"].option) == ("Sales", "sheet")
    assert found["Sheet"].evidence == "It is the first that has rows. The file has Empty, Sales, Other."
    assert "Encoding" not in found
