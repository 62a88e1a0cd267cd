"""A large table of the user's is read once, and no other thread has to stand still for what is made of it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.array_cache import ArrayCache
from engine.data.dataset import DataError, Dataset
from engine.data.sources import own_table, own_table_kept
from engine.data.table_reading import TableReading
from engine.data.tables import raw as raw_table
from engine.data.tables.raw import RawTable
from engine.data.tables.text import Row, TableText

pytestmark = pytest.mark.usefixtures("nothing_read")

ROWS = 20_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table of numbers, all different, some missing, and of words."""
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(ROWS, 3))
    rows = [
        f"{a:.9f},{'' if at % 50 == 0 else f'{b:.9f}'},{'yes' if a > b else 'no'},{c:.9f}"
        for at, (a, b, c) in enumerate(numbers.tolist())
    ]
    path = tmp_path / "table.csv"
    path.write_text("a,b,word,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def references() -> int:
    """The references that Python's cycle collector would follow now. It must not run, or it leaves tuples out next."""
    return sum(len(gc.get_referents(one)) for one in gc.get_objects())


def test_the_cycle_collector_has_no_texts_to_walk_through(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, found = TableText.rows, list[int]()

    def watched(text: TableText, delimiter: str) -> Iterator[Row]:
        for number, row in enumerate(rows(text, delimiter)):
            if number == ROWS:
                found.append(references())
            yield row

    monkeypatch.setattr(TableText, "rows", watched)
    before = references()
    table = raw_table.read(path)
    assert sum(len(column.values) > 0.9 * ROWS for column in table.columns) == 3
    (during,) = found
    assert during - before < ROWS // 2
    assert references() - before < ROWS // 2


def test_a_table_too_large_to_be_kept_as_it_was_read_is_read_once(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded() -> Dataset:
        own_table.forget()
        catalogue.CACHE.clear()
        catalogue.schema(own_table.NAME, {"path": str(path)})
        return catalogue.load(own_table.NAME, options={"path": str(path)})

    plain = loaded()
    read, calls = raw_table.read, list[Path]()

    def counted(path: Path, reading: TableReading) -> RawTable:
        calls.append(path)
        return read(path, reading)

    monkeypatch.setattr(raw_table, "read", counted)
    monkeypatch.setattr(own_table, "RAW_CELLS", ROWS)
    monkeypatch.setattr(own_table_kept, "KEPT", 1_000)
    monkeypatch.setattr(own_table_kept, "FILES", ArrayCache(lambda: tmp_path / "cache", least_free=0))
    found = loaded()
    assert calls == [path]
    assert np.array_equal(found.train.inputs, plain.train.inputs, equal_nan=True)
    assert np.array_equal(found.train.targets, plain.train.targets)
    monkeypatch.setattr(own_table_kept, "FILES", ArrayCache(lambda: tmp_path / "none", limit=0))
    calls.clear()
    again = loaded()  # there is no room on the disk
    assert len(calls) == 2
    assert np.array_equal(again.train.inputs, plain.train.inputs, equal_nan=True)


def test_a_table_that_cannot_be_learned_from_does_not_stay_in_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, tables = raw_table.read, list[weakref.ref[RawTable]]()

    def watched(path: Path, reading: TableReading) -> RawTable:
        table = read(path, reading)
        tables.append(weakref.ref(table))
        return table

    monkeypatch.setattr(raw_table, "read", watched)
    monkeypatch.setattr(own_table, "RAW_CELLS", ROWS)
    for _ in range(2):
        with pytest.raises(DataError, match="no column called"):
            catalogue.schema(own_table.NAME, {"path": str(path), "target": "z"})
    assert [one() for one in tables] == [None]
