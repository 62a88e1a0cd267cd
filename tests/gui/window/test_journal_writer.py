"""The thread that writes the journal: the window never waits for it, the newest work wins, and nothing is told late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.project.project import Project, ProjectError
from engine.project.recovery import Journal
from gui.journal_writer import JournalWriter

PATIENCE_S = 60


class SlowDisk:
    """Stands before the journal: every writing waits until it ``may_end``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.titles: list[str] = []
        as_usual = Journal.write

        def write(journal: Journal, project: Project) -> None:
            self.titles.append(project.title)
            self.begun.set()
            assert self.may_end.wait(PATIENCE_S)
            as_usual(journal, project)

        monkeypatch.setattr(Journal, "write", write)


@pytest.fixture
def writer(qapp: QApplication, tmp_path: Path) -> Iterator[JournalWriter]:
    made = JournalWriter()
    made.use(Journal.of(tmp_path / "a.sketchnet"))
    yield made
    made.discard()


def test_nobody_waits_and_the_newest_wins(writer: JournalWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)
    writer.write(Project(title="1"))
    assert disk.begun.wait(PATIENCE_S)
    for title in ("2", "3", "4"):
        writer.write(Project(title=title))
    assert not writer.journal.path.exists()
    assert not writer.has_time
    disk.may_end.set()
    writer.settle()
    assert disk.titles == ["1", "4"]
    assert writer.journal.recover().title == "4"


def test_what_was_given_up_does_not_come_back(writer: JournalWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)
    writer.write(Project(title="1"))
    assert disk.begun.wait(PATIENCE_S)
    writer.write(Project(title="2"))
    threading.Timer(0.05, disk.may_end.set).start()
    writer.discard()
    assert disk.titles == ["1"]
    assert list(writer.journal.path.parent.iterdir()) == []


def test_another_journal_leaves_the_one_before_as_it_is(writer: JournalWriter, tmp_path: Path) -> None:
    writer.write(Project(title="1"))
    writer.settle()
    before = writer.journal
    writer.use(Journal.of(tmp_path / "b.sketchnet"))
    writer.write(Project(title="2"))
    writer.settle()
    assert [journal.recover().title for journal in (before, writer.journal)] == ["1", "2"]
    before.discard()


def test_how_long_it_took_says_when_there_is_time_again(
    writer: JournalWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("gui.journal_writer.time.monotonic", lambda: now[0])

    def write(_journal: Journal, _project: Project) -> None:
        now[0] += 2.0

    assert writer.has_time
    monkeypatch.setattr(Journal, "write", write)
    writer.write(Project())
    writer.settle()
    found = []
    for now[0] in (102.0, 139.0, 140.5):
        found.append(writer.has_time)
    assert found == [False, False, True]


def test_a_failure_is_told_once_in_the_thread_of_the_window(
    writer: JournalWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_journal: Journal, _project: Project) -> None:
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(Journal, "write", write)
    told: list[tuple[str, bool]] = []
    writer.failed.connect(lambda words: told.append((words, threading.current_thread() is threading.main_thread())))
    writer.write(Project())
    writer.settle()
    QApplication.processEvents()
    assert told == [("The disk is full.", True)]
