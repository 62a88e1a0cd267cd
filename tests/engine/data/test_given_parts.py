"""A column of a table that says train, validation or test decides over the split, and is no input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset
from engine.data.division import DividedBy
from engine.data.fields import Role
from engine.data.given_parts import GivenPart, names_parts, part_of
from engine.data.sources import own_table, own_table_kept
from engine.data.sources.own_table_roles import with_role
from engine.reports.split_words import division_words
from engine.tasks.proposal import proposed
from engine.training.data_loading import load_rows
from engine.training.in_use import settings_in_use
from engine.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("nothing_read")

SAID = ("Train", "training", "TEST", "val", "train", "dev", "hold-out", "train", "", "Training Set")


def table(tmp_path: Path, said: tuple[str, ...] = SAID, rows: int = 100, name: str = "split") -> Path:
    """Rows that are numbered by ``number``, of which the last column says where they belong."""
    path = tmp_path / "parted.csv"
    lines = [f"{n},{n % 7},{'yes' if n % 3 else 'no'},{said[n % len(said)]}" for n in range(rows)]
    path.write_text(f"number,seven,bought,{name}\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def loaded(path: Path, **options: object) -> tuple[Dataset, list[list[int]]]:
    """The data, and the numbers of the rows of its three splits."""
    given = {"path": str(path), "parts": "split", "target": "bought", "columns": "number, seven", **options}
    data = catalogue.load("own-table", options=given, validation=0.2, test=0.2)
    return data, [part.inputs[:, 0].astype(int).tolist() for part in (data.train, data.validation, data.test)]


def test_rows_are_where_the_column_says(tmp_path: Path) -> None:
    data, (train, held, judged) = loaded(table(tmp_path))
    assert held == [n for n in range(100) if n % 10 in (3, 5)]
    assert judged == [n for n in range(100) if n % 10 in (2, 6)]
    assert train == [n for n in range(100) if n % 10 in (0, 1, 4, 7, 8, 9)]
    assert data.schema.columns == ("number", "seven")
    assert data.schema.fields[-1].role is Role.PARTS
    assert data.division is not None
    assert data.division.given == ("validation", "test")
    assert "Validation and test came with the data and stay." in division_words(data.division, data.schema)


def test_what_is_not_said_is_divided_by_its_share(tmp_path: Path) -> None:
    data, (train, held, judged) = loaded(table(tmp_path, ("train", "train", "train", "test")))
    assert judged == [n for n in range(100) if n % 4 == 3]
    assert len(held) == pytest.approx(0.2 * 75, abs=2)
    assert sorted(train + held + judged) == list(range(100))
    assert data.division is not None
    assert data.division.by is DividedBy.CHANCE
    options = {"path": str(tmp_path / "parted.csv"), "parts": "split", "target": "bought"}
    recipe = Recipe(dataset="own-table", dataset_options=options)
    paths = [setting.path for setting in settings_in_use(recipe)]
    assert "validation" in paths
    assert "test" not in paths, "a share that does nothing is not offered"
    assert load_rows(recipe).test.inputs.shape[0] == 25


def test_a_group_stays_together_among_the_rows_that_are_divided(tmp_path: Path) -> None:
    _, parts = loaded(table(tmp_path, ("train", "train", "train", "test")), group="seven", columns="number")
    sevens = [{n % 7 for n in part} for part in parts[:2]]
    assert sevens[0]
    assert sevens[1]
    assert not sevens[0] & sevens[1]


def test_a_large_table_keeps_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path)
    small = loaded(path)[1]
    monkeypatch.setattr(own_table_kept, "KEPT", 0)
    catalogue.CACHE.clear()
    own_table.forget()
    assert loaded(path)[1] == small
    own_table.forget()  # and as it is found on the disk
    catalogue.CACHE.clear()
    assert loaded(path)[1] == small
    assert catalogue.given_parts("own-table", {"path": str(path), "parts": "split"}) == ("validation", "test")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("train", "test", "tomorrow"), "'tomorrow' in row 3, and not train, validation or test"),
        (("test", "val"), "no row says train in split"),
    ],
)
def test_what_names_no_part_is_refused(tmp_path: Path, said: tuple[str, ...], words: str) -> None:
    with pytest.raises(DataError, match=words):
        loaded(table(tmp_path, said))


def test_a_column_is_proposed_where_it_is_beyond_doubt(tmp_path: Path) -> None:
    found = proposed(table(tmp_path))
    assert found.recipe.dataset_options["parts"] == "split"
    schema = catalogue.schema("own-table", found.recipe.dataset_options)
    assert [field.name for field in schema.fields if field.role is Role.TARGET] == ["bought"]
    assert "split" not in schema.columns
    assert "parts" not in proposed(table(tmp_path, ("train", "bus")), target="split").recipe.dataset_options
    assert "parts" not in proposed(table(tmp_path, ("train", "test")), target="split").recipe.dataset_options
    odd = proposed(table(tmp_path, ("test", "dev"), name="team"), target="bought")
    assert "parts" not in odd.recipe.dataset_options


def test_spellings() -> None:
    assert part_of(" Hold-Out ") is GivenPart.TEST
    assert part_of("validation_set") is GivenPart.VALIDATION
    assert part_of("tram") is None
    assert names_parts("part", ["train", "test"])
    assert names_parts("anything", ["train", "valid", "test"])
    assert not names_parts("vehicle", ["train", "test"])
    assert not names_parts("split", ["train", "bus"])
    assert not names_parts("split", ["val", "test"])
    assert not names_parts("split", ["train"])


def test_the_role_is_an_option_and_goes_with_it(tmp_path: Path) -> None:
    path = table(tmp_path)
    options = {"path": str(path), "target": "bought"}
    fields = catalogue.schema("own-table", options).fields
    chosen = with_role(options, fields, "split", Role.PARTS)
    assert chosen["parts"] == "split"
    fields = catalogue.schema("own-table", chosen).fields
    back = with_role(chosen, fields, "split", Role.INPUT)
    assert back["parts"] == ""
    assert "split" in back["columns"]


def test_a_project_of_before_is_divided_as_it_was(tmp_path: Path) -> None:
    path = table(tmp_path)
    without = catalogue.load("own-table", options={"path": str(path), "target": "bought"}, seed=3)
    assert without.division is not None
    assert without.division.given == ()
    assert any(name.startswith("split") for name in without.schema.columns), "where nobody asked, it is as it was"
    assert np.isin(np.arange(100), [row for part in (without.train, without.validation, without.test)
                                    for row in part.inputs[:, 0]]).all()  # fmt: skip
