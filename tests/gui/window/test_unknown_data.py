"""A project whose dataset is not known here can be looked at and saved, and loses nothing by it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.project.file import SUFFIX, read, write
from engine.training.state import TrainingState
from resources import examples
from tests.engine.project.projects import same_project


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A trained project of a later version, on a dataset that came with it."""
    path = tmp_path / f"foreign{SUFFIX}"
    with zipfile.ZipFile(examples.path("house-prices")) as known, zipfile.ZipFile(path, "w") as made:
        for name in known.namelist():
            content = known.read(name)
            if name == "project.json":
                data = json.loads(content)
                data["recipe"] |= {"dataset": "later", "dataset_options": {"region": "north"}}
                data["graph"]["nodes"][1]["tied_to"] = "n7"
                content = json.dumps({**data, "trained_on": "later", "runs": [{"id": 1}]}).encode()
            made.writestr(name, content)
        made.writestr("drawings/0.json", b"[[[1,2],[3,4]]]")
        made.writestr("drawings/1.json", b"[[[5,6]]]")
        made.writestr("runs/1/record.json", b'{"seed": 1}')
    return path


def same(one: object, other: object) -> bool:
    """Every part of two projects but the preview."""
    for name in one.__dataclass_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if name == "weights":
            assert left.keys() == right.keys()
            assert all((left[key] == right[key]).all() for key in left)
        elif name != "preview":
            assert left == right, name
    return True


def test_what_is_not_understood_is_kept_and_written_back(desk, foreign) -> None:
    before = read(foreign)
    assert before.weights is not None
    assert before.history
    assert before.test
    assert before.unknown.values == {"runs": [{"id": 1}]}
    assert before.unknown.below
    assert before.unknown_parts
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
    path = tmp_path / f"moved{SUFFIX}"
    with zipfile.ZipFile(examples.path("moons")) as known, zipfile.ZipFile(path, "w") as made:
        for name in known.namelist():
            content = known.read(name)
            if name == "project.json":
                data = json.loads(content)
                data["recipe"] |= {"dataset": "circles", "dataset_options": {}}
                content = json.dumps(data).encode()
            made.writestr(name, content)
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
    assert read(path).weights is not None


def test_a_run_without_weights_is_kept(desk, tmp_path) -> None:
    """As one is that was ended before its first step."""
    path = tmp_path / f"a{SUFFIX}"
    state = TrainingState({"a": np.ones(3, np.float32)}, {"format": 1, "step": 0})
    history, test = ({"epoch": 1, "train_loss": 1.0},), {"test_loss": 2.0}
    project = replace(read(examples.path("moons")), weights=None, training=state, history=history, test=test)
    write(project, path)
    assert desk.window.files.open(path)
    desk.do("save")
    assert same_project(replace(read(path), preview=b""), replace(project, preview=b""))


def move(desk) -> None:
    """An edit that changes nothing of what is trained."""
    graph = desk.graph
    desk.window.document.edit("Move", graph.move({graph.of_kind("Linear")[0].id: (900.0, 900.0)}))
