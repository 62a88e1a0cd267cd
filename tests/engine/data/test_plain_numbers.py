"""Numbers read many at once are the same that each is by itself."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from engine.data.sources import own_table_columns
from engine.data.tables import raw
from engine.data.tables.encoding import number_of
from engine.data.tables.marks import DecimalMark, is_number
from engine.data.tables.plain_numbers import plain_numbers

ODD = [
    "", "-", "+", ".", "-.", "5.", ".5", "+.5", "-0", "00", "1.2.3", "1.234.567", "1,5", "1e5", "1E-3", "1_000", "inf",
    "nan", "NaN", "infinity", "١٢", "1 000", "1\n2", "--1", "1-2", "2024-01-02", "9" * 50, "9" * 500, "0x10", "½", "１",
]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 7, 4_096])
def test_they_are_what_each_is_by_itself(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.tables.plain_numbers._AT_ONCE", at_once)
    chance = random.Random(0)
    texts = [f"{chance.uniform(-1e6, 1e6):.{chance.randrange(9)}f}" for _ in range(500)] + ODD
    texts += ["".join(chance.choice("0123456789.+-") for _ in range(chance.randrange(1, 7))) for _ in range(2_000)]
    chance.shuffle(texts)
    marks = DecimalMark(".", (1, "x", "0.5"))
    for text, value in zip(texts, plain_numbers(np.array(texts, dtype=object)).tolist(), strict=True):
        if not math.isnan(value):
            assert is_number(text)
            assert marks.number(text) == value
        elif set(text) <= set("0123456789.+-"):
            assert number_of(marks, text) is None or text.count(".") > 1


def test_a_column_with_what_is_odd_among_its_numbers(tmp_path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{n}.5" for n in range(9_000)] + ["", "1e3", "1,250.5", "oops", "9" * 60, "-7"]
    path.write_text("x;y\n" + "".join(f"{row};{at % 7}\n" for at, row in enumerate(rows)), encoding="utf-8")
    table = raw.read(path)
    (look, _), marks = own_table_columns.look_at(table)
    assert look.is_numbers
    assert marks.decimal == "."
    found = dict(zip(look.column.values.tolist(), look.numbers.tolist(), strict=True))
    assert found["0.5"] == 0.5
    assert found["8999.5"] == 8999.5
    assert (found["1e3"], found["1,250.5"], found["-7"]) == (1000.0, 1250.5, -7.0)
    assert [text for text, value in found.items() if math.isnan(value)] == ["", "oops", "9" * 60]
    assert [text for text, missing in zip(look.column.values, look.missing, strict=True) if missing] == [""]


@pytest.mark.parametrize("most", [1, 3, 8, 50])
def test_the_most_frequent_words_are_the_first_of_all(tmp_path, most: int) -> None:
    path = tmp_path / "t.csv"
    chance = random.Random(1)
    words = [f"w{chance.randrange(40) if at % 2 else at}" for at in range(300)] + ["", "NA"]
    path.write_text("x,y\n" + "".join(f"{word},{at}\n" for at, word in enumerate(words)), encoding="utf-8")
    look = own_table_columns.look_at(raw.read(path))[0][0]
    assert look.words(most) == look.words()[:most]
