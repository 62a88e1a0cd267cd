"""Unsaved work after a crash: found when its process is gone, left alone while it runs, never over the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from engine.project.recovery import Journal, journal_folder, left_over
from tests.engine.project.projects import example, same_project

KEEPER = """
import sys
from pathlib import Path
from engine.project.file import Project
from engine.project.recovery import Journal
journal = Journal.of(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
journal.write(Project(title="unsaved"))
print(journal.path, flush=True)
sys.stdin.read()
"""


class Keeper:
    """Another process that has written its journal and still runs."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", KEEPER, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, encoding="utf-8",
        )  # fmt: skip
        assert self.process.stdout is not None
        self.journal = Path(self.process.stdout.readline().strip())

    def crash(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(autouse=True)
def no_journals() -> None:
    for path in journal_folder().glob("*"):
        path.unlink()


def test_beside_the_file_and_never_over_it(tmp_path: Path) -> None:
    path = tmp_path / "digits.sketchnet"
    write(example(), path)
    before = path.read_bytes()
    journal = Journal.of(path)
    assert journal.path == tmp_path / ".digits.sketchnet.journal"
    journal.write(Project(title="unsaved"))
    assert path.read_bytes() == before
    assert journal.recover().title == "unsaved"
    assert not journal.is_left_over(), "this very process is writing it"
    journal.discard()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    journal.discard()
    assert not journal.is_left_over()


@pytest.mark.parametrize("owner", ["", "x", "0", "-1", "999999999999", "²", "\x00", "[" * 9_000, "{}", None])
def test_a_lock_of_nobody(owner: str | None, tmp_path: Path) -> None:
    journal = Journal.of(tmp_path / "a.sketchnet")
    write(example(), journal.path)
    if owner is not None:
        journal.lock.path.write_text(owner, encoding="utf-8")
    assert journal.is_left_over()
    assert same_project(journal.recover(), example())
    journal.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_a_process_that_runs_and_then_crashes(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    path = tmp_path / "a.sketchnet"
    keeper = Keeper(clean_environment, str(path))
    try:
        journal = Journal.of(path)
        assert keeper.journal == journal.path
        assert not journal.is_left_over()
    finally:
        keeper.crash()
    assert journal.is_left_over()
    assert journal.recover().title == "unsaved"
    assert not path.exists()


def test_untitled_work_of_several_processes(clean_environment: dict[str, str]) -> None:
    mine = Journal.of(None)
    assert mine.path.parent == journal_folder()
    mine.write(Project(title="mine"))
    one, two = Keeper(clean_environment), Keeper(clean_environment)
    try:
        assert len({mine.path, one.journal, two.journal}) == 3
        assert left_over() == ()
        one.crash()
        assert [journal.path for journal in left_over()] == [one.journal]
    finally:
        one.crash()
        two.crash()
    os.utime(one.journal, (1, 1))
    assert [journal.path for journal in left_over()] == [two.journal, one.journal], "the newest comes first"
    for journal in left_over():
        assert journal.file is None
        assert journal.recover().title == "unsaved"
        journal.discard()
    assert left_over() == ()
    assert mine.recover().title == "mine"
    mine.discard()
    assert list(journal_folder().iterdir()) == []


def test_a_damaged_journal_is_refused_in_words(tmp_path: Path) -> None:
    journal = Journal.of(tmp_path / "a.sketchnet")
    journal.write(example())
    journal.path.write_bytes(journal.path.read_bytes()[:100])
    with pytest.raises(ProjectError, match="journal"):
        journal.recover()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProjectError, match="could not be journalled"):
        Journal.of(tmp_path / "file" / "a.sketchnet").write(example())


def test_a_relative_name_stays_where_it_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal.of(Path("a.sketchnet"))
    monkeypatch.chdir("/")
    journal.write(example())
    assert journal.path.is_file()
    assert read(tmp_path / ".a.sketchnet.journal").title == "Iris"
