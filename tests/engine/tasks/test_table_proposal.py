"""What is proposed for a table follows from what its columns are like."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data import catalogue
from engine.graph.targets import TargetKind
from engine.tasks.table_proposal import propose


@pytest.mark.parametrize(("every", "flagged"), [(5, True), (50, False)])
def test_columns_that_are_often_missing_say_so_to_the_network(tmp_path: Path, every: int, flagged: bool) -> None:
    path = tmp_path / "people.csv"
    rows = [f"{'' if at % every == 0 else 20 + at % 7},{at % 3},{'ab'[at % 2]}" for at in range(100)]
    path.write_text("\n".join(["age,children,label", *rows]) + "\n")
    recipe = propose(path).recipe
    assert ("age missing" in catalogue.schema(recipe.dataset, recipe.dataset_options).columns) is flagged


@pytest.mark.parametrize(
    ("target", "kind"), [("quality", TargetKind.VALUES), ("cylinders", TargetKind.CLASSES)]
)
def test_degrees_are_learned_as_numbers_and_other_whole_numbers_as_classes(
    tmp_path: Path, target: str, kind: TargetKind
) -> None:
    path = tmp_path / "wines.csv"
    path.write_text("\n".join([f"acid,{target}", *(f"{at / 7:.3f},{3 + at % 6}" for at in range(120))]) + "\n")
    recipe = propose(path).recipe
    assert catalogue.schema(recipe.dataset, recipe.dataset_options).target.kind is kind
