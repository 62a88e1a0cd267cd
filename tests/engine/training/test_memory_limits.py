"""A drawing from a small file can neither fill the memory nor end in an error of torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.cli import main
from engine.data.preparation import Preparation
from engine.export.source import export_source
from engine.inspection.timing import MeasureError, measure
from engine.network import build as building
from engine.network import memory
from engine.project.project import Project
from engine.running.run import Run, evaluate
from engine.tasks.predictor import Predictor
from engine.training.run_record import RunRecord
from engine.training.weights import WeightsError
from tests.engine.network.test_memory import HUGE, SIGNATURE, row
from tests.engine.training.helpers_training import CLASSES, dataset, recipe

FEW = {"linear1.weight": np.zeros((2, 2), dtype=np.float32)}


@pytest.fixture
def unmade(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network may be made."""
    monkeypatch.setattr(building, "Network", lambda *_: pytest.fail("it was made"))


@pytest.mark.usefixtures("unmade")
def test_a_few_weights_make_no_large_network(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "largest_possible", lambda: None)
    data = dataset(CLASSES)
    for ask in (
        lambda: Predictor(HUGE, SIGNATURE, FEW, None),
        lambda: evaluate(HUGE, recipe(), data, FEW, Preparation.fit(data)),
        lambda: export_source(
            Project(graph=HUGE, recipe=recipe(dataset="circles"), run=RunRecord(weights=FEW)), tmp_path / "network.py"
        ),
    ):
        with pytest.raises(WeightsError, match=r"The weights hold 4 parameters, but the diagram has 8\d\d,"):
            ask()
    assert not list(tmp_path.iterdir())
    outcome = Run(HUGE, recipe(), data, weights=FEW).run()
    assert "The weights hold 4 parameters" in outcome.message


@pytest.mark.usefixtures("unmade")
def test_training_and_measuring_refuse_what_never_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "largest_possible", lambda: 10**9)
    outcome = Run(HUGE, recipe(), dataset(CLASSES)).run()
    assert outcome.state == "failed"
    assert "what training keeps beside them take 30," in outcome.message
    wide = row(("Linear", {"out_features": 60_000}), ("Linear", {"out_features": "answer"}))
    with pytest.raises(MeasureError, match="linear1 outputs 60,000 numbers for every sample, which for 100,000"):
        measure(wide, SIGNATURE, recipe(batch_size=100_000))


def test_a_command_without_memory_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("engine.cli.templates.run", lambda _arguments: torch.empty(10**15), raising=False)
    assert main(["templates"]) == 1
    said = capsys.readouterr().err
    assert "There was not enough memory" in said
    assert "alloc" not in said
