"""Facts worked out from those about an earlier drawing are those worked out from nothing."""

from __future__ import annotations

import pytest

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.graph import empty
from tests.engine.graph.drawings import PICTURES, SERIES, TABLE, row
from tests.random_edits import Edits


def facts(analysis: Analysis) -> dict[str, object]:
    """Everything in an analysis that can be compared, with the order in which it is listed."""
    return {
        "nodes": [
            (id, found.params, found.open_inputs, found.inputs, found.shape, found.parameters)
            for id, found in analysis.nodes.items()
        ],
        "order": analysis.order,
        "circle": analysis.circle,
        "refusals": [(id, str(error), error.code) for id, error in analysis.refusals.items()],
        "runs": [(id, [run.result for run in found.runs]) for id, found in analysis.nodes.items()],
        "problems": [(p.node, p.severity, p.code, p.message) for p in analysis.problems],
    }


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("signature", [PICTURES, SERIES, TABLE])
def test_random_edits(seed, signature) -> None:
    edits = Edits(seed, signature)
    graph = row("Conv2d", "ReLU", "Flatten", ("Linear", {"out_features": "answer"})) if seed % 2 else empty()
    analysis = analyse(graph, signature)
    earlier = analysis
    for number in range(60):
        graph = edits.apply(graph)
        fresh = analyse(graph, signature)
        analysis = analyse(graph, signature, analysis)
        assert facts(analysis) == facts(fresh), list(edits.done)
        assert facts(analyse(graph, signature, earlier)) == facts(fresh)
        if number % 7 == 0:
            earlier = analysis


def inferred_anew(before: Analysis, after: Analysis) -> list[str]:
    """The nodes whose facts were not taken over."""
    return [id for id, found in after.nodes.items() if found is not before.nodes.get(id)]


def test_only_what_an_edit_reaches_is_worked_out() -> None:
    graph = row("Conv2d", *["ReLU"] * 30, "Flatten", ("Linear", {"out_features": "answer"}))
    analysis = analyse(graph, PICTURES)
    moved = analyse(graph.move({"n5": (7, 7)}), PICTURES, analysis)
    assert inferred_anew(analysis, moved) == [], "where a layer lies changes nothing"
    resized = analyse(moved.graph.set_params("n35", out_features=10), PICTURES, moved)
    assert inferred_anew(moved, resized) == ["n35"]
    filtered = analyse(graph.set_params("n3", out_channels=5), PICTURES, analysis)
    assert filtered.shapes["n33"].label() == "5×28×28"
    assert len(inferred_anew(analysis, filtered)) >= 30


def test_another_dataset_is_looked_at_anew() -> None:
    graph = row("Linear", ("Linear", {"out_features": "answer"}))
    before = analyse(graph, TABLE)
    assert facts(analyse(graph, PICTURES, before)) == facts(analyse(graph, PICTURES))
    assert facts(analyse(graph, None, before)) == facts(analyse(graph, None))
