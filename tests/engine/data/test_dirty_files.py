"""Dirty tables through the whole door: each gives the right cells, or a sentence that says where and what to do."""

from __future__ import annotations

import gzip
import io
import os
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.data.dataset import DataError
from engine.data.sources import own_table
from engine.data.tables import formats, raw
from engine.data.tables.raw import RawTable
from tests.engine.data.spreadsheets import Cell, xlsx

Cells = list[list[str]]
PLAIN: Cells = [["a", "b"], ["1", "x"], ["2", "y"]]
MANY = [["a", "b"], *([str(n), "xyz"[n % 3]] for n in range(60))]


@dataclass(frozen=True)
class Dirty:
    """A file, and the cells that are in it, names first, or the words of which the sentence consists that refuses it.

    ``given`` is its bytes, its text in UTF-8, or a function that makes it at a path.
    """

    given: bytes | str | Callable[[Path], object]
    read: Cells | None = None
    refused: tuple[str, ...] = ()
    name: str = "t.csv"
    ragged: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()


def lines(rows: Cells, mark: str = ",", end: str = "\n") -> str:
    return "".join(mark.join(row) + end for row in rows)


def with_line(place: int, text: str) -> str:
    """MANY with one more line."""
    made = lines(MANY).splitlines()
    made.insert(place, text)
    return "\n".join(made) + "\n"


def book(*rows: list[Cell], merged: tuple[str, ...] = ()) -> Callable[[Path], object]:
    return lambda path: xlsx(path, {"S": list(rows)}, merged)


def altered(change: Callable[[str], str], member: str = "xl/worksheets/sheet1.xml") -> Callable[[Path], object]:
    """A workbook of which one part is changed."""

    def make(path: Path) -> None:
        whole = io.BytesIO()
        xlsx(path, {"S": [["a", "b"], [1, "x"], [2, "y"]]})
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
            for one in old.namelist():
                content = old.read(one).decode()
                new.writestr(one, change(content) if one == member else content)
        path.write_bytes(whole.getvalue())

    return make


def loop(path: Path) -> None:
    path.symlink_to(path)


def styled(content: str, format: int) -> Callable[[Path], object]:
    """A workbook whose cells in the second row are of a style with this number format, such as a date."""

    def make(path: Path) -> None:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        xlsx(path, {"S": [["when", "n"], [1.5, 2]]})
        whole = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
            for one in old.namelist():
                text = old.read(one).decode()
                if one.endswith("sheet1.xml"):
                    text = text.replace('<c r="A2"><v>1.5</v></c>', f'<c r="A2" s="1"><v>{content}</v></c>')
                if one.endswith("workbook.xml.rels"):
                    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
                    link = f'<Relationship Id="st" Type="{kind}" Target="styles.xml"/></Relationships>'
                    text = text.replace("</Relationships>", link)
                new.writestr(one, text)
            new.writestr(
                "xl/styles.xml",
                f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
                f'<xf numFmtId="{format}" applyNumberFormat="1"/></cellXfs></styleSheet>',
            )
        path.write_bytes(whole.getvalue())

    return make


WIDE = 10_000
FILES = {
    # How cells are parted.
    "semicolons": Dirty(lines(PLAIN, ";"), PLAIN),
    "tabs": Dirty(lines(PLAIN, "\t"), PLAIN),
    "bars": Dirty(lines(PLAIN, "|"), PLAIN),
    "blanks, several at a time": Dirty("  a   b\n  1   2\n 30   4\n", [["a", "b"], ["1", "2"], ["30", "4"]]),
    "a line that says what parts the cells": Dirty("sep=;\n" + lines(PLAIN, ";"), PLAIN),
    "one that says what cannot": Dirty("sep=x\n" + lines(PLAIN), refused=("line 1", "'x'", "Write sep=")),
    "commas in cells that semicolons part": Dirty("a;b\n1,5;2,5\n3,5;4\n", [["a", "b"], ["1,5", "2,5"], ["3,5", "4"]]),
    "blanks around cells": Dirty("a , b\n 1,  x\n2 , y \n", PLAIN),
    # How letters are stored.
    "UTF-8 with a mark": Dirty("é,b\n1,ü\n".encode("utf-8-sig"), [["é", "b"], ["1", "ü"]]),
    "UTF-16 as Excel saves it": Dirty("é\tb\n1\tü\n".encode("utf-16"), [["é", "b"], ["1", "ü"]]),
    "UTF-16, the other way round": Dirty(b"\xfe\xff" + "é,b\n1,ü\n".encode("utf-16-be"), [["é", "b"], ["1", "ü"]]),
    "UTF-16 without a mark": Dirty("é,b\n1,ü\n".encode("utf-16-le"), [["é", "b"], ["1", "ü"]]),
    "Windows-1252": Dirty("é,€\n1,“x”\n".encode("cp1252"), [["é", "€"], ["1", "“x”"]]),
    "Latin-1": Dirty("é,b\n1,ü\n".encode("latin-1"), [["é", "b"], ["1", "ü"]]),
    "UTF-32": Dirty("é,b\n1,ü\n".encode("utf-32"), refused=("no text|not text", "UTF-8")),
    "UTF-16 cut in half": Dirty("é,b\n1,ü\n".encode("utf-16")[:-1], refused=("not text", "UTF-8")),
    # Ends of lines and quotation marks.
    "mixed ends of lines": Dirty(b"a,b\r\n1,x\r2,y\n", PLAIN),
    "ends of lines of an old Macintosh": Dirty(b"a,b\r1,x\r2,y", PLAIN),
    "line ends within quotation marks": Dirty('a,b\n1,"x\nz"\n2,y\n', [["a", "b"], ["1", "x\nz"], ["2", "y"]]),
    "doubled quotation marks": Dirty('a,b\n1,"say ""x"""\n2,y\n', [["a", "b"], ["1", 'say "x"'], ["2", "y"]]),
    "a quotation mark that is not closed": Dirty('a,b\n1,"x\n2,y\n', refused=("line 2", "quotation mark")),
    "an inch within a cell": Dirty('a,b\n1,5"\n2,y\n', [["a", "b"], ["1", '5"'], ["2", "y"]]),
    # Lines that are no rows.
    "empty lines": Dirty("\n\na,b\n\n1,x\n\n2,y\n\n", PLAIN),
    "comments above and between": Dirty("# made\n#\na,b\n1,x\n# more\n2,y\n", PLAIN, comments=(5,)),
    "a title above": Dirty("My data\n\na,b,c\n1,2,x\n3,4,y\n", [["a", "b", "c"], ["1", "2", "x"], ["3", "4", "y"]]),
    "a title that semicolons fill up": Dirty(
        "My data;;\na;b;c\n1;2;x\n", [["My data", "column 2", "column 3"], ["a", "b", "c"], ["1", "2", "x"]]
    ),
    "names as R writes them, one too few": Dirty('"a","b"\n"1",5,6\n"2",7,8\n', refused=("line 2", "3 cells, 2")),
    # Rows of the wrong length.
    "empty cells at the ends of rows": Dirty("a,b\n1,x,,\n2,y,\n", PLAIN),
    "one short row among many": Dirty(with_line(30, "7"), MANY, ragged=(31,)),
    "one long row among many": Dirty(with_line(5, "7,x,8"), MANY, ragged=(6,)),
    "short rows all over": Dirty("a,b,c\n1,2\n3,4\n5,6,7\n", refused=("line 2", "2 cells, 3 expected", "empty")),
    "rows longer than the names": Dirty("a,b\n1,5,2\n2,5,3\n", refused=("line 2", "comma in it", "quotation")),
    "a row that swallowed others": Dirty(with_line(9, '7,"x'), refused=("line 10",)),
    # Names.
    "names that come twice": Dirty("a,a,a\n1,2,3\n", [["a", "a (2)", "a (3)"], ["1", "2", "3"]]),
    "columns without a name": Dirty("a,,b\n1,2,3\n", [["a", "column 2", "b"], ["1", "2", "3"]]),
    "units in names": Dirty("mass (kg),size [m²]\n1,2\n", [["mass (kg)", "size [m²]"], ["1", "2"]]),
    "no names": Dirty("1,2\n3,4\n", [["column 1", "column 2"], ["1", "2"], ["3", "4"]]),
    "names alone": Dirty("a,b\n", [["a", "b"]]),
    "one row": Dirty("1,x\n", [["column 1", "column 2"], ["1", "x"]]),
    # What is no table.
    "an empty file": Dirty(b"", refused=("empty",)),
    "blanks alone": Dirty(" \n\n  \n", refused=("empty",)),
    "a program": Dirty(b"\x7fELF\x02\x01\x01\0\0" + bytes(range(256)) * 20, refused=("not text", "Save")),
    "zero bytes far down": Dirty(lines(MANY).encode() * 99 + b"1,\0\n", refused=("line 6,040", "zero byte")),
    "an image": Dirty(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", refused=("not text",)),
    "an endless line": Dirty("a,b\n" + "x" * 1_200_000, refused=("line 2", "longer than 1,000,000")),
    "a folder": Dirty(lambda path: path.mkdir(), refused=("directory|folder",)),
    "a link to itself": Dirty(loop, refused=("cannot be read", "symbolic links")),
    "a file that is not there": Dirty(lambda path: None, refused=("cannot be read", "No such file")),
    # Packed.
    "packed": Dirty(gzip.compress(lines(PLAIN).encode()), PLAIN, name="t.csv.gz"),
    "packed, under a plain name": Dirty(gzip.compress(lines(PLAIN).encode()), PLAIN),
    "packed and cut": Dirty(gzip.compress(lines(MANY).encode())[:-9], refused=("cut short|damaged",)),
    "a zip that is none": Dirty(b"PK\x03\x04" + bytes(90), refused=("damaged",), name="t.xlsx"),
    "Parquet where nothing reads it": Dirty(b"PAR1abcPAR1", refused=("Parquet", "pip install"), name="t.parquet"),
    # Spreadsheets.
    "text called a workbook": Dirty(lines(PLAIN), PLAIN, name="t.xlsx"),
    "a workbook called text": Dirty(book(["a", "b"], [1, "x"], [2, "y"]), PLAIN),
    "a title over merged cells": Dirty(
        book(["My data", None, None], [], ["a", "b", "c"], [1, "x", None], [2, "y", 3], merged=("A1:C1",)),
        [["a", "b", "c"], ["1", "x", ""], ["2", "y", "3"]],
        name="t.xlsx",
    ),
    "a formula with its result": Dirty(book(["a", "b"], ["=1+0|1", "x"], [2, "y"]), PLAIN, name="t.xlsx"),
    "a formula without one": Dirty(
        altered(lambda text: text.replace('<c r="A2"><v>1</v></c>', '<c r="A2"><f>1+0</f></c>')),
        [["a", "b"], ["", "x"], ["2", "y"]],
        name="t.xlsx",
    ),
    "an error in a cell": Dirty(
        altered(lambda text: text.replace('<c r="A2"><v>1</v></c>', '<c r="A2" t="e"><v>#DIV/0!</v></c>')),
        [["a", "b"], ["", "x"], ["2", "y"]],
        name="t.xlsx",
    ),
    "truth values": Dirty(
        book(["a", "b"], [True, 1], [False, 2]), [["a", "b"], ["TRUE", "1"], ["FALSE", "2"]], name="t.xlsx"
    ),
    "a date": Dirty(styled("45352", 14), [["when", "n"], ["2024-03-01", "2"]], name="t.xlsx"),
    "a date with a time": Dirty(styled("45352.5", 22), [["when", "n"], ["2024-03-01 12:00:00", "2"]], name="t.xlsx"),
    "a sheet that is no XML": Dirty(altered(lambda text: text[: len(text) // 2]), refused=("S", "CSV"), name="t.xlsx"),
    "a sheet without rows": Dirty(book(), refused=("no rows",), name="t.xlsx"),
    # Large.
    "ten thousand columns": Dirty(
        lines([[f"c{n}" for n in range(WIDE)], ["1"] * WIDE]), [[f"c{n}" for n in range(WIDE)], ["1"] * WIDE]
    ),
    "more columns than that": Dirty(",".join(["1"] * (WIDE + 1)) + "\n", refused=("10,001 columns", "Leave some out")),
}


def cells(table: RawTable) -> Cells:
    columns = [column.values[column.codes].tolist() for column in table.columns]
    return [list(table.names), *map(list, zip(*columns, strict=True))]


@pytest.mark.parametrize("case", FILES)
def test_a_dirty_file(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    dirty = FILES[case]
    path = tmp_path / dirty.name
    if callable(dirty.given):
        dirty.given(path)
    else:
        path.write_bytes(dirty.given.encode() if isinstance(dirty.given, str) else dirty.given)
    if dirty.read is not None:
        table = raw.read(path)
        assert cells(table) == dirty.read
        assert (table.ragged, table.comments) == (dirty.ragged, dirty.comments)
        return
    with pytest.raises(DataError) as refused:
        raw.read(path)
    said = str(refused.value)
    assert dirty.name in said
    for words in dirty.refused:
        assert any(word in said for word in words.split("|")), said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    with pytest.raises(DataError, match=r"is a pipe or a device, which can be read only once. Save the table"):
        own_table.table({"path": str(path)})


def test_a_packed_bomb_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 2_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"1,2\n" * 25_000_000, 1))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"bomb\.csv\.gz"):
            raw.read(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_workbook_that_lies_about_its_size_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_LARGEST_UNPACKED", 3_000_000)
    path = xlsx(tmp_path / "bomb.xlsx", {"S": [["a", "b"], [1, 2]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/sharedStrings.xml", b"<x/>" * 10_000_000)
    data = path.read_bytes()
    real = (40_000_000).to_bytes(4, "little")
    assert real in data
    path.write_bytes(data.replace(real, (100).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"unpacks to more than 3 MB|damaged"):
            raw.read(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_million_letters_of_one_row_are_the_most(tmp_path: Path) -> None:
    """Rows are taken some hundred at a time, long ones sooner: the memory does not grow with their number."""
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + ("x" * 100_000 + ",1\n") * 300, encoding="utf-8")
    tracemalloc.start()
    try:
        table = raw.read(path)
        assert table.rows == 300
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
