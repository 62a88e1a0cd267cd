"""One of something is no plural, wherever it is counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.counting import counted, noun, unit_of
from engine.training.recipe import PARAMETERS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 epochs"), (1, "1 epoch"), (2, "2 epochs"), (3000, "3,000 epochs")]
)
def test_a_count_has_the_noun_that_goes_with_it(count: int, words: str) -> None:
    assert counted(count, "epoch") == words


def test_a_plural_that_is_no_mere_s_is_given() -> None:
    assert counted(1, "class", "classes") == "1 class"
    assert counted(10, "class", "classes") == "10 classes"
    assert noun(2, "class", "classes") == "classes"


@pytest.mark.parametrize("unit", sorted({parameter.unit for parameter in PARAMETERS if parameter.unit}))
def test_the_unit_of_a_setting_goes_with_one(unit: str) -> None:
    assert unit_of(2, unit) == unit
    assert not unit_of(1, unit).endswith("s")


def test_nobody_else_makes_plurals() -> None:
    made = re.compile(r"""(''|"") if [^{}]* == 1 else ['"]e?s['"]""")
    for folder in ("engine", "gui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            own = file.name in ("counting.py", "source.py", "script_answers.py")  # exported scripts stand alone
            assert own or not made.search(file.read_text(encoding="utf-8")), file
