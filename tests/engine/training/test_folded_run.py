"""Cross-validation as a run of runs: each fold from new weights on its own rows, then the network that is kept."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.graph import templates
from engine.graph.graph import Graph
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.folded_run import FoldedRun, run_of
from engine.running.run import Run
from engine.training.control import Control
from engine.training.data_loading import fold_rows, load_folds, load_rows
from engine.training.fold_figures import FoldFigures
from engine.training.recipe import Recipe, RecipeError
from engine.training.run_status import RunStatus
from engine.training.telemetry import Telemetry


def points(**settings: object) -> tuple[Graph, Recipe]:
    template = templates.describe("points-2d")
    recipe = (
        Recipe()
        .with_settings(template.recipe)
        .with_settings({"epochs": 3, "dataset_options.samples": 120, "folds": 4, **settings})
    )
    return template.draw(), recipe


def test_each_fold_is_a_run_of_its_own_and_the_network_that_of_before() -> None:
    graph, recipe = points()
    process = run_of(graph, recipe, load_rows(recipe))
    outcome = process.run()
    assert outcome.state == RunStatus.FINISHED
    assert outcome.folds is not None
    assert outcome.folds.complete
    folds = load_folds(recipe)
    for number, figures in enumerate(outcome.folds.each):
        alone = Run(graph, recipe, fold_rows(recipe, folds, number)).run()
        assert alone.test is not None
        assert figures["test_accuracy"] == alone.test["test_accuracy"]
        assert figures["test_loss"] == alone.test["test_loss"]
        assert figures["test_rows"] == folds.sizes()[number]
    without = Run(graph, recipe.with_setting("folds", 0), load_rows(recipe)).run()
    assert outcome.test == without.test
    assert all(np.array_equal(outcome.weights[name], array) for name, array in without.weights.items())
    report = process.telemetry.read()
    assert report.folds == outcome.folds
    assert report.stage == ""
    assert [row["epoch"] for row in report.epochs] == [1, 2, 3]


def test_mean_and_standard_deviation_are_those_of_numpy() -> None:
    values = [0.9, 0.95, 0.8]
    found = FoldFigures(3)
    for value in values:
        found = found.with_fold({"test_accuracy": value, "test_rows": 10, "confusion": [[1]], "test_loss": None})
    (spread,) = found.spreads()
    assert (spread.name, spread.count) == ("test_accuracy", 3)
    assert spread.mean == pytest.approx(np.mean(values))
    assert spread.deviation == pytest.approx(np.std(values, ddof=1))
    assert FoldFigures(3).with_fold({"test_accuracy": 1.0}).spreads()[0].deviation is None
    assert FoldFigures.from_json(json.loads(json.dumps(found.to_json()))) == found
    for wrong in ({}, {"folds": 1, "each": []}, {"folds": 2, "each": [{}, {}, {}]}, {"folds": 2, "each": [{"a b": 1}]}):
        with pytest.raises(ValueError, match="fold"):
            FoldFigures.from_json(wrong)


class _StopsAfter(Telemetry):
    """Asks for a stop as soon as so many folds are finished."""

    def __init__(self, folds: int, control: Control) -> None:
        super().__init__()
        self._after, self._control = folds, control

    def publish_folds(self, folds: FoldFigures) -> None:
        super().publish_folds(folds)
        if folds.done == self._after:
            self._control.stop()


def test_a_stop_keeps_what_is_finished_and_the_rest_is_made_up_for(tmp_path: Path) -> None:
    graph, recipe = points()
    control = Control()
    outcome = run_of(graph, recipe, load_rows(recipe), control=control, telemetry=_StopsAfter(2, control)).run()
    assert outcome.state == RunStatus.STOPPED
    assert outcome.folds is not None
    assert outcome.folds.done == 2
    assert outcome.history == ()
    assert outcome.message == "Stopped after 2 of 4 folds, which are kept."
    path = tmp_path / "stopped.sketchnet"
    write(Project(graph=graph, recipe=recipe).with_run(outcome.record, recipe), path)
    kept = read(path).run
    assert kept.folds == outcome.folds
    onward = run_of(graph, recipe, load_rows(recipe), before=kept.folds, resume=kept.training)
    assert isinstance(onward, FoldedRun)
    complete = onward.run()
    straight = run_of(graph, recipe, load_rows(recipe)).run()
    assert complete.folds == straight.folds
    assert all(np.array_equal(complete.weights[name], array) for name, array in straight.weights.items())


def test_a_pause_holds_a_fold() -> None:
    graph, recipe = points(epochs=2)
    control = Control()
    control.pause()
    process = run_of(graph, recipe, load_rows(recipe), control=control)
    done: list[object] = []
    worker = threading.Thread(target=lambda: done.append(process.run()))
    worker.start()
    for _ in range(600):
        report = process.telemetry.read()
        if report.state == RunStatus.PAUSED:
            break
        worker.join(0.1)
    assert report.state == RunStatus.PAUSED
    assert report.stage == "fold 1 of 4"
    control.resume()
    worker.join(120)
    assert done


def test_a_fold_that_fails_says_which(tmp_path: Path) -> None:
    graph, recipe = points(**{"optimizer.learning_rate": 50.0, "optimizer.kind": "SGD", "epochs": 30})
    outcome = run_of(graph, recipe, load_rows(recipe)).run()
    if outcome.failure is None:
        pytest.skip("this machine's numbers stay finite")
    assert outcome.message.startswith("Fold 1 of 4: ")
    assert not outcome.weights


def test_one_fold_is_refused_and_none_is_not_written() -> None:
    with pytest.raises(RecipeError, match="needs 2 folds or more"):
        Recipe(folds=1)
    assert "folds" not in Recipe().to_json()
    assert Recipe.from_json(Recipe(folds=5).to_json()).folds == 5


# On the command line


def test_the_command_prints_each_fold_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "points-2d", "net"]) == 0
    capsys.readouterr()
    words = ["train", "net", "--epochs", "2", "--set", "dataset_options.samples=150"]
    assert main([*words, "--folds", "3"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("   ")[0] for line in printed if line.startswith("fold")] == [
        "fold 1 of 3", "fold 2 of 3", "fold 3 of 3"
    ]  # fmt: skip
    (summary,) = (line for line in printed if line.startswith("3 folds, mean ± standard deviation   accuracy "))
    kept = read(tmp_path / "net.sketchnet")
    assert kept.recipe.folds == 3
    assert kept.run.folds is not None
    mean = 100 * np.mean([figures["test_accuracy"] for figures in kept.run.folds.each])
    spread = 100 * np.std([figures["test_accuracy"] for figures in kept.run.folds.each], ddof=1)
    assert f"accuracy {mean:.2f} % ± {spread:.2f} %" in summary
    assert main(["runs", "net"]) == 0
    assert f"3 folds: accuracy {mean:.2f} % ± {spread:.2f} %" in capsys.readouterr().out
    assert main([*words, "--folds", "0", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "cross_validation" not in last
    assert main(["runs", "net", "--json"]) == 0
    earlier = json.loads(capsys.readouterr().out.splitlines()[0])
    assert earlier["cross_validation"]["finished"] == 3, "an earlier run keeps its folds"
    assert earlier["cross_validation"]["standard_deviation"]["test_accuracy"] == pytest.approx(spread / 100)


def test_folds_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "regression-1d" if "regression-1d" in templates.names() else "points-2d", "net"]) == 0
    capsys.readouterr()
    assert main(["train", "net", "--epochs", "1", "--folds", "2", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["fold"] for row in found if "fold" in row] == [1, 2]
    assert found[-1]["cross_validation"]["folds"] == 2
    assert main(["train", "net", "--folds", "1"]) == 1
    assert "2 folds or more" in capsys.readouterr().err


def test_a_run_that_was_stopped_in_its_folds_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    graph, recipe = points()
    control = Control()
    outcome = run_of(graph, recipe, load_rows(recipe), control=control, telemetry=_StopsAfter(1, control)).run()
    monkeypatch.chdir(tmp_path)
    write(Project(graph=graph, recipe=recipe).with_run(outcome.record, recipe), Path("net.sketchnet"))
    assert main(["runs", "net"]) == 0
    assert "1 of 4 folds: accuracy" in capsys.readouterr().out
    assert main(["train", "net", "--resume"]) == 0
    assert "4 folds, mean ± standard deviation" in capsys.readouterr().out
    kept = read(Path("net.sketchnet")).run.folds
    assert kept is not None
    assert outcome.folds is not None
    assert kept.each[:1] == outcome.folds.each
