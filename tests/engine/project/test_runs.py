"""Earlier runs of a project: kept when another begins from scratch, gone back to, bounded, checked when read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from engine.project.runs import CONTINUABLE, MOST_RUNS, EarlierRun, NoSuchRun, RunLabel, Runs
from tests.engine.project.projects import example, parts_of, same_arrays, same_project, zipped


def learned(number: int = 0) -> Project:
    """A trained project whose weights tell which it is."""
    project = example()
    assert project.run.weights is not None
    weights = {name: array + np.float32(number) for name, array in project.run.weights.items()}
    return replace(project, run=replace(project.run, weights=weights))


def several(count: int) -> Project:
    """A project that was trained from scratch so many times."""
    project = learned(1)
    for number in range(2, count + 1):
        project = replace(project.keeping_run(), run=learned(number).run)
    return project


def first_weight(run: Any) -> float:
    return float(next(iter(run.weights.values())).reshape(-1)[0])


def test_a_run_is_kept_when_another_begins_and_can_be_used_again() -> None:
    project = several(3)
    assert project.runs.current.id == 3
    assert project.runs.current.began.endswith("+00:00")
    assert [run.label.id for run in project.runs.earlier] == [1, 2]
    changed = project.graph.set("n1", note="another drawing")
    other = replace(project, graph=changed).using_run(1)
    assert (other.runs.current.id, [run.label.id for run in other.runs.earlier]) == (1, [2, 3])
    assert first_weight(other.run) == first_weight(learned(1).run)
    assert other.graph == project.graph
    assert other.runs.find(3).graph == changed
    back = other.using_run(3)
    assert (back.graph, back.recipe) == (changed, project.recipe)
    assert same_arrays(back.run.weights, project.run.weights)
    with pytest.raises(NoSuchRun, match=r"no earlier run 9; there is: 1, 2\. Run 3 is the one in use"):
        project.using_run(9)


def test_what_has_not_learned_is_not_kept() -> None:
    assert Project().keeping_run().runs.earlier == ()
    untrained = replace(several(2), run=replace(learned().run, weights=None))
    assert [run.label.id for run in untrained.keeping_run().runs.earlier] == [1]
    assert untrained.keeping_run().runs.current.id == 2
    assert [run.label.id for run in untrained.using_run(1).runs.earlier] == []


def test_no_more_are_kept_than_can_be_read_and_stars_stay() -> None:
    project = several(2)
    project = replace(project, runs=project.runs.labelled(1, starred=True))
    for number in range(3, MOST_RUNS + 6):
        project = replace(project.keeping_run(), run=learned(number).run)
    ids = [run.label.id for run in project.runs.earlier]
    assert len(ids) == MOST_RUNS
    assert ids[0] == 1
    assert ids[1:] == list(range(ids[-1] - MOST_RUNS + 2, ids[-1] + 1))
    continuable = [run.label.id for run in project.runs.earlier if run.record.training is not None]
    assert continuable == [1, *ids[-CONTINUABLE:]]


def test_runs_come_back_from_the_file_as_they_were(tmp_path: Path) -> None:
    project = several(4)
    project = replace(project, runs=project.runs.labelled(2, name="wider", note="twice\nthe units", starred=True))
    write(project, tmp_path / "a.sketchnet")
    found = read(tmp_path / "a.sketchnet")
    assert same_project(found, project)
    assert found.runs.current == project.runs.current
    for one, other in zip(found.runs.earlier, project.runs.earlier, strict=True):
        assert (one.label, one.graph, one.recipe) == (other.label, other.graph, other.recipe)
        assert same_arrays(one.record.weights, other.record.weights)
        assert (one.record.training is None) == (other.record.training is None)
        for name in ("history", "test", "preparation", "end"):
            assert getattr(one.record, name) == getattr(other.record, name)


def test_a_project_of_one_run_is_written_as_before(tmp_path: Path) -> None:
    write(example(), tmp_path / "a.sketchnet")
    found = read(tmp_path / "a.sketchnet")
    assert found.runs == Runs(RunLabel(), ())
    assert "run" not in json.loads(parts_of(tmp_path / "a.sketchnet")["project.json"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("runs/1/run.json"), "lacks runs/1/run.json"),
        (lambda p: p.update({"runs/7/run.json": p["runs/1/run.json"]}), "says that it is of run 1"),
        (lambda p: p.update({"runs/2/run.json": p["runs/1/run.json"]}), "says that it is of run 1"),
        (lambda p: p.update({"runs/1/evil.pkl": b"{}"}), "which no project file has"),
        (lambda p: p.update({"runs/1/run.json": b"[]"}), "must hold a JSON object"),
        (lambda p: _label(p, id=0), "whole number from 1"),
        (lambda p: _label(p, id=3), "says that it is of run 3"),
        (lambda p: _label(p, starred=1), "true or false"),
        (lambda p: _label(p, name="x" * 201), "at most 200"),
        (lambda p: _label(p, note=5), "text of at most"),
        (lambda p: p.update({"runs/1/weights.safetensors": b"\x00" * 9}), "runs/1/weights.safetensors"),
        (lambda p: p.pop("runs/1/training.json"), "only half"),
        (lambda p: p.update({f"runs/{n}/run.json": b"{}" for n in range(3, 40)}), "at most 12 are read"),
    ],
)
def test_damaged_runs_are_refused_in_a_sentence(change: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    write(several(2), path)
    found = parts_of(path)
    change(found)
    path.write_bytes(zipped(found))
    with pytest.raises(ProjectError) as caught:
        read(path)
    assert words in str(caught.value)


def _label(found: dict[str, bytes], **changes: Any) -> None:
    document = json.loads(found["runs/1/run.json"])
    document["run"].update(changes)
    found["runs/1/run.json"] = json.dumps(document).encode()


def test_what_a_newer_version_says_of_runs_is_kept(tmp_path: Path) -> None:
    path, newer = tmp_path / "a.sketchnet", {"runs/1/samples.png": b"dots", "runs/today/plan.json": b"{}"}
    write(several(2), path)
    path.write_bytes(zipped({**parts_of(path), **newer}))
    write(read(path), path)
    assert newer.items() <= parts_of(path).items()


def test_the_run_in_use_stands_in_the_file_once(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    project = several(2)
    twice = EarlierRun(RunLabel(id=2), project.graph, project.recipe, project.run)
    write(replace(project, runs=replace(project.runs, earlier=(*project.runs.earlier, twice))), path)
    with pytest.raises(ProjectError, match="run 2 is in it twice"):
        read(path)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "points-2d", "a"]) == 0
    assert main(["runs", "a"]) == 0
    assert "not trained yet" in capsys.readouterr().out
    assert main(["train", "a", "--epochs", "1"]) == 0
    first = read(tmp_path / "a.sketchnet")
    assert main(["train", "a", "--epochs", "2", "--set", "optimizer=SGD"]) == 0
    capsys.readouterr()
    assert main(["runs", "a", "--json"]) == 0
    one, two = said(capsys)
    assert (one["run"], one["in_use"], one["epochs"], one["state"]) == (1, False, 1, "finished")
    assert (two["run"], two["in_use"], two["epochs"], two["dataset"]) == (2, True, 2, "moons")
    assert one["test_accuracy"] == first.run.test["test_accuracy"]
    assert main(["runs", "a", "star", "1"]) == 0
    assert main(["runs", "a", "name", "1", "narrow"]) == 0
    assert main(["runs", "a", "use", "1"]) == 0
    found = read(tmp_path / "a.sketchnet")
    assert same_arrays(found.run.weights, first.run.weights)
    assert (found.runs.current.name, found.runs.current.starred) == ("narrow", True)
    assert found.recipe.optimizer.kind == "AdamW"
    assert main(["train", "a", "--resume", "--epochs", "3"]) == 0
    found = read(tmp_path / "a.sketchnet")
    assert (found.runs.current.id, found.run.epochs, len(found.runs.earlier)) == (1, 3, 1)
    for words in (["delete", "1"], ["use", "5"], ["note", "1"], ["use"], ["name", "1", "x" * 201]):
        capsys.readouterr()
        assert main(["runs", "a", *words]) != 0
        assert "Traceback" not in capsys.readouterr().err
    assert main(["runs", "a", "delete", "2"]) == 0
    assert read(tmp_path / "a.sketchnet").runs.earlier == ()
