"""What is said of groups: the figures of a run in sentences, for window and command line. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.counting import counted
from engine.data.dataset import Schema
from engine.number_text import rounded

_MOST_SIZES = 12
"""So many groups are told one by one."""


def figures_in_words(figures: Mapping[str, Any], schema: Schema | None) -> tuple[str, ...]:
    """Sentences about the figures of a run, the most important first; empty where there are none.

    ``figures`` are those of ``engine.tasks.k_means.figures.final``: see there for what each means.
    """
    sizes = figures.get("group_sizes")
    if not isinstance(sizes, list) or figures.get("inertia") is None:
        return ()
    words = [_inertia(figures, sizes), _sizes(sizes)]
    empty = sum(size == 0 for size in sizes)
    if empty:
        words.append(f"{counted(empty, 'group')} without a sample: there are too few different ones.")
    silhouette = figures.get("silhouette")
    if silhouette is not None:
        looked_at = counted(figures.get("silhouette_rows") or 0, "training sample")
        words.append(f"Silhouette {silhouette:.3f}, on {looked_at} (1: far apart, 0: the groups touch).")
    if figures.get("test_distance") is not None:
        tested = counted(figures.get("test_rows") or 0, "test sample")
        distance, before = rounded(figures["test_distance"]), rounded(figures["train_distance"])
        words.append(f"Mean squared distance {distance} on {tested}, {before} on those it was fitted to.")
    agreement = figures.get("adjusted_rand")
    if agreement is not None:
        what = "the classes of the data" if schema is None else f"the classes of {schema.title}"
        words.append(
            f"Adjusted Rand index {agreement:.3f} with {what}, which were not looked at (1: the same groups, 0: as "
            "alike as groups at random)."
        )
    return tuple(words)


def _inertia(figures: Mapping[str, Any], sizes: list[int]) -> str:
    before = figures.get("floor_inertia")
    alone = "" if before is None else f"; around a single centre it would be {rounded(before)}"
    rounds = figures.get("converged_after")
    converged = "" if rounds is None else f"Converged after {counted(rounds, 'round')}. "
    return f"{converged}Inertia {rounded(figures['inertia'])} of {counted(sum(sizes), 'training sample')}{alone}."


def _sizes(sizes: list[int]) -> str:
    *told, last = (f"{size:,}" for size in sizes[:_MOST_SIZES])
    if len(sizes) > _MOST_SIZES:
        return f"{counted(len(sizes), 'group')}, of {', '.join([*told, last])}, … samples."
    return f"{counted(len(sizes), 'group')}, of {', '.join(told)}{' and ' if told else ''}{last} samples."
