"""Kinds of learning: each is known in its own folder and to the registry, and a new one needs nothing else."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data.dataset import DataError
from engine.graph import layers
from engine.graph.layout.arranging import chain, layer
from engine.project.file import read, write
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks import registry
from engine.training.control import Control
from engine.training.data_loading import load_rows, rows_key, schema_of, signature_of
from engine.training.in_use import settings_in_use
from engine.training.recipe import Recipe
from engine.training.state import TrainingState
from tests.engine.tasks.toy_kind import REMEMBER

ROOT = Path(__file__).parents[3]
DENSE = chain([layer("Linear", out_features="answer")])


@pytest.fixture
def remember(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe of a kind that only the registry has been told of."""
    monkeypatch.setattr(registry, "KINDS", {**registry.KINDS, REMEMBER.name: REMEMBER})
    return Recipe().with_settings({"dataset": "iris", "task": "remember", "epochs": 5, "task.halvings": 1})


def test_nobody_but_its_folder_and_the_registry_knows_a_kind() -> None:
    wrong = []
    for path in sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]):
        room = path.relative_to(ROOT).parts[:3]
        if room[1:] == ("graph", "templates"):
            continue  # whose recipes say what is learned
        tree = ast.parse(path.read_text("utf-8"))
        searched = [one.value for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg == "keywords"]
        keywords = {part.lineno for one in searched for part in ast.walk(one) if isinstance(part, ast.expr)}
        for node in ast.walk(tree):
            for name in registry.KINDS:
                folder = name.replace("-", "_")
                tasks = room[:2] in (("engine", "tasks"), ("gui", "tasks"))
                own = tasks and room[2] in (folder, "registry.py", "tryout.py")
                named = isinstance(node, ast.Constant) and node.value == name and node.lineno not in keywords
                imported = isinstance(node, ast.ImportFrom) and f"tasks.{folder}" in (node.module or "")
                if (named or imported) and not own:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} names {name}")
    # How the outputs for a target are measured stands with the kinds that are made for it.
    assert [line for line in wrong if "supervised_targets.py" not in line] == []


@pytest.mark.parametrize("name", list(registry.KINDS))
def test_what_a_kind_declares(name: str) -> None:
    kind = registry.KINDS[name]
    assert kind.summary.endswith(".")
    paths = [setting.path for setting in Recipe().with_setting("task", name).settings()]
    of_layers = {f"{layer.family}.{one.name}" for layer in layers.kinds().values() for one in layer.parameters}
    assert set(kind.live) <= set(paths)
    assert set(kind.quick) <= {*paths, *of_layers}
    assert set(kind.captions) <= set(kind.quick)
    assert (ROOT / "resources" / "icons" / f"{kind.picture}.svg").is_file()
    assert not [path for path in kind.quick if not kind.uses(path)]
    assert kind.to_do[:1].islower(), "it stands behind the words Learn to"


def test_a_new_kind_is_learned_stopped_and_resumed(remember: Recipe) -> None:
    assert signature_of(remember).target.names == ("sepal length (cm)",) or signature_of(remember).target.size == 1
    data = load_rows(remember)
    assert np.array_equal(data.train.targets, data.train.inputs[:, :1])
    unbroken = Run(DENSE, remember, data).run()
    assert unbroken.state == "finished", unbroken.message
    assert unbroken.test is not None
    assert unbroken.test["test_off"] < 0.1
    for stop_at in range(1, 14, 3):
        control = Control()
        run = Run(DENSE, remember, data, control=control)
        state = _state_after(run, control, stop_at)
        again = Run(DENSE, remember, data, resume=state).run()
        assert all(again.weights[name].tobytes() == array.tobytes() for name, array in unbroken.weights.items())
        assert [row["train_off"] for row in again.history] == [row["train_off"] for row in unbroken.history]


def test_a_setting_of_a_kind_chooses_what_is_learned(remember: Recipe) -> None:
    third = remember.with_setting("task.column", 3)
    assert signature_of(third).target.names == ("petal length (cm)",)
    data = load_rows(third)
    assert np.array_equal(data.train.targets, data.train.inputs[:, 2:3])
    assert data.schema.target.names == ("petal length (cm)",)
    assert rows_key(third) != rows_key(remember)
    assert rows_key(remember.with_setting("task.halvings", 7)) == rows_key(remember), "which shapes no rows"
    outcome = Run(DENSE, third, data).run()
    assert outcome.test is not None
    assert outcome.test["test_off"] < 0.1


def test_a_setting_that_does_not_fit_the_data_is_said(remember: Recipe) -> None:
    beyond = remember.with_setting("task.column", 9)
    with pytest.raises(DataError, match=r"none numbered 9\. Change the settings of the task\."):
        load_rows(beyond)
    assert schema_of(beyond) is None
    assert "task.column" in [setting.path for setting in settings_in_use(beyond)], "where it can be changed"


def _state_after(run: Run, control: Control, steps: int) -> TrainingState | None:
    """The state of a run that is stopped after so many steps."""
    taken = 0

    def take(change: object, held: object, idle: object) -> bool:
        nonlocal taken
        taken += 1
        return taken <= steps

    control.take_step = take  # type: ignore[method-assign, assignment]
    return run.run().training


def test_a_new_kind_has_only_its_own_settings(remember: Recipe) -> None:
    paths = [setting.path for setting in settings_in_use(remember)]
    assert "task.halvings" in paths
    assert "task.kind" in paths
    assert not [path for path in paths if path.startswith(("loss.", "optimizer.", "schedule."))]


def test_a_new_kind_in_file_and_command_line(
    remember: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.sketchnet"
    write(Project(graph=DENSE, recipe=remember), path)
    assert read(path).recipe == remember
    assert main(["train", "a", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["epoch"] for line in lines[:-1]] == [1, 2, 3, 4, 5]
    assert lines[-1]["state"] == "finished"
    assert lines[-1]["test_off"] < 0.1
    assert main(["info", "a"]) == 0
    assert "remember" in capsys.readouterr().out.lower()
    (tmp_path / "rows.csv").write_text("5.1,3.5,1.4,0.2\n6.0,3.0,4.0,1.0\n")
    assert main(["predict", "a", "--csv", "rows.csv"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    (one,), (other,) = first["values"].values(), second["values"].values()
    assert (one, other) == (pytest.approx(5.1, abs=0.2), pytest.approx(6.0, abs=0.2))
