"""The table of layers: against torch's own counts, and read back from CSV."""

from __future__ import annotations

import csv
import io

import pytest

from engine.data import catalogue
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.inspection.summary import COLUMNS, rows, to_csv, total
from engine.inspection.timing import measure
from engine.network.build import build
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe

RECIPE = Recipe().with_settings({"batch_size": 4, "device": "cpu"})


@pytest.mark.parametrize("name", templates.names())
def test_every_row_counts_what_torch_counts(name: str) -> None:
    template, graph = templates.describe(name), templates.build(name)
    recipe = Recipe().with_settings(dict(template.recipe))
    signature = signature_of(recipe)
    analysis = analyse(graph, signature)
    table = rows(graph, analysis)
    if not analysis.ready:
        assert table == ()
        return
    network = build(graph, signature)
    for row in table:
        module = getattr(network, row.name, None)
        assert row.weights == row.trainable == (sum(p.numel() for p in module.parameters()) if module else 0)
        assert row.memory is row.forward_ms is row.backward_ms is row.share is None
    assert total(table).weights == sum(p.numel() for p in network.parameters())
    assert [row.id for row in table] == [id for id in analysis.order if graph.nodes[id].kind not in ("Input", "Output")]


def test_measured_figures_frozen_layers_and_loose_ones() -> None:
    graph = templates.build("digit-cnn").add("Linear")
    loose = graph.last
    conv = graph.find("conv2")
    assert conv is not None
    graph = graph.set(conv.id, frozen=True)
    signature = catalogue.signature("strokes")
    costs = measure(graph, signature, RECIPE, seconds=0.0)
    table = rows(graph, analyse(graph, signature), costs)
    by_id = {row.id: row for row in table}
    assert table[-1].id == loose
    assert not table[-1].counts
    assert table[-1].memory is None
    assert by_id[conv.id].weights == costs.layers[conv.id].parameters > 0
    assert by_id[conv.id].trainable == costs.layers[conv.id].trainable == 0
    for id, cost in costs.layers.items():
        row = by_id[id]
        assert (row.memory, row.forward_ms, row.backward_ms) == (cost.memory, cost.forward_ms, cost.backward_ms)
        assert row.weights == cost.parameters
    sums = total(table)
    assert sums.kind == f"{len(costs.layers)} layers"
    assert sums.memory == costs.memory
    assert sums.forward_ms is not None
    assert sums.backward_ms is not None
    assert sums.forward_ms + sums.backward_ms == pytest.approx(costs.total_ms)
    assert sums.share == pytest.approx(1.0)


def test_csv_reads_back() -> None:
    graph = templates.build("digit-mlp")
    signature = catalogue.signature("strokes")
    table = rows(graph, analyse(graph, signature), measure(graph, signature, RECIPE, seconds=0.0))
    read = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert list(read[0]) == list(COLUMNS)
    assert len(read) == len(table) + 1
    for line, row in zip(read, table, strict=False):
        assert (line["layer"], line["kind"]) == (row.name, row.kind)
        assert row.shape is not None
        assert line["output shape"] == row.shape.label()
        assert int(line["parameters"]) == row.weights
        assert int(line["memory (bytes)"]) == row.memory
        assert float(line["forward (ms)"]) == pytest.approx(row.forward_ms, abs=1e-6)
    assert read[-1]["layer"] == "total"
    assert int(read[-1]["parameters"]) == sum(int(line["parameters"]) for line in read[:-1])
    unmeasured = list(csv.DictReader(io.StringIO(to_csv(rows(graph, analyse(graph, None))))))
    assert {line["forward (ms)"] for line in unmeasured} == {""}
    assert {line["parameters"] for line in unmeasured} == {""}
