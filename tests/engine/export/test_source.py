"""Exported, a project is a file with its weights that runs alone and answers as the program does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.data.preparation import Preparation
from engine.export.source import export_source, signature_of
from engine.network.build import BuildError, build
from engine.project.project import Project
from engine.tasks.predictor import Predictor
from engine.training.recipe import Recipe
from engine.training.run_record import UNTRAINED
from engine.training.weights import WeightsError, take_weights
from tests.engine.graph.drawings import answer, row

SCRIPT = """
import sys, torch
sys.path.insert(0, sys.argv[1])
torch.set_num_threads(1)
from safetensors.torch import load_file, save_file
import mine
raw = load_file(sys.argv[1] + "/raw.safetensors")["raw"].clone()
with torch.no_grad():
    outputs = mine.load()(mine.prepare(raw))
answers = mine.restore(outputs) if hasattr(mine, "restore") else torch.softmax(outputs, 1)
save_file({"answers": answers}, sys.argv[1] + "/answers.safetensors")
assert not any(name.partition(".")[0] in ("engine", "gui") for name in sys.modules)
"""


def project(dataset: str) -> Project:
    """A project with weights of its own, as if trained."""
    graph = row(("Linear", {"out_features": 7}), "Tanh", answer())
    made = Project(graph=graph, recipe=Recipe().with_setting("dataset", dataset), title="Mine")
    signature = signature_of(made)
    columns, values = signature.input.sizes[0], signature.target.size if signature.target.kind == "values" else 0
    rng = np.random.default_rng(3)
    numbers = [
        tuple(map(float, rng.random(size).astype(np.float32) + 0.5)) for size in (columns, columns, values, values)
    ]
    weights = take_weights(build(graph, signature, 8))
    return replace(made, run=replace(made.run, weights=weights, preparation=Preparation(*numbers)))


@pytest.mark.parametrize("dataset", ["iris", "houses"])
def test_it_answers_as_the_program_does(dataset: str, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    made = project(dataset)
    signature = signature_of(made)
    written = export_source(made, tmp_path / "mine.py")
    assert (written.weights, written.data) == (tmp_path / "mine.safetensors", None)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine.py", "mine.safetensors"]
    raw = (np.random.default_rng(1).random((6, *signature.input.sizes)) * 9).astype(np.float32)
    save_file({"raw": torch.from_numpy(raw)}, tmp_path / "raw.safetensors")
    environment = {name: value for name, value in clean_environment.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wanted = Predictor(made.graph, signature, made.run.weights, made.run.preparation).predict(raw)
    found = load_file(tmp_path / "answers.safetensors")["answers"].numpy()
    if dataset == "houses":
        assert found.tobytes() == wanted.tobytes()
    else:
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-7)


def test_without_weights_there_is_only_the_file(tmp_path: Path) -> None:
    untrained = replace(project("iris"), run=UNTRAINED)
    assert export_source(untrained, tmp_path / "mine.py").weights is None
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.py"]
    assert "Not trained yet" in (tmp_path / "mine.py").read_text(encoding="utf-8")


def test_weights_never_fall_on_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    weights = export_source(project("iris"), path).weights
    assert weights == tmp_path / "mine-weights.safetensors"
    assert 'with_name("mine-weights.safetensors")' in path.read_text(encoding="utf-8")
    assert load_file(weights).keys() == project("iris").run.weights.keys()  # type: ignore[union-attr]


def test_nothing_is_written_that_would_not_run(tmp_path: Path) -> None:
    made = project("iris")
    with pytest.raises(WeightsError):
        export_source(replace(made, graph=made.graph.set_params("n3", out_features=9)), tmp_path / "mine.py")
    with pytest.raises(BuildError):
        export_source(Project(), tmp_path / "mine.py")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dataset", ["iris", "houses"])
@pytest.mark.parametrize("numbers", [((0.0,), (1.0,)), ((0.0,) * 5, (1.0,) * 5), (None, None, (0.0,) * 3, (1.0,) * 3)])
def test_a_preparation_for_other_data_is_refused(dataset: str, numbers: tuple[object, ...], tmp_path: Path) -> None:
    made = project(dataset)
    assert made.run.preparation is not None
    names = ("input_shift", "input_scale", "target_shift", "target_scale")
    changes = {name: value for name, value in zip(names, numbers, strict=False) if value is not None}
    spoiled = replace(made, run=replace(made.run, preparation=replace(made.run.preparation, **changes)))
    with pytest.raises(WeightsError, match="saved preparation is for"):
        export_source(spoiled, tmp_path / "mine.py")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(WeightsError, match="saved preparation is for"):
        Predictor(made.graph, signature_of(made), made.run.weights, spoiled.run.preparation)
