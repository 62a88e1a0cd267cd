"""Errors that nobody foresaw, sessions that were killed or crashed, and starting again with the unsaved work."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import excepthook, workspace
from gui.crash import log, report, restart, sessions, watch
from gui.crash.dialog import CrashDialog
from gui.crash.sessions import RunningSession, crashed_sessions
from gui.crash.watch import CrashWatch, crash_watch

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A log of the test's own."""
    monkeypatch.setattr(log, "log_file", lambda: tmp_path / "logs" / "sketchnet.log")
    named = logging.getLogger("sketchnet")
    before, named.handlers = named.handlers, []
    yield tmp_path / "logs"
    for handler in named.handlers:
        handler.close()
    named.handlers = before


@pytest.fixture
def hooked(desk, logs, monkeypatch, qapp):
    """The program's own hook, and a watch that has told nothing yet."""
    old = qapp.findChild(CrashWatch)
    fresh = CrashWatch(qapp)
    monkeypatch.setattr(watch, "crash_watch", lambda: fresh)
    monkeypatch.setattr(excepthook, "crash_watch", lambda: fresh)
    monkeypatch.setattr(workspace, "crash_watch", lambda: fresh)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    excepthook.install(desk.window.unexpected)
    fresh.leaving.connect(desk.window.studio._keep_for_recovery)
    yield fresh
    for dialog in desk.window.findChildren(CrashDialog):
        dialog.close()
    fresh.setParent(None)
    assert old is None or qapp.findChild(CrashWatch) is old


def shown() -> CrashDialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, CrashDialog)
    return found


def fail(words: str = "too bad") -> None:
    raise RuntimeError(words)


def hook_gets(call) -> None:
    """What Python does with an exception that nothing caught; pytest would take it for its own."""
    try:
        call()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_an_error_is_shown_copied_and_the_window_goes_on(desk, hooked, logs: Path, qtbot) -> None:
    hook_gets(fail)
    dialog = shown()
    text = dialog.text.toPlainText()
    for part in ("RuntimeError", "too bad", "Sketchnet ", "Python ", "torch ", "System ", "End of the log"):
        assert part in text
    assert str(Path.home()) not in text
    QTest.mouseClick(dialog.copy, desk_left())
    assert QApplication.clipboard().text() == text
    assert "too bad" in (logs / "sketchnet.log").read_text()
    assert "Something unexpected happened (RuntimeError)" in desk.window.status.text
    QTest.mouseClick(dialog.close_button, desk_left())
    assert QApplication.activeModalWidget() is None
    desk.do("undo") if desk.window.commands["undo"].isEnabled() else None


def desk_left():
    from PySide6.QtCore import Qt

    return Qt.MouseButton.LeftButton


def test_the_same_error_is_shown_once_however_often_it_comes(desk, hooked, qtbot) -> None:
    for _ in range(50):
        hook_gets(fail)
    shown().close()
    hook_gets(fail)
    assert QApplication.activeModalWidget() is None
    hook_gets(lambda: fail() if len("another place") else None)
    assert QApplication.activeModalWidget() is None, "it arose in the same place"

    def elsewhere() -> None:
        raise RuntimeError("another")

    hook_gets(elsewhere)
    assert "another" in shown().text.toPlainText()


def test_an_error_in_a_thread_is_shown_by_the_window(desk, hooked, qtbot) -> None:
    thread = threading.Thread(target=lambda: hook_gets(fail))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), CrashDialog))
    shown().close()


def test_an_error_in_a_thread_of_python_s_is_shown_too(desk, hooked, monkeypatch, qtbot) -> None:
    try:
        fail("in a thread")
    except RuntimeError as error:
        made = threading.ExceptHookArgs((RuntimeError, error, error.__traceback__, None))
        threading.excepthook(made)
    assert "in a thread" in shown().text.toPlainText()
    threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(), None, None)))


def test_restart_and_recover_writes_unsaved_work_and_starts_again(desk, hooked, monkeypatch, tmp_path, qtbot) -> None:
    started: list[list[Path]] = []
    monkeypatch.setattr(watch, "start_again", lambda files=(): started.append(list(files)))
    desk.answers.path = tmp_path / "mine.sketchnet"
    assert desk.window.files.save_to(desk.answers.path)
    desk.window.document.edit("Add", desk.graph.add("ReLU", name="unsaved"))
    hook_gets(fail)
    QTest.mouseClick(shown().restart, desk_left())
    assert started == [[desk.answers.path]]
    assert desk.window.session.journal.path.is_file()
    project = desk.window.session.journal.recover()
    assert "unsaved" in {node.name for node in project.graph.nodes.values()}


def test_work_without_a_file_is_asked_about_when_nothing_is_opened(desk, hooked, monkeypatch, qtbot) -> None:
    started: list[list[Path]] = []
    monkeypatch.setattr(watch, "start_again", lambda files=(): started.append(list(files)))
    desk.window.document.edit("Add", desk.graph.add("ReLU", name="unsaved"))
    hook_gets(fail)
    QTest.mouseClick(shown().restart, desk_left())
    assert started == [[]]
    assert desk.window.session.journal.path.is_file()


def test_a_start_that_fails_is_said_and_the_window_stays(desk, hooked, monkeypatch, qtbot) -> None:
    def refuse(_files: object = ()) -> None:
        raise OSError(8, "Exec format error")

    monkeypatch.setattr(watch, "start_again", refuse)
    hook_gets(fail)
    QTest.mouseClick(shown().restart, desk_left())
    assert "could not be started again: Exec format error" in shown().said.text()


def test_the_program_is_started_as_it_was(monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gui", "--style", "old.sketchnet"])
    monkeypatch.setattr(sys, "orig_argv", ["python3", "-P", "-m", "gui", "--style", "old.sketchnet"])
    words = restart.command([Path("-odd name.sketchnet")])
    assert words == [sys.executable, "-P", "-m", "gui", "--style", "--", "-odd name.sketchnet"]
    monkeypatch.setattr(sys, "argv", ["/opt/Sketchnet/Sketchnet"])
    monkeypatch.setattr(sys, "orig_argv", ["/opt/Sketchnet/Sketchnet"])
    assert restart.command([]) == [sys.executable]


def test_logs_stay_small(logs: Path, monkeypatch) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 2_000)
    monkeypatch.setattr(log.logger(), "propagate", False)  # pytest's own workers cannot pass half a character on
    for number in range(400):
        log.logger().error("line %d with half a character \ud800", number)
    files = sorted(path.name for path in logs.iterdir())
    assert files == ["sketchnet.log", "sketchnet.log.1", "sketchnet.log.2"]
    assert sum(path.stat().st_size for path in logs.iterdir()) < 3 * 2_200
    assert log.last_lines(2).splitlines()[-1].endswith("line 399 with half a character \\ud800")


def test_a_log_that_cannot_be_written_is_no_trouble(logs: Path, capsys) -> None:
    logs.write_text("in the place of the folder")
    log.logger().error("said")
    assert log.last_lines() == ""


def test_a_report_is_bounded_and_shows_what_acts(logs: Path) -> None:
    made = report.of_error(RuntimeError("\x1b[2J\u202e" + "x" * 1_000_000))
    assert len(made.text) <= report.LONGEST + 10
    assert "\x1b" not in made.text
    assert "\\x1b[2J\\u202e" in made.text


SESSION = """
import faulthandler, os, sys, time
from gui.crash.sessions import RunningSession
session = RunningSession()
session.begin()
print("begun", flush=True)
how = sys.argv[1]
if how == "end":
    session.end()
elif how == "crash":
    faulthandler._sigsegv()
else:
    time.sleep(600)
"""


@pytest.fixture
def sessions_here(tmp_path: Path, monkeypatch, clean_environment) -> dict[str, str]:
    monkeypatch.setattr(sessions, "state_folder", lambda: tmp_path / "sketchnet")
    return clean_environment | {"XDG_STATE_HOME": str(tmp_path)}


def run_session(environment: dict[str, str], how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-c", SESSION, how]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="state is kept elsewhere there")
def test_what_becomes_of_sessions(sessions_here: dict[str, str]) -> None:
    run_session(sessions_here, "end").communicate()
    assert crashed_sessions() == []
    running = run_session(sessions_here, "wait")
    assert crashed_sessions() == [], "it is still running"
    running.send_signal(signal.SIGKILL)
    running.communicate()
    killed = crashed_sessions()
    assert [session.said for session in killed] == [""]
    assert "ended from outside" in report.of_session(killed[0]).text
    assert crashed_sessions() == [], "it is told of once"
    run_session(sessions_here, "crash").communicate()
    (crashed,) = crashed_sessions()
    assert "Segmentation fault" in crashed.said
    assert "_sigsegv" in report.of_session(crashed).text or "<string>" in report.of_session(crashed).text


def test_files_of_sessions_that_somebody_made(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sessions, "state_folder", lambda: tmp_path)
    folder = tmp_path / "sessions"
    folder.mkdir()
    (folder / "session-1.log").write_bytes(b"\xff\0" * 10)
    (folder / "session-2.log").write_bytes(b"x" * (sessions.LARGEST + 1))
    (folder / "session-3.log").mkdir()
    os.mkfifo(folder / "session-4.log") if hasattr(os, "mkfifo") else None
    (folder / "session-5.log").symlink_to("/dev/zero")
    for number in range(100):
        (folder / f"session-many{number}.log").write_text("")
    assert len(crashed_sessions()) <= sessions.MOST_KEPT
    assert not [path for path in folder.iterdir() if path.is_file()]


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sessions, "state_folder", lambda: tmp_path / "file")
    session = RunningSession()
    session.begin()
    session.end()
    assert crashed_sessions() == []


def test_the_next_start_tells_of_a_crash_after_other_questions(desk, hooked, tmp_path, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(sessions, "state_folder", lambda: tmp_path)
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "session-1.log").write_text("Fatal Python error: Aborted\n")
    question = desk.window.dialogs
    del question
    box = CrashDialog(report.of_error(RuntimeError("asked first")), may_restart=False, parent=desk.window)
    box.open()
    hooked.tell_crash(desk.window)
    assert QApplication.activeModalWidget() is box
    QTimer.singleShot(0, box.close)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), CrashDialog) and shown() is not box)
    assert "Fatal Python error: Aborted" in shown().text.toPlainText()
    assert not shown().restart.isVisible()
    assert shown().windowTitle() == "Crash report"


def test_there_is_one_watch(qapp) -> None:
    assert crash_watch() is crash_watch()
