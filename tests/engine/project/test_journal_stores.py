"""The journal of a project with many runs: large parts are written once, and all of them are found again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.project.container import contents_of
from engine.project.file import read, write
from engine.project.journal_stores import stores_beside
from engine.project.project import Project
from engine.project.recovery import Journal, clear_leftovers
from engine.project.rescue import put_aside
from tests.engine.project.projects import parts_of, same_arrays, same_project
from tests.engine.project.test_runs import first_weight, learned, newer, said_of_the_first, several

PATH = "a.sketchnet"


def opened(folder: Path, project: Project) -> tuple[Project, Journal]:
    """A project that was saved and opened, and its journal."""
    write(project, folder / PATH)
    project, journal = read(folder / PATH), Journal.of(folder / PATH)
    journal.stores.knows(project, project.origin)
    return project, journal


def edited(project: Project, number: int) -> Project:
    return replace(project, graph=project.graph.set("n1", note=f"edit {number}"), notes=f"edit {number}")


def same_runs(one: Project, other: Project) -> bool:
    pairs = zip(one.runs.earlier, other.runs.earlier, strict=True)
    return all(
        first.label == second.label and same_arrays(first.opened().record.weights, second.opened().record.weights)
        for first, second in pairs
    )


def inodes(journal: Journal) -> list[tuple[str, int]]:
    return [(path.name, path.stat().st_ino) for path in stores_beside(journal.path)]


def test_an_edit_writes_no_tensors_at_all(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(4))
    for number in range(3):
        journal.write(edited(project, number))
        assert not [name for name in contents_of(journal.path) if "safetensors" in name or name.startswith("runs/")]
        (store,) = stores_beside(journal.path)
        assert os.path.samefile(store, tmp_path / PATH), "the project's own file under a second name"
        found = journal.recover()
        assert same_project(replace(found, runs=project.runs), edited(project, number))
        assert same_runs(found, project)
    journal.discard()
    assert [path.name for path in tmp_path.iterdir()] == [PATH]


def test_a_run_under_way_is_all_that_is_written_while_it_goes_on(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(3))
    journal.write(project)
    first = inodes(journal)
    ours = replace(project.keeping_run(), run=learned(4).run)
    journal.write(ours)
    assert inodes(journal)[0] == first[0]
    names = {name for store in stores_beside(journal.path)[1:] for name in contents_of(store)}
    assert "weights.safetensors" in names
    assert {name for name in names if name.startswith("runs/")} == {"runs/3/run.json"}
    for number in (5, 6, 7, 8):
        ours = replace(ours, run=learned(number).run)
        journal.write(ours)
        tensors = [store for store in stores_beside(journal.path) if "weights.safetensors" in contents_of(store)]
        assert len(tensors) == 2, "what no list names any more is removed: it is in the file, and in the newest"
        found = journal.recover()
        assert first_weight(found.run) == first_weight(learned(number).run)
        assert [run.id for run in found.runs.earlier] == [1, 2, 3]
        assert same_runs(found, ours)


def test_after_saving_it_goes_by_the_new_file(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(2))
    ours = replace(project.keeping_run(), run=learned(3).run)
    journal.write(ours)
    write(ours, tmp_path / PATH)
    journal.discard()
    journal = Journal.of(tmp_path / PATH)
    journal.stores.knows(ours, contents_of(tmp_path / PATH))
    journal.write(edited(ours, 1))
    (store,) = stores_beside(journal.path)
    assert os.path.samefile(store, tmp_path / PATH)
    assert same_runs(journal.recover(), ours)


@pytest.mark.parametrize("what", ["replaced", "removed"])
def test_the_file_may_be_replaced_or_removed_meanwhile(what: str, tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(3))
    before = first_weight(project.run)
    journal.write(edited(project, 1))
    if what == "replaced":
        write(Project(title="another"), tmp_path / PATH)
    else:
        (tmp_path / PATH).unlink()
    for number in (1, 2):
        found = journal.recover()
        assert first_weight(found.run) == before
        assert same_runs(found, project)
        journal.write(edited(project, number))


def test_without_second_names_it_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    project, journal = opened(tmp_path, several(3))
    monkeypatch.setattr(os, "link", refuse)
    journal.write(edited(project, 1))
    first = inodes(journal)
    journal.write(edited(project, 2))
    assert inodes(journal) == first
    assert len(first) == 2, "texts and tensors"
    assert same_runs(journal.recover(), project)


def test_what_a_newer_version_says_of_runs_is_recovered_too(tmp_path: Path) -> None:
    beside = newer(tmp_path / PATH)
    before = said_of_the_first(tmp_path / PATH)
    project = read(tmp_path / PATH)
    journal = Journal.of(tmp_path / PATH)
    journal.stores.knows(project, project.origin)
    journal.write(edited(project, 1))
    write(journal.recover(), tmp_path / "b.sketchnet")
    assert beside.items() <= parts_of(tmp_path / "b.sketchnet").items()
    assert said_of_the_first(tmp_path / "b.sketchnet") == before


def test_work_that_is_recovered_and_lost_again(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(3))
    journal.write(edited(project, 1))
    for number in (2, 3):
        journal.lock.release()
        journal = Journal.of(tmp_path / PATH)
        found = journal.recover()
        journal.stores.knows(found, found.origin)
        before = inodes(journal)
        journal.write(edited(found, number))
        assert inodes(journal) == before, "nothing is copied"
        assert same_runs(journal.recover(), project)


def _overwritten(path: Path) -> None:
    path.write_bytes(b"PK, or something else of another program")


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("happens", [_overwritten, _gone])
def test_what_cannot_be_recovered_is_told_and_the_drawing_is_there(
    happens: Callable[[Path], None], tmp_path: Path
) -> None:
    project, journal = opened(tmp_path, several(3))
    journal.write(edited(project, 1))
    assert journal.lost == ""
    happens(stores_beside(journal.path)[0])
    found = journal.recover()
    assert (found.graph, found.notes) == (edited(project, 1).graph, "edit 1")
    assert found.run.weights is None
    assert "what the network has learned, run 1, run 2." in journal.lost
    aside = put_aside(journal, tmp_path / "aside")
    assert read(aside).notes == "edit 1"


def test_unsaved_work_put_aside_is_one_file_with_all_runs(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(3))
    journal.write(edited(project, 1))
    aside = put_aside(journal, tmp_path / "aside")
    assert [path.name for path in (tmp_path / "aside").iterdir()] == [aside.name]
    assert same_runs(read(aside), project)


def test_what_a_killed_process_left_without_a_list_is_removed(tmp_path: Path) -> None:
    project, journal = opened(tmp_path, several(2))
    journal.write(edited(project, 1))
    journal.path.unlink()
    journal.lock.release()
    assert stores_beside(journal.path)
    clear_leftovers(tmp_path / PATH)
    assert [path.name for path in tmp_path.iterdir()] == [PATH]


LEARNING = """
import sys
from dataclasses import replace
from pathlib import Path
from engine.project.file import read
from engine.project.recovery import Journal
from tests.engine.project.test_runs import learned
path = Path(sys.argv[1])
project, journal = read(path), Journal.of(path)
journal.stores.knows(project, project.origin)
number = 4
while True:
    journal.write(replace(project, notes=str(number), run=learned(number).run))
    print(number, flush=True)
    number += 1
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_killed_at_any_moment_the_last_list_finds_all_it_names(tmp_path: Path) -> None:
    write(several(3), tmp_path / PATH)
    process = subprocess.Popen(
        [sys.executable, "-c", LEARNING, str(tmp_path / PATH)],
        stdout=subprocess.PIPE, cwd=Path(__file__).parents[3], text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        for _ in range(12):
            last = int(process.stdout.readline())
        process.kill()
        process.wait()
    journal = Journal.of(tmp_path / PATH)
    assert journal.is_left_over()
    assert journal.lost == ""
    found = journal.recover()
    assert int(found.notes) >= last
    assert first_weight(found.run) == first_weight(learned(int(found.notes)).run)
    assert same_runs(found, read(tmp_path / PATH))
