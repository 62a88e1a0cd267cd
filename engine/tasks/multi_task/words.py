"""What is said of several targets: the figures of a run in sentences, one for each target. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.counting import counted
from engine.data.dataset import Schema
from engine.graph.targets import SeveralTargets
from engine.number_text import rounded
from engine.text import printable


def figures_in_words(figures: Mapping[str, Any], schema: Schema | None) -> tuple[str, ...]:
    """A sentence about each target; empty where there are none.

    ``figures`` are those of ``engine.tasks.multi_task.objective``: see there for what each means.
    """
    if not figures.get("test_rows"):
        return ()
    rows = counted(figures["test_rows"], "test sample")
    target = None if schema is None else schema.target
    known = dict(zip(target.keys, target.names, strict=True)) if isinstance(target, SeveralTargets) else {}
    keys = [found[1] for key in figures if (found := _MAIN.fullmatch(key)) is not None]
    told = ((known.get(key, key), _of_one(key, known.get(key, key), figures, schema)) for key in keys)
    return tuple(f"{printable(name)}: {words} ({rows})." for name, words in told)


_MAIN = re.compile(r"test_(.+)_(?:accuracy|mae)", re.DOTALL)
"""The figure of each target that is told first."""


def _of_one(key: str, name: str, figures: Mapping[str, Any], schema: Schema | None) -> str:
    accuracy, error = figures.get(f"test_{key}_accuracy"), figures.get(f"test_{key}_mae")
    if accuracy is not None:
        floor, most = figures.get(f"{key}_floor_accuracy"), figures.get(f"{key}_floor_class")
        alone = "" if floor is None else f"; always {_class(name, most, schema)} would get {_percent(floor)}"
        return f"accuracy {_percent(accuracy)}{alone}"
    if error is None:
        return "not known"
    r2, floor = figures.get(f"test_{key}_r2"), figures.get(f"{key}_floor_mae")
    alone = "" if floor is None else f"; always the mean would be off by {rounded(floor)}"
    return f"off by {rounded(error)} on average{alone}{'' if r2 is None else f'; R² {r2:.3f}'}"


def _class(name: str, number: Any, schema: Schema | None) -> str:
    names = () if schema is None or name not in schema.target.goals else schema.target.at_goal(name).names
    known = isinstance(number, int) and number < len(names)
    return f'"{printable(names[number])}"' if known else "the same class"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
