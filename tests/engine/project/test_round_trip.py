"""What is saved is what is opened, to the last bit; the same project makes the same bytes; old files keep opening."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine.network.build import build
from engine.project.file import read, write
from engine.project.migrations import FORMAT, MIGRATIONS, migrated
from engine.project.project import Project, ProjectError
from engine.training.run_record import RunRecord
from engine.training.weights import WeightsError, check_weights, load_weights
from tests.engine.graph.drawings import TABLE, answer, row
from tests.engine.project.projects import changed, example, parts_of, projects, same_project

FILES = Path(__file__).parent / "files"


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(projects())
def test_random_projects(project: Project) -> None:
    with TemporaryDirectory() as folder:
        one, two = Path(folder) / "one.sketchnet", Path(folder) / "zwei – два.sketchnet"
        write(project, one)
        opened = read(one)
        assert same_project(opened, project)
        write(opened, two)
        assert one.read_bytes() == two.read_bytes()
        assert sorted(path.name for path in Path(folder).iterdir()) == sorted([one.name, two.name])


def test_an_empty_project(tmp_path: Path) -> None:
    write(Project(), tmp_path / "empty.sketchnet")
    assert same_project(read(tmp_path / "empty.sketchnet"), Project())
    assert list(parts_of(tmp_path / "empty.sketchnet")) == ["project.json"]


def test_numbers_that_are_not_finite_are_saved_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "nan.sketchnet"
    history = ({"epoch": 1, "train_loss": math.nan, "validation_loss": -math.inf},)
    write(Project(run=RunRecord(history=history, test={"test_r2": math.nan, "other": -1e300})), path)
    opened = read(path)
    assert opened.run.history == ({"epoch": 1, "train_loss": None, "validation_loss": None},)
    assert opened.run.test == {"test_r2": None, "other": None}
    assert all(b"NaN" not in part and b"Infinity" not in part for part in parts_of(path).values())


def test_weights_that_are_not_finite_keep_every_bit(tmp_path: Path) -> None:
    strange = np.array([np.nan, -np.nan, np.inf, -0.0, 1e-45], np.float32)
    project = Project(graph=row(answer()), run=RunRecord(weights={"linear1.bias": strange}))
    write(project, tmp_path / "a.sketchnet")
    assert same_project(read(tmp_path / "a.sketchnet"), project)


def test_many_drawings_keep_their_order(tmp_path: Path) -> None:
    drawings = tuple((((float(k), 0.5),),) for k in range(120))
    write(Project(drawings=drawings), tmp_path / "a.sketchnet")
    assert read(tmp_path / "a.sketchnet").drawings == drawings


def test_a_file_of_format_1_keeps_opening() -> None:
    opened = read(FILES / "format-1.sketchnet")
    # It was written before a run recorded what it has learned from.
    expected = example()
    assert expected.run.preparation is not None
    prepared = replace(expected.run.preparation, input_low=(), input_high=())
    assert expected.run.training is not None
    # The state of its training is read as it is written now.
    position = {**expected.run.training.position, "sums": [], "learner": {}, "precision": "float32"}
    training = replace(expected.run.training, position=position)
    run = replace(expected.run, preparation=prepared, novelty=None, training=training)
    divided = replace(expected.recipe, split="random")  # which was the only way
    assert same_project(opened, replace(expected, run=run, recipe=divided))


def test_an_old_format_goes_through_every_migration_in_turn() -> None:
    steps = {
        1: lambda data: {**data, "titel": data["name"]},
        2: lambda data: {"title": data["titel"], "graph": data["graph"]},
        3: lambda data: {**data, "notes": "none"},
    }
    old = {"format": 1, "name": "a", "graph": {}}
    assert migrated(old, "f", steps, 4) == {"format": 4, "title": "a", "graph": {}, "notes": "none"}
    assert migrated({"format": 3, "title": "b"}, "f", steps, 4) == {"format": 4, "title": "b", "notes": "none"}
    assert old == {"format": 1, "name": "a", "graph": {}}
    assert set(MIGRATIONS) == set(range(1, FORMAT))


@pytest.mark.parametrize(
    "found", [None, 0, -1, True, 1.0, "1", [1], {}, {"a": [{"b": ["c" * 99] * 9}] * 9}, 10**15, FORMAT + 1]
)
def test_formats_that_are_not_known_are_refused(found: object, tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    write(example(), path)
    changed(path, format=found)
    with pytest.raises(
        ProjectError, match="newer version" if type(found) is int and found > 1 else '"format" must be'
    ) as caught:
        read(path)
    assert len(str(caught.value)) < 300


def test_weights_of_another_size_than_the_drawing_are_refused_in_words(tmp_path: Path) -> None:
    project = example()
    assert project.run.weights is not None
    write(Project(graph=project.graph, run=RunRecord(weights=project.run.weights)), tmp_path / "a.sketchnet")
    opened = read(tmp_path / "a.sketchnet")
    network = build(opened.graph, TABLE)
    assert opened.run.weights is not None
    load_weights(network, opened.run.weights)
    assert network.state_dict()["linear1.weight"].numpy().tobytes() == project.run.weights["linear1.weight"].tobytes()
    other = build(opened.graph.set_params("n3", out_features=5), TABLE)
    before = {name: value.clone() for name, value in other.state_dict().items()}
    with pytest.raises(WeightsError, match=r"'linear1.weight' are 3×4, but the diagram has 5×4"):
        load_weights(other, opened.run.weights)
    assert all((value == before[name]).all() for name, value in other.state_dict().items())
    for wrong in (
        {**opened.run.weights, "linear1.bias": np.zeros(3, np.int64)},
        {name: value for name, value in opened.run.weights.items() if name != "linear2.bias"},
        {**opened.run.weights, "linear2.more": np.zeros(3, np.float32)},
    ):
        with pytest.raises(WeightsError, match="linear"):
            check_weights(network, wrong)


def test_reading_and_writing_projects_needs_no_torch(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    code = (
        "import sys\n"
        "import engine.project.file as file, engine.project.recovery\n"
        "file.write(file.Project(), sys.argv[1]); file.read(sys.argv[1])\n"
        "assert not {'torch', 'PySide6', 'safetensors.torch'} & set(sys.modules), 'heavy'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.sketchnet")],
        env=clean_environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_a_record_of_novelty_by_another_method_goes_with_the_rest(tmp_path: Path) -> None:
    """Nothing is claimed by it, and it is kept for the version that understands it, as long as nothing was learned."""
    path = tmp_path / "a.sketchnet"
    write(replace(example(), title="before"), path)
    changed(path, novelty={"method": 3, "answer": 42})
    opened = read(path)
    assert opened.run.novelty is None
    write(opened, path)
    assert json.loads(parts_of(path)["project.json"])["novelty"] == {"method": 3, "answer": 42}
    write(replace(opened, run=replace(opened.run, test={"test_loss": 0.25})), path)
    assert "novelty" not in json.loads(parts_of(path)["project.json"])
