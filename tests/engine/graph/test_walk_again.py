"""Facts worked out from those about an earlier drawing are those worked out from nothing."""

from __future__ import annotations

import pytest

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.graph import empty
from tests.engine.graph.drawings import PICTURES, SERIES, TABLE, row
from tests.random_edits import Edits


def facts(analysis: Analysis) -> dict[str, object]:
    """Everything in an analysis that can be compared, with the order in which it is listed."""
    books = {
        name: list(getattr(analysis, name).items()) for name in ("shapes", "inputs", "params", "parameters", "open")
    }
    return {
        **books,
        "order": analysis.order,
        "circle": analysis.circle,
        "refusals": [(id, str(error), error.code) for id, error in analysis.refusals.items()],
        "inside": [(id, [run.result for run in runs]) for id, runs in analysis.inside.items()],
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


def test_only_what_an_edit_reaches_is_worked_out(monkeypatch) -> None:
    from engine.graph.inference import _ShapeInference

    graph = row("Conv2d", *["ReLU"] * 30, "Flatten", ("Linear", {"out_features": "answer"}))
    analysis = analyse(graph, PICTURES)
    judged: list[str] = []
    judge = _ShapeInference.judge
    monkeypatch.setattr(_ShapeInference, "judge", lambda self, id: judged.append(id) or judge(self, id))
    moved = analyse(graph.move({"n5": (7, 7)}), PICTURES, analysis)
    assert judged == [], "where a layer lies changes nothing"
    analyse(moved.graph.set_params("n35", out_features=10), PICTURES, moved)
    assert judged == ["n35"]
    judged.clear()
    assert analyse(graph.set_params("n3", out_channels=5), PICTURES, analysis).shapes["n33"].label() == "5×28×28"
    assert len(judged) >= 30


def test_another_dataset_is_looked_at_anew() -> None:
    graph = row("Linear", ("Linear", {"out_features": "answer"}))
    before = analyse(graph, TABLE)
    assert facts(analyse(graph, PICTURES, before)) == facts(analyse(graph, PICTURES))
    assert facts(analyse(graph, None, before)) == facts(analyse(graph, None))
