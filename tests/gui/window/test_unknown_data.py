"""A project whose dataset is not known here can be looked at and saved, and loses nothing by it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.project.file import SUFFIX, read, write
from engine.project.runs import Runs
from engine.training.state import TrainingState
from resources import examples
from tests.engine.project.projects import same_project


def changed_example(path: Path, name: str, change: Callable[[dict[str, Any]], None], **parts: bytes) -> Path:
    """A shipped example with another ``project.json`` and more parts, as a file."""
    with zipfile.ZipFile(examples.path(name)) as known, zipfile.ZipFile(path, "w") as made:
        for part in known.namelist():
            content = known.read(part)
            if part == "project.json":
                data = json.loads(content)
                change(data)
                content = json.dumps(data).encode()
            made.writestr(part, content)
        for part, content in parts.items():
            made.writestr(part, content)
    return path


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A trained project of a later version, on a dataset that came with it."""

    def change(data: dict[str, Any]) -> None:
        data["recipe"] |= {"dataset": "later", "dataset_options": {"region": "north"}}
        data["graph"]["nodes"][1]["tied_to"] = "n7"
        data |= {"trained_on": "later", "runs": [{"id": 1}]}

    parts = {
        "drawings/0.json": b"[[[1,2],[3,4]]]",
        "drawings/1.json": b"[[[5,6]]]",
        "runs/1/record.json": b'{"seed": 1}',
    }
    return changed_example(tmp_path / f"foreign{SUFFIX}", "house-prices", change, **parts)


def same(one: object, other: object) -> bool:
    """Every part of two projects but the preview."""
    for name in one.__dataclass_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if name == "run":
            assert same(left, right)
        elif name == "weights":
            assert left.keys() == right.keys()
            assert all((left[key] == right[key]).all() for key in left)
        elif name == "runs":
            assert (left.current.id, beside(left)) == (right.current.id, beside(right))
        elif name not in ("preview", "origin"):
            assert left == right, name
    return True


def beside(runs: Runs) -> dict[str, bytes]:
    """What a newer version has put beside the run in use."""
    return {name: part if isinstance(part, bytes) else part.read() for name, part in runs.current.unknown_parts.items()}


def test_what_is_not_understood_is_kept_and_written_back(desk, foreign) -> None:
    before = read(foreign)
    assert before.run.weights is not None
    assert before.run.history
    assert before.run.test
    assert before.unknown.values == {"runs": [{"id": 1}]}
    assert before.unknown.below
    assert beside(before.runs)
    assert desk.window.files.open(foreign)
    assert not desk.window.isWindowModified()
    desk.window.document.edit("Rename", desk.graph.rename(desk.graph.of_kind("Linear")[0].id, "renamed"))
    desk.window.document.undo()
    desk.do("save")
    assert desk.answers.told == []
    assert same(before, read(foreign))


def test_it_says_why_it_cannot_be_trained_and_answers_nothing(desk, foreign) -> None:
    desk.window.files.open(foreign)
    desk.window.studio.ask("row", np.zeros((1, 4), dtype=np.float32))
    assert not desk.window.studio.train()
    assert desk.window.session.trained is not None


def test_weights_from_another_dataset_stay_those_of_that_dataset(desk, tmp_path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["recipe"] |= {"dataset": "circles", "dataset_options": {}}

    path = changed_example(tmp_path / f"moved{SUFFIX}", "moons", change)
    assert read(path).trained_on == "moons"
    desk.window.files.open(path)
    desk.do("save")
    assert read(path).trained_on == "moons"


@pytest.mark.parametrize("trained_on", ["", "x" * 200, "gone\u202e", "moons", "circles"])
def test_what_the_weights_were_learned_from_is_left_as_it_is_said(desk, tmp_path, trained_on) -> None:
    path = tmp_path / f"a{SUFFIX}"
    write(replace(read(examples.path("moons")), trained_on=trained_on), path)
    assert desk.window.files.open(path)
    move(desk)
    desk.do("save")
    assert desk.answers.told == []
    assert read(path).trained_on == trained_on
    assert read(path).run.weights is not None


def test_a_run_without_weights_is_kept(desk, tmp_path) -> None:
    """As one is that was ended before its first step."""
    path = tmp_path / f"a{SUFFIX}"
    state = TrainingState({"a": np.ones(3, np.float32)}, {"format": 3, "step": 0})
    history, test = ({"epoch": 1, "train_loss": 1.0},), {"test_loss": 2.0}
    project = read(examples.path("moons"))
    run = replace(project.run, weights=None, training=state, history=history, test=test)
    project = replace(project, run=run)
    write(project, path)
    assert desk.window.files.open(path)
    desk.do("save")
    assert same_project(replace(read(path), preview=b""), replace(project, preview=b""))


def move(desk) -> None:
    """An edit that changes nothing of what is trained."""
    graph = desk.graph
    desk.window.document.edit("Move", graph.move({graph.of_kind("Linear")[0].id: (900.0, 900.0)}))
