"""Earlier runs of a project: kept when another begins from scratch, gone back to, bounded, checked when read."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli import main
from engine.project.file import read, write
from engine.project.members import Member
from engine.project.project import Project, ProjectError
from engine.project.runs import CONTINUABLE, MOST_RUNS, FinishedRun, NoSuchRun, RunLabel, Runs
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
    return float(run.weights["linear1.weight"].reshape(-1)[0])


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
    assert other.runs.find(3).opened().graph == changed
    back = other.using_run(3)
    assert (back.graph, back.recipe) == (changed, project.recipe)
    assert same_arrays(back.run.weights, project.run.weights)
    with pytest.raises(NoSuchRun, match=r"no earlier run 9; the earlier ones are 1, 2, and run 3 is the one in use"):
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
    continuable = [run.label.id for run in project.runs.earlier if run.continuable]
    assert continuable == [1, *ids[-CONTINUABLE:]]


def test_runs_come_back_from_the_file_as_they_were(tmp_path: Path) -> None:
    project = several(4)
    project = replace(project, runs=project.runs.labelled(2, name="wider", note="twice\nthe units", starred=True))
    write(project, tmp_path / "a.sketchnet")
    found = read(tmp_path / "a.sketchnet")
    assert same_project(found, project)
    assert found.runs.current == project.runs.current
    for one, other in zip(found.runs.earlier, project.runs.earlier, strict=True):
        one, other = one.opened(), other.opened()
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
        (lambda p: p.update({"runs/2/run.json": p["runs/1/run.json"]}), "run 2 is in it twice"),
        (lambda p: p.update({"runs/1/evil.pkl": b"{}"}), "which no project file has"),
        (lambda p: p.update({f"runs/{n}/run.json": b"{}" for n in range(3, 40)}), "at most 12 are read"),
        (lambda p: _document(p, run={"id": 2, "more": []}), "must be an object"),
    ],
)
def test_runs_that_no_file_has_are_refused_in_a_sentence(change: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        read(spoiled(change, tmp_path))
    assert words in str(caught.value)


def spoiled(change: Any, folder: Path) -> Path:
    """A file with two runs, of which the first has been tampered with."""
    path = folder / "a.sketchnet"
    write(several(2), path)
    found = parts_of(path)
    change(found)
    path.write_bytes(zipped(found))
    return path


def _document(found: dict[str, bytes], **changes: Any) -> None:
    found["project.json"] = json.dumps({**json.loads(found["project.json"]), **changes}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("runs/1/run.json"), "lacks runs/1/run.json"),
        (lambda p: p.update({"runs/1/run.json": p["runs/1/run.json"].replace(b'"id":1', b'"id":7')}), "of run 7"),
        (lambda p: p.update({"runs/1/run.json": b"[]"}), "must hold a JSON object"),
        (lambda p: p.update({"runs/1/run.json": b"{" * 99}), "is damaged"),
        (lambda p: _label(p, id=0), "whole number from 1"),
        (lambda p: _label(p, id=3), "says that it is of run 3"),
        (lambda p: _label(p, starred=1), "true or false"),
        (lambda p: _label(p, name="x" * 201), "at most 200"),
        (lambda p: _label(p, note=5), "text of at most"),
    ],
)
def test_a_run_of_which_nothing_can_be_told_keeps_no_file_from_opening(
    change: Any, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spoiled(change, tmp_path)
    project = read(path)
    assert same_arrays(project.run.weights, learned(2).run.weights)
    (run,) = project.runs.earlier
    assert words in run.problem
    assert (run.label, run.told.history) == (RunLabel(1), ())
    for refused in (run.opened, lambda: project.using_run(1), lambda: project.runs.labelled(1, name="x")):
        with pytest.raises(ProjectError) as caught:
            refused()
        assert words in str(caught.value)
    before = parts_of(path)
    write(project, path)
    assert {name: data for name, data in parts_of(path).items() if name.startswith("runs/")} == {
        name: data for name, data in before.items() if name.startswith("runs/")
    }
    assert main(["runs", str(path)]) == 0
    assert words in capsys.readouterr().out
    assert main(["runs", str(path), "name", "1", "x"]) != 0
    assert words in capsys.readouterr().err
    assert main(["runs", str(path), "delete", "1"]) == 0
    assert read(path).runs.earlier == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.update({"runs/1/weights.safetensors": bytes(9)}), "runs/1/weights.safetensors"),
        (lambda p: p.pop("runs/1/training.json"), "only half"),
        (lambda p: p.update({"runs/1/training.json": b"[]"}), "must hold a JSON object"),
    ],
)
def test_damaged_tensors_of_a_run_are_told_when_it_is_to_be_used(change: Any, words: str, tmp_path: Path) -> None:
    project = read(spoiled(change, tmp_path))
    (run,) = project.runs.earlier
    assert (run.problem, run.told.epochs) == ("", 2)
    with pytest.raises(ProjectError) as caught:
        project.using_run(1)
    assert words in str(caught.value)
    assert replace(project, runs=project.runs.labelled(1, name="x")).runs.find(1).label.name == "x"


@pytest.mark.parametrize("part", ["run.json", "weights.safetensors", "training.safetensors", "samples.png"])
@pytest.mark.parametrize("where", ["header", "content"])
def test_flipped_bits_in_a_run_stay_where_they_are_and_never_pass_for_sound(
    part: str, where: str, tmp_path: Path
) -> None:
    path, name = spoiled(lambda p: p.update({"runs/1/samples.png": bytes(99)}), tmp_path), f"runs/1/{part}"
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
        begin = info.header_offset + (2 if where == "header" else 30 + len(name) + info.compress_size // 2)
    data = bytearray(path.read_bytes())
    data[begin] ^= 4
    path.write_bytes(data)
    project = read(path)
    for _ in range(2):
        write(project, path)
        project = read(path)
        if part != "samples.png":
            with pytest.raises(ProjectError, match="damaged"):
                project.using_run(1)
        with zipfile.ZipFile(path) as archive, pytest.raises(zipfile.BadZipFile):
            archive.read(name)
    assert same_arrays(project.run.weights, learned(2).run.weights)


def test_a_run_is_read_from_the_file_that_was_opened_whatever_becomes_of_that(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    write(several(3), path)
    project = read(path)
    write(Project(title="another"), path)
    assert first_weight(project.using_run(1).run) == first_weight(learned(1).run)
    path.unlink()
    write(project, path)
    assert [run.id for run in read(path).runs.earlier] == [1, 2]
    assert first_weight(read(path).using_run(2).run) == first_weight(learned(2).run)


def test_opening_reads_no_part_of_an_earlier_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, touched = tmp_path / "a.sketchnet", []
    write(several(4), path)
    pieces = Member.pieces
    monkeypatch.setattr(Member, "pieces", lambda self: (touched.append(self.name), pieces(self))[1])
    project = read(path)
    assert touched, "the run in use is read"
    assert not [name for name in touched if name.startswith("runs/")]
    assert [run.label.id for run in project.runs.earlier] == [1, 2, 3]
    assert project.runs.weight_bytes > 0
    assert {name for name in touched if name.startswith("runs/")} == {f"runs/{n}/run.json" for n in (1, 2, 3)}


def test_saving_decodes_no_tensors_of_earlier_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sketchnet"
    write(several(3), path)
    project, before = read(path), parts_of(path)
    monkeypatch.setattr("engine.project.container.unpacked", lambda *_: pytest.fail("it was decoded"))
    write(replace(project, runs=project.runs.labelled(2, name="two")), path)
    found = parts_of(path)
    tensors = [name for name in before if name.startswith("runs/") and name.endswith(".safetensors")]
    assert len(tensors) == 4
    assert all(found[name] == before[name] for name in tensors)
    assert json.loads(found["runs/2/run.json"])["run"]["name"] == "two"


def _label(found: dict[str, bytes], **changes: Any) -> None:
    document = json.loads(found["runs/1/run.json"])
    document["run"].update(changes)
    found["runs/1/run.json"] = json.dumps(document).encode()


def newer(path: Path) -> dict[str, bytes]:
    """Have a newer version say more of a project with three runs; what it has put beside them."""
    beside = {"runs/1/samples.png": b"dots", "runs/3/samples.png": b"more", "runs/today/plan.json": b"{}"}
    write(several(3), path)
    found = {**parts_of(path), **beside}
    document = json.loads(found["runs/1/run.json"])
    document["shared"] = {"by": "post"}
    document["run"]["colour"] = "red"
    document["graph"]["nodes"][0]["mood"] = "good"
    found["runs/1/run.json"] = json.dumps(document).encode()
    path.write_bytes(zipped(found))
    return beside


def said_of_the_first(path: Path) -> tuple[Any, ...]:
    document = json.loads(parts_of(path)["runs/1/run.json"])
    return document["shared"], document["run"]["colour"], document["graph"]["nodes"][0]["mood"]


ALL = ({"by": "post"}, "red", "good")


def test_what_a_newer_version_says_of_runs_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    beside = newer(path)
    write(read(path), path)
    assert beside.items() <= parts_of(path).items()
    assert said_of_the_first(path) == ALL
    project = read(path)
    write(replace(project, runs=project.runs.labelled(1, name="first", starred=True)), path)
    assert said_of_the_first(path) == ALL
    assert json.loads(parts_of(path)["runs/1/run.json"])["run"]["name"] == "first"


def test_it_goes_with_the_run_when_that_is_used_and_deleted(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    beside = newer(path)
    write(read(path).using_run(1), path)
    assert beside.items() <= parts_of(path).items()
    document = json.loads(parts_of(path)["project.json"])
    assert document["run"]["more"] == {"shared": {"by": "post"}}
    assert document["graph"]["nodes"][0]["mood"] == "good"
    write(read(path).using_run(2), path)
    assert beside.items() <= parts_of(path).items()
    assert json.loads(parts_of(path)["runs/1/run.json"])["shared"] == {"by": "post"}
    project = read(path)
    write(replace(project, runs=project.runs.without(1)), path)
    assert not [name for name in parts_of(path) if name.startswith("runs/1/")]
    assert "runs/today/plan.json" in parts_of(path)


def test_the_run_in_use_stands_in_the_file_once(tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    project = several(2)
    twice = FinishedRun(RunLabel(id=2), project.graph, project.recipe, project.run)
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
