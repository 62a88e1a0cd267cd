"""One column moves over what training samples hold in it; all others stay as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.fields import DataField, Feature, Impute, inputs
from engine.data.tables.cells import cells, encoded_cells
from engine.data.tables.seen import ColumnSeen, seen
from engine.data.tables.sweep import POINTS, rows_of, sweep
from engine.graph.targets import Categories, Groups, MultiLabel, Quantities, SeveralTargets, YesNo
from engine.reports.answer_parts import first_part, parts
from engine.reports.true_values import true_words
from tests.engine.data.test_table_cells import TABLES, loaded

pytestmark = pytest.mark.usefixtures("nothing_read")


@pytest.mark.parametrize("name", TABLES)
def test_only_the_column_moves_and_as_a_file_would_have_it(tmp_path: Path, name: str) -> None:
    data = loaded(name, tmp_path)
    fields = inputs(data.schema.fields)
    known = seen(fields, data.train.inputs)
    row = data.test.inputs[:1]
    texts = cells(fields, row[0].tolist())
    at = 0
    for number, field in enumerate(fields):
        found = sweep(field, known[number], texts[number])
        assert found is not None, field.name
        rows = rows_of(row, at, field, found)
        for text, moved in zip(found.texts, rows, strict=True):
            changed = [*texts[:number], text, *texts[number + 1 :]]
            assert np.array_equal(encoded_cells(fields, changed)[0], moved, equal_nan=True)
        at += len(field.columns)


def test_numbers_go_over_their_range_and_to_the_value_beyond_it() -> None:
    field, column = DataField("x"), ColumnSeen("1", 0.0, 10.0)
    found = sweep(field, column, "2.5")
    assert found is not None
    assert (len(found.texts), found.places[0], found.places[-1], found.now) == (POINTS, 0.0, 10.0, 2.5)
    assert found.step == 15
    beyond = sweep(field, column, "-20")
    assert beyond is not None
    assert (beyond.places[0], beyond.places[-1]) == (-20.0, 10.0)
    whole = sweep(field, ColumnSeen("3", 1.0, 5.0, whole=True), "3")
    assert whole is not None
    assert whole.texts == ("1", "2", "3", "4", "5")
    years = sweep(field, ColumnSeen("3", 0.0, 1_000.0, whole=True), "3")
    assert years is not None
    assert all(float(text).is_integer() for text in years.texts)
    assert sweep(field, ColumnSeen("3", 3.0, 3.0), "3") is None
    assert sweep(field, ColumnSeen("3"), "3") is None


def test_categories_are_all_there_are_and_missing() -> None:
    field = DataField("town", Feature.CATEGORY, categories=("A", "B"), other=True, impute=Impute.MOST_FREQUENT)
    found = sweep(field, ColumnSeen("A"), "")
    assert found is not None
    assert found.labels == ("A", "B", "other", "missing")
    assert found.now == 3
    assert sweep(DataField("y", Feature.YES_NO, categories=("n", "y")), ColumnSeen("n"), "y").now == 1


def test_what_a_curve_can_be_drawn_of() -> None:
    classes = Categories(3, ("a", "b", "c"))
    assert [part.title for part in parts(classes, 3, "kind")] == ["P(kind = a)", "P(kind = b)", "P(kind = c)"]
    assert first_part(classes, [0.1, 0.7, 0.2]) == 1
    assert [part.short for part in parts(YesNo(1, ("no", "yes")), 2)] == ["no", "yes"]
    assert first_part(YesNo(1), [0.9, 0.1]) == 1
    assert [part.title for part in parts(Groups(), 2)] == ["Distance to group 1", "Distance to group 2"]
    labels = MultiLabel(2, ("red", "round"))
    assert [part.title for part in parts(labels, 2)] == ["P(red)", "P(round)"]
    assert first_part(labels, [0.2, 0.9]) == 1
    both = SeveralTargets.of({"price": Quantities(1, ("price",)), "sold": YesNo(1, ("no", "yes"))})
    assert [(part.place, part.title, part.is_probability) for part in parts(both, 3)] == [
        (0, "price", False), (1, "P(sold = no)", True), (2, "P(sold = yes)", True),
    ]  # fmt: skip
    assert [part.short for part in parts(both, 3)] == ["price", "sold = no", "sold = yes"]


def test_the_actual_value_in_words() -> None:
    assert true_words(Categories(2, ("a", "b")), np.int64(1)) == "b"
    assert true_words(YesNo(1, ("no", "yes")), np.float32(1)) == "yes"
    assert true_words(Quantities(1, ("price",)), np.array([12.5], np.float32)) == "12.5"
    both = SeveralTargets.of({"price": Quantities(1, ("price",)), "sold": YesNo(1, ("no", "yes"))})
    assert true_words(both, np.array([3, 1], np.float32)) == "price 3, sold yes"
    assert true_words(both, np.array([np.nan, 0], np.float32)) == "price –, sold no"
    assert true_words(MultiLabel(2, ("red", "round")), np.array([1, 1], np.float32)) == "red, round"
    assert true_words(MultiLabel(2, ("red", "round")), np.array([0, 0], np.float32)) == "no label"
    assert true_words(Groups(), np.array([0.0])) == ""
