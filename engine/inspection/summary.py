"""The network as a table, a layer a row: what it gives, its weights, and what it was measured to cost.

For the window's table and for CSV files; without torch.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.counting import noun
from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph
from engine.graph.shapes import Shape
from engine.inspection.costs import Costs

COLUMNS = (
    "layer",
    "kind",
    "output shape",
    "parameters",
    "trainable",
    "memory (bytes)",
    "forward (ms)",
    "backward (ms)",
    "share of time",
)
"""The columns of a CSV file, in their order."""


@dataclass(frozen=True)
class LayerSummary:
    """One layer. What is not known, or was not measured, is None; ``share`` is its part of all layers' time."""

    id: str
    name: str
    kind: str
    family: str
    shape: Shape | None
    weights: int | None
    trainable: int | None
    memory: int | None = None
    forward_ms: float | None = None
    backward_ms: float | None = None
    share: float | None = None
    counts: bool = True
    """Whether it feeds the goal: only such layers are part of the network and of its totals."""


def rows(graph: Graph, analysis: Analysis, costs: Costs | None = None) -> tuple[LayerSummary, ...]:
    """The layers in the order in which they run, then those that do not feed the goal."""
    order = [id for id in analysis.order if id in graph.nodes]
    feeding = set(order)
    order += [id for id in graph.nodes if id not in feeding]
    made = []
    for id in order:
        node = graph.nodes[id]
        if node.is_end:
            continue
        weights = analysis.nodes[id].parameters
        cost = costs.layers.get(id) if costs is not None else None
        made.append(
            LayerSummary(
                id,
                node.name,
                node.kind,
                node.declaration.family,
                analysis.shapes.get(id),
                weights,
                0 if node.frozen and weights is not None else weights,
                cost.memory if cost is not None else None,
                cost.forward_ms if cost is not None else None,
                cost.backward_ms if cost is not None else None,
                costs.share(id) if costs is not None and cost is not None else None,
                id in feeding,
            )
        )
    return tuple(made)


def total(table: Iterable[LayerSummary]) -> LayerSummary:
    """The sums over the layers that feed the goal; None where no layer has a figure."""
    counted = [row for row in table if row.counts]

    def added(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def whole(values: Sequence[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return LayerSummary(
        "",
        "total",
        f"{len(counted)} {noun(len(counted), 'layer')}",
        "",
        None,
        whole([row.weights for row in counted]),
        whole([row.trainable for row in counted]),
        whole([row.memory for row in counted]),
        added([row.forward_ms for row in counted]),
        added([row.backward_ms for row in counted]),
        added([row.share for row in counted]),
    )


def to_csv(table: Sequence[LayerSummary], separator: str = ",") -> str:
    """The rows and their total as CSV (RFC 4180) with plain numbers; an unknown figure is an empty field."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator)
    writer.writerow(COLUMNS)
    for row in (*table, total(table)):
        figures = (row.forward_ms, row.backward_ms, row.share)
        writer.writerow(
            [
                row.name,
                row.kind,
                row.shape.label() if row.shape is not None else "",
                *("" if value is None else value for value in (row.weights, row.trainable, row.memory)),
                *("" if value is None else f"{value:.6f}" for value in figures),
            ]
        )
    return written.getvalue()
