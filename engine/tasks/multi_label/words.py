"""What is said of labels: the figures of a run in sentences. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.counting import counted
from engine.data.dataset import Schema


def figures_in_words(figures: Mapping[str, Any], _schema: Schema | None) -> tuple[str, ...]:
    """The sentences, the most important first; empty where there are no figures.

    ``figures`` are those of ``engine.tasks.multi_label.objective``: see there for what each means.
    """
    rows, micro, macro = figures.get("test_rows"), figures.get("test_micro_f1"), figures.get("test_macro_f1")
    exact, each = figures.get("test_exact_match"), figures.get("test_label_accuracy")
    if not rows or micro is None or macro is None or exact is None or each is None:
        return ()
    floor, least = figures.get("floor_exact_match"), figures.get("floor_label_accuracy")
    first = f"All labels right {_percent(exact)} ({counted(rows, 'test sample')})"
    if floor is not None:
        first += f"; always the most common answer for each label would get {_percent(floor)}"
    second = f"F1 score {micro:.3f} over all labels together (micro), {macro:.3f} on average over the labels (macro)."
    third = f"Single labels right {_percent(each)}"
    if least is not None:
        third += f"; always the most common answer would get {_percent(least)}"
    return f"{first}.", second, f"{third}."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
