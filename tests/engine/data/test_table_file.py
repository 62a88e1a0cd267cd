"""Tables as people and programs write them: every cell is the number that is meant, or the table is refused."""

from __future__ import annotations

import csv
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.tables import text as table_text
from engine.data.tables.file import read_rows

TABLES = [name for name in catalogue.names() if catalogue.schema(name).columns]
HOUSES = ("area (m²)", "bedrooms", "age (years)", "distance (km)")
Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Write a table and say where."""

    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def read(path: Path, dataset: str) -> list[list[float]]:
    rows = read_rows(path, catalogue.schema(dataset))
    assert rows.dtype == np.float32
    return [[round(float(value), 5) for value in row.ravel()] for row in rows]


def refusal(path: Path, dataset: str) -> str:
    with pytest.raises(DataError) as caught:
        read_rows(path, catalogue.schema(dataset))
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    return sentence.removeprefix(str(path))


# -- how a table is written


@pytest.mark.parametrize(
    ("dataset", "text", "rows"),
    [
        ("iris", "5,1;3,5;1,4;0,2", [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", "5,1;3,5;1,4;0,2\n6;3;4,5;1,5\n", [[5.1, 3.5, 1.4, 0.2], [6, 3, 4.5, 1.5]]),
        ("iris", "5,1\t3,5\t1,4\t0,2\n", [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", "5.1|3.5|1.4|0.2\n", [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", "5.1,3.5,1.4,0.2,\n", [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", '"5,1","3,5","1,4","0,2"\n', [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", ' "5.1" , 3.5,"1.4", 0.2 \n', [[5.1, 3.5, 1.4, 0.2]]),
        ("iris", "1e-3,+5,.5,5.\n", [[0.001, 5, 0.5, 5]]),
        ("iris", "1,2,3,4\r1,2,3,5\r", [[1, 2, 3, 4], [1, 2, 3, 5]]),
        ("iris", "1,2,3,4\r\n\r\n , ,,\r\n4,3,2,1", [[1, 2, 3, 4], [4, 3, 2, 1]]),
        ("line", "x\n3,5\n", [[3.5]]),
        ("line", "x\n3\n3,5\n-0,25\n", [[3], [3.5], [-0.25]]),
        ("line", "x\n3.5\n", [[3.5]]),
        ("line", "3,5\n", [[3.5]]),
        ("line", "0\n1\n2\n", [[0], [1], [2]]),
        ("line", "x\n1.234\n", [[1.234]]),
        ("line", "x\n\u22121,5\n", [[-1.5]]),
        ("circles", "1,5;2,5", [[1.5, 2.5]]),
        ("circles", "1,5\n", [[1, 5]]),
        ("circles", "x;y\n1,5;2,5\n", [[1.5, 2.5]]),
        ("xor", "0,1\n1,0\n", [[0, 1], [1, 0]]),
        ("xor", "0,1\n", [[0, 1]]),
        ("houses", "1 200,5;3;10;5\n", [[1200.5, 3, 10, 5]]),
        ("houses", "1\u00a0200;3;10;5\n", [[1200, 3, 10, 5]]),
        ("houses", "1\u202f200,5;\u00a03\u00a0;10;5\n", [[1200.5, 3, 10, 5]]),
        ("houses", "1'200.5,3,10,5\n", [[1200.5, 3, 10, 5]]),
        ("houses", "1.200,5;3;10;5\n", [[1200.5, 3, 10, 5]]),
        ("houses", '"1,200.5",3,10,5\n', [[1200.5, 3, 10, 5]]),
        ("houses", "1.234.567;3;10;5\n", [[1234567, 3, 10, 5]]),
    ],
)
def test_a_table_is_read_as_it_is_meant(dataset: str, text: str, rows: list[list[float]], table: Write) -> None:
    assert read(table(text), dataset) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_ends_of_lines(encoding: str, end: str, delimiter: str, table: Write) -> None:
    text = end.join([delimiter.join(HOUSES), delimiter.join(["100.5", "3", "10", "5"])])
    assert read(table(text, encoding), "houses") == [[100.5, 3, 10, 5]]


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_excels_first_line_is_obeyed(told: str, table: Write) -> None:
    assert read(table(f"{told}\n100,5;3;10;5\n"), "houses") == [[100.5, 3, 10, 5]]
    path = table(f"{told}\n{';'.join(HOUSES)}\n100,5;3;10;x\n")
    assert ", line 3, column distance (km): expected a number, found 'x'" in refusal(path, "houses")
    assert read(table("sep=\t\n1\t2\t3\t4\n"), "houses") == [[1, 2, 3, 4]]
    assert ", line 1" in refusal(table("sep=5\n1525354\n"), "houses")


def test_what_parts_cells_is_judged_by_many_lines(table: Write) -> None:
    """One line without decimals, and one that could be two columns by its commas, do not decide."""
    assert read(table("1;2\n1,5;2\n3,25;4,5\n"), "moons") == [[1, 2], [1.5, 2], [3.25, 4.5]]
    text = "note, of no use;x\n" + "a, b;1,5\n" * 30
    assert read(table(text), "line") == [[1.5]] * 30


# -- the marks of numbers


def test_all_numbers_of_a_table_say_what_its_marks_mean(table: Write) -> None:
    head = ";".join(HOUSES) + "\n"
    assert read(table(head + "1.234;3;10;5\n100;3;10;5,5\n"), "houses")[0][0] == 1234
    assert read(table(head + "1,234;3;10;5\n100;3;10;5.5\n"), "houses")[0][0] == 1234
    assert read(table(head + "1,234;3;10;5\n100;3;10;5,5\n"), "houses")[0][0] == 1.234
    assert read(table(head + "1.234;3;10;5\n" + "100;3;10;5\n" * 3000 + "100;3;10;0,5\n"), "houses")[0][0] == 1234
    assert read(table("1.234,3,10,5\n"), "houses")[0][0] == 1.234, "what programs write"
    assert read(table('"1.234","3","10","5"\n'), "houses")[0][0] == 1.234, "what programs write that quote everything"
    assert read(table('"1.234",3,10,5.5\n'), "houses")[0][0] == 1.234
    assert read(table('"1.234",3,10,"5,5"\n'), "houses")[0][0] == 1234


@pytest.mark.parametrize(
    ("row", "both"),
    [
        ("1.200;3;10;5", "'1.200' can mean 1.2 or 1200"),
        ("1,200;3;10;5", "'1,200' can mean 1200 or 1.2"),
        ('"1,200",3,10,5', "'1,200' can mean 1200 or 1.2"),
        ("1,200\t3\t10\t5", "'1,200' can mean 1200 or 1.2"),
        ("1.200;1,300;10;5", "can mean"),
        ('"1.200",3,10,5', "'1.200' can mean 1.2 or 1200"),
        ('120, "1.200" ,10,5', "'1.200' can mean 1.2 or 1200"),
    ],
)
def test_numbers_that_can_mean_two_are_refused(row: str, both: str, table: Write) -> None:
    sentence = refusal(table(f"{row}\n"), "houses")
    assert sentence.startswith(", line 1, column ")
    assert both in sentence


def test_two_decimal_marks_in_one_table_are_refused(table: Write) -> None:
    sentence = refusal(table(";".join(HOUSES) + "\n1,5;2;3;4\n1;2;3;4\n1.5;2;3;4\n"), "houses")
    assert sentence.startswith(", line 4, column area (m²): '1.5' has a decimal point, but '1,5' in line 2, column ")


@pytest.mark.parametrize(
    "cell",
    ["nan", "NA", "0x10", "1_000", "5%", "1.2.3", "5 5", "five", "10²", "1/2", "#REF!", "12 km", "$5", "01/02/2024"],
)
@pytest.mark.parametrize("line", [1, 2, 3])
def test_what_is_no_number_is_refused_with_its_place_and_what_to_do(cell: str, line: int, table: Write) -> None:
    rows = [["100.5", "3", "10", "5"] for _ in range(3)]
    rows[line - 1][2] = cell
    sentence = refusal(table("\n".join(map(",".join, rows))), "houses")
    assert sentence.startswith(f", line {line}, column age (years): expected a number, found {cell!r}. ")
    advice = "Fill it in, or leave the row out." if cell in ("nan", "NA") else "Write the number alone, without a unit."
    assert sentence.endswith(advice)


@pytest.mark.parametrize("cell", ["inf", "-inf", "Infinity", "1e39", "-1e99", "1e400", "9" * 60])
def test_what_is_too_large_is_said_to_be(cell: str, table: Write) -> None:
    sentence = refusal(table(f"1,2,3,4\n1,2,{cell},4\n"), "houses")
    assert sentence.startswith(", line 2, column age (years): ")
    assert sentence.endswith(" is too large: numbers here lie between ±3.4e+38.")


def test_a_quotation_mark_that_is_not_closed_loses_no_rows(table: Write) -> None:
    """All that follows it is one cell, here in a column that nobody asks for."""
    for text in ('x,note\n1,"a\n2,b\n3,c\n', 'x,note\n1,"a\n2,b\n3,c', 'x,note\n1,"'):
        sentence = refusal(table(text), "line")
        assert sentence.startswith(", line 2: ")
        assert "not closed" in sentence
    assert read(table('x,note\n1,"a\n2,b"\n3,c\n'), "line") == [[1], [3]]


@pytest.mark.parametrize("comment", ["# measured in May", "# measured, in May", "// a, b, c", "% of a matrix"])
def test_lines_of_comments_are_refused_with_what_to_do(comment: str, table: Write) -> None:
    head, row = ",".join(HOUSES), "100,3,10,5"
    for number, text in ((1, f"{comment}\n{head}\n{row}\n"), (2, f"{head}\n{comment}\n{row}\n")):
        sentence = refusal(table(text), "houses")
        assert sentence.startswith(f", line {number} ")
        assert sentence.endswith(" Remove lines of comments.")
    assert read(table(f"# {head}\n{row}\n"), "houses") == [[100, 3, 10, 5]], "the names of numpy.savetxt"


# -- how many cells


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (",".join(HOUSES) + "\n1,200,3,10,5\n", ", line 2 has 5 cells, 4 expected"),
        (",".join(HOUSES) + "\n100,3,10,5\n\n100,3,10\n", ", line 4 has 3 cells, 4 expected"),
        ("100,3,10,5\n1,200,3,10,5\n", ", line 2 has 5 cells, 4 expected"),
        ("100,3,10,5\n100,3,10,5,,7\n", ", line 2 has 6 cells, 4 expected"),
        ("1,200,3,10,5\n", " has 5 columns; the network takes 4"),
        (",".join([*HOUSES, "note"]) + "\n100,3,10,5\n", ", line 2 has 4 cells, 5 expected"),
        (",".join(HOUSES) + '\n"1",100,3,10,5\n', ", line 2 has 5 cells, 4 expected. Where a number has a comma in it, "
         "write it without or in quotation marks; a column with the names of the rows needs a name too."),
        ("100,\n", " has 1 column; the network takes 4"),
    ],
)
def test_rows_have_as_many_cells_as_there_are_columns(text: str, part: str, table: Write) -> None:
    assert refusal(table(text), "houses").startswith(part)


def test_empty_cells_at_the_end_may_pass(table: Write) -> None:
    assert read(table(",".join(HOUSES) + ",,\n100,3,10,5\n100,3,10,5,,,\n"), "houses") == [[100, 3, 10, 5]] * 2
    assert read(table("100,3,10,5,,\n100,3,10,5\n"), "houses") == [[100, 3, 10, 5]] * 2


def test_the_line_is_that_in_the_file(table: Write) -> None:
    text = ",".join([*HOUSES, "note"]) + '\n100,3,10,5,"two\nlines"\n\n100,3,old,5,"again\ntwo"\n'
    assert ", line 5, column age" in refusal(table(text), "houses")


# -- the first line


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("0,1,2,3", "5.1,3.5,1.4,0.2"),
        (",0,1,2,3", "0,5.1,3.5,1.4,0.2"),
        ("Unnamed: 0,0,1,2,3", "0,5.1,3.5,1.4,0.2"),
        ("0,1,2,3,target", "5.1,3.5,1.4,0.2,setosa"),
        (",sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)", "7,5.1,3.5,1.4,0.2"),
        ("Id,SepalLengthCm,SepalWidthCm,PetalLengthCm,PetalWidthCm,Species", "1,5.1,3.5,1.4,0.2,Iris-setosa"),
        ("sepal_length,sepal_width,petal_length,petal_width,species", "5.1,3.5,1.4,0.2,setosa"),
        ('"Sepal.Length","Sepal.Width","Petal.Length","Petal.Width"', "5.1,3.5,1.4,0.2"),
        ("species,PETAL WIDTH,petal-length,Sepal Width (cm),sepal length", "setosa,0.2,1.4,3.5,5.1"),
    ],
)
def test_lines_of_names(head: str, row: str, table: Write) -> None:
    assert read(table(f"{head}\n{row}\n{row}\n"), "iris") == [[5.1, 3.5, 1.4, 0.2]] * 2


def test_numbers_at_the_head_that_may_be_a_row(table: Write) -> None:
    assert read(table("1,2,3,4\n5,6,7,8.5\n"), "iris")[0] == [1, 2, 3, 4]
    assert read(table("0,1,2,3\n"), "iris") == [[0, 1, 2, 3]]
    assert ", line 1 can be a row or the numbers" in refusal(table("0,1,2,3\n0,1,2,3\n4,5,6,7\n"), "iris")
    assert read(table("1,2,3,4\n1,2,3,4\n"), "iris") == [[1, 2, 3, 4]] * 2
    assert read(table("0,1\n0,1\n"), "moons") == [[0, 1]] * 2
    assert read(table("1,2,3,4,\n5,6,7,8.5,\n"), "iris")[0] == [1, 2, 3, 4]
    assert "5 columns" in refusal(table("7.5,0,1,2,3\n0,1,2,3,4\n"), "iris")
    assert read(table("0,2,1,3\n5,6,7,8.5\n"), "iris")[0] == [0, 2, 1, 3]
    assert read(table("0.0,1.0,2.0,3.0\n5,6,7,8\n"), "iris")[0] == [0, 1, 2, 3]
    assert ", line 1 can be a row or the numbers" in refusal(table("1,2,3,4\n5.1,3.5,1.4,0.2\n"), "iris")
    assert ", line 1 can be a row or the numbers" in refusal(table("0,1\n0.5,1.5\n"), "moons")


@pytest.mark.parametrize("row", ["nan,3.5,1.4,0.2", "NA,NA,NA,NA", ",3.5,1.4,0.2", "5.1,3.5,1.4,?", "5.1,3.5,,0.2"])
def test_a_missing_value_makes_no_line_of_names(row: str, table: Write) -> None:
    sentence = refusal(table(f"{row}\n5.1,3.5,1.4,0.2\n"), "iris")
    assert sentence.startswith(", line 1, column ")
    assert "expected a number, found " in sentence


PIXELS = {
    "pixel0": [f"pixel{n}" for n in range(64)],
    "pixel1": [f"pixel{n + 1}" for n in range(64)],
    "pixel 1": [f"pixel {n + 1}" for n in range(64)],
    "0": [str(n) for n in range(64)],
    "1x1": [f"{n // 8 + 1}x{n % 8 + 1}" for n in range(64)],
    "pixel_0_0": [f"pixel_{n // 8}_{n % 8}" for n in range(64)],
}


@pytest.mark.parametrize("names", PIXELS.values(), ids=PIXELS)
@pytest.mark.parametrize("label", [[], ["label"], ["", "label"]], ids=["pixels", "label", "index"])
def test_pictures_with_the_names_of_their_pixels(names: list[str], label: list[str], table: Write) -> None:
    pictures = catalogue.load("uci-digits").test.inputs[:3]
    rows = [",".join(["7"] * len(label) + [str(value) for value in picture.ravel()]) for picture in pictures]
    path = table("\n".join([",".join([*label, *names]), *rows]))
    assert np.array_equal(read_rows(path, catalogue.schema("uci-digits")), pictures)
    if names == PIXELS["0"] and not label:
        return  # numbers alone, and in another order: a row
    backwards = table("\n".join([",".join([*label, *reversed(names)]), *rows]))
    turned = read_rows(backwards, catalogue.schema("uci-digits"))
    assert np.array_equal(turned.reshape(3, -1)[:, ::-1], pictures.reshape(3, -1))


def test_pixels_must_all_be_there(table: Write) -> None:
    row = ",".join(["0"] * 64)
    assert "65 columns; the network takes 64" in refusal(table(f"7,{row}\n"), "uci-digits")
    head = ",".join(f"pixel{n}" for n in range(63))
    sentence = refusal(table(f"label,{head}\n{row}\n"), "uci-digits")
    assert ", line 1 lacks the columns pixel 1, " in sentence
    assert sentence.endswith("It needs 64 columns of pixels, numbered in a row from 0 or 1.")


# -- names of columns


def spellings(name: str) -> list[str]:
    return [name, name.upper(), name.replace(" ", "_"), f" {name.title()} ", name.replace(" ", "  ")]


@pytest.mark.parametrize("dataset", TABLES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_programs_own_names_are_read_back(dataset: str, data: st.DataObject, tmp_path_factory: object) -> None:
    columns = catalogue.schema(dataset).columns
    order = data.draw(st.permutations(range(len(columns))))
    delimiter = data.draw(st.sampled_from(",;\t|"))
    spelt = [data.draw(st.sampled_from(spellings(columns[place]))) for place in order]
    values = [data.draw(st.floats(-(2.0**100), 2.0**100, width=32)) for _ in columns]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow([*spelt, "of no use"])
    writer.writerow([*(repr(values[place]) for place in order), "words"])
    path = tmp_path_factory.getbasetemp() / f"{dataset}.csv"  # type: ignore[attr-defined]
    path.write_text(stream.getvalue(), encoding="utf-8")
    assert np.array_equal(read_rows(path, catalogue.schema(dataset)), np.array([values], dtype=np.float32))


@pytest.mark.parametrize("way", ["{1} {0}", "{0} {1}", "{0}_{1}", "{0} ({1})", "{1}_{0}"])
def test_brackets_tell_columns_apart(way: str, table: Write) -> None:
    names = [name.removesuffix(")").split(" (") for name in catalogue.schema("breast-cancer").columns]
    head = ",".join(way.format(*parts) for parts in names)
    row = ",".join(str(number) for number in range(30))
    assert read(table(f"{head}\n{row}\n"), "breast-cancer") == [[float(number) for number in range(30)]]


def test_words_that_others_use_for_the_same(table: Write) -> None:
    columns = catalogue.schema("breast-cancer").columns
    names = [name.replace(" (error)", "_se").replace(" (", "_").rstrip(")") for name in columns]
    row = ",".join(str(number) for number in range(30))
    text = f"id,diagnosis,{','.join(names)},\n842302,M,{row}\n"
    assert read(table(text), "breast-cancer") == [[float(number) for number in range(30)]]


@pytest.mark.parametrize(
    ("head", "part"),
    [
        ("area (m²),bedrooms,age (years),distance (km),area (m²)", ", line 1: columns 1 and 5 are both named area"),
        ("Area,bedrooms,age,distance,AREA", ", line 1: columns 1 and 5 are both named area (m²)"),
        ("area (ft²),bedrooms,age,distance", ", line 1 lacks the columns area (m²); it has area (ft²), bedrooms"),
        ("a,b,c,d", "Where the columns are in this order, the line of names may be left out."),
        ("area bedrooms age distance", "Cells are separated by commas, semicolons, tabs or |."),
        ("radius,bedrooms,age", ", line 1 lacks the columns area (m²), distance (km); it has radius"),
        ("area,rooms,age,distance", "lacks the columns bedrooms; it has area, rooms, age, distance. Give the columns"),
    ],
)
def test_names_that_are_not_clear_are_refused(head: str, part: str, table: Write) -> None:
    row = ",".join(["1"] * len(head.split(",")))
    assert part in refusal(table(f"{head}\n{row}\n"), "houses")


def test_one_column_is_not_read_for_three(table: Write) -> None:
    names = list(catalogue.schema("breast-cancer").columns)
    names[0] = "radius"
    sentence = refusal(table(",".join(names) + "\n" + ",".join(["1"] * 30) + "\n"), "breast-cancer")
    assert "lacks the columns radius (mean); it has radius, " in sentence


def test_an_exact_name_goes_before_a_similar_one(table: Write) -> None:
    assert read(table("Area,area (m²),bedrooms,age,distance\n7,1,2,3,4\n"), "houses") == [[1, 2, 3, 4]]


# -- bounds


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("1.234;3;10;5\n1;2;3;0,5\n",), daemon=True)
    writer.start()
    assert read(pipe, "houses")[0][0] == 1234
    writer.join()


def test_a_long_cell_is_refused(table: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read" in refusal(table("1,2,3," + "4" * 200_000), "houses")
    monkeypatch.setattr(table_text, "LONGEST_LINE", 100)
    assert ", line 2: " in refusal(table("1,2,3,4\n" + "1," * 100), "houses")
