"""Tables in other files than plain text: spreadsheets, arrays, Parquet, packed; and text in older encodings."""

from __future__ import annotations

import gzip
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.dataset import DataError
from engine.data.table_reading import TableReading
from engine.data.tables import formats, raw
from engine.data.tables.raw import RawTable
from tests.engine.data.spreadsheets import xlsx


def cells(table: RawTable) -> list[list[str]]:
    """The rows of a table, its names first."""
    columns = [[column.values[code] for code in column.codes] for column in table.columns]
    return [list(table.names), *map(list, zip(*columns, strict=True))]


PEOPLE = [["name", "age", "member"], ["Ann", 31, True], ["Bob", 4.5, False], ["Cid", None, True]]
READ = [["name", "age", "member"], ["Ann", "31", "TRUE"], ["Bob", "4.5", "FALSE"], ["Cid", "", "TRUE"]]


def test_a_workbook_reads_as_the_same_csv_file_would(tmp_path: Path) -> None:
    assert cells(raw.read(xlsx(tmp_path / "a.xlsx", {"People": PEOPLE}))) == READ


def test_the_first_sheet_with_rows_is_read_and_another_can_be_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"Empty": [], "People": PEOPLE, "Other": [["x", "y"], [1, 2], [3, 4]]})
    assert cells(raw.read(path)) == READ
    assert formats.sheets(path) == ("Empty", "People", "Other")
    assert cells(raw.read(path, TableReading(sheet="Other"))) == [["x", "y"], ["1", "2"], ["3", "4"]]
    with pytest.raises(DataError, match="no sheet called Missing; there are: Empty, People, Other"):
        raw.read(path, TableReading(sheet="Missing"))


def test_titles_above_the_names_merged_cells_and_formulas(tmp_path: Path) -> None:
    rows = [["Members of 2024", None, None], [], *PEOPLE[:2], ["Bob", "=B4-26.5|4.5", False]]
    assert cells(raw.read(xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}, ["A1:C1"]))) == READ[:3]


@pytest.mark.parametrize("text", ["007", "1/2", "+49 30", "1e5x"])
def test_texts_that_look_like_numbers_stay_as_they_are(tmp_path: Path, text: str) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"S": [["code", "n"], [text, 1], ["x", 2]]})
    assert cells(raw.read(path))[1] == [text, "1"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "no spreadsheet"),
        (b"PAR1 and no more", "Parquet"),
        (b"\x1f\x8b and no more", "damaged|cut short"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_what_is_damaged_is_refused_in_a_sentence(tmp_path: Path, content: bytes, words: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as refused:
        raw.read(path)
    assert str(path.name) in str(refused.value)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"S": PEOPLE})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/sharedStrings.xml", bytes(3_000_000))
    monkeypatch.setattr(formats, "_LARGEST_UNPACKED", 2_000_000)
    with pytest.raises(DataError, match="unpacks to more than 2 MB"):
        raw.read(path)


def test_a_file_that_is_packed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,x\n2,y\n"))
    assert cells(raw.read(path)) == [["a", "b"], ["1", "x"], ["2", "y"]]


def test_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", y=np.array([0, 1, 1]), x=np.array([[1.5, 2], [3, 4], [5, 6]]), note=np.zeros(9)[:1])
    assert cells(raw.read(tmp_path / "a.npz")) == [
        ["x0", "x1", "y"], ["1.5", "2", "0"], ["3", "4", "1"], ["5", "6", "1"],
    ]  # fmt: skip


def test_arrays_that_would_run_code_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([{}, {}], dtype=object))
    with pytest.raises(DataError, match="no arrays"):
        raw.read(tmp_path / "a.npz")


def test_parquet_with_and_without_what_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "it's.parquet"
    rows = "VALUES (1, 'x', DATE '2024-02-01'), (2, NULL, DATE '2024-02-02')"
    duckdb.sql(f"SELECT * FROM ({rows}) t(a, b, d)").write_parquet(str(path))
    assert cells(raw.read(path)) == [["a", "b", "d"], ["1", "x", "2024-02-01"], ["2", "", "2024-02-02"]]
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(DataError, match=r"pip install sketchnet\[parquet\]"):
        raw.read(path)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Größe,Café\n1,é\n2,ü\n".encode(encoding))
    assert cells(raw.read(path)) == [["Größe", "Café"], ["1", "é"], ["2", "ü"]]
