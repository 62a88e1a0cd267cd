"""The whole program, killed and started again, and started again by its own button: the work is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and exec as POSIX has them")

SCRIPT = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from gui import app, window
from gui.crash.dialog import CrashDialog

step = Path("step")
number = int(step.read_text()) + 1 if step.exists() else 1
step.write_text(str(number))
begun = window.Window.begin

def say(*words):
    print(number, *words, flush=True)

def press(words):
    box = QApplication.activeModalWidget()
    button = next(b for b in box.findChildren(QPushButton) if b.text() == words)
    button.click()

def names(self):
    return sorted(node.name for node in self.document.graph.nodes.values())

def begin(self, path):
    QTimer.singleShot(0, lambda: look(self))
    begun(self, path)

def look(self, tries=0):
    modal = QApplication.activeModalWidget()
    if number == 1:
        self.session.new("empty")
        self.document.edit("Add", self.document.graph.add("ReLU", name="unsaved"))
        if HOW == "kill":
            self.session.write_journal()
        if HOW != "restart":
            say("ready")
            return
        def fail():
            raise RuntimeError("too bad")
        QTimer.singleShot(0, fail)
        QTimer.singleShot(1, lambda: restart())
        return
    if isinstance(modal, QMessageBox):
        say("asked", modal.text())
        QTimer.singleShot(0, lambda: look(self))
        press("Restore")
        return
    if isinstance(modal, CrashDialog):
        say("report", "ended from outside" in modal.text.toPlainText())
        press("Close")
    elif tries < 400 and (HOW == "kill" or "unsaved" not in names(self)):
        QTimer.singleShot(20, lambda: look(self, tries + 1))
        return
    say("restored", "unsaved" in names(self), QApplication.activeModalWidget())
    os._exit(0)

def restart(tries=0):
    if isinstance(QApplication.activeModalWidget(), CrashDialog):
        press("Restart and recover")
    elif tries < 400:
        QTimer.singleShot(20, lambda: restart(tries + 1))

window.Window.begin = begin
HOW = os.environ["HOW"]
sys.exit(app.main([]))
"""


def start(environment: dict[str, str], home: Path, how: str) -> subprocess.Popen[str]:
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    command = [sys.executable, "-P", "-c", SCRIPT]
    environment = environment | dict.fromkeys(names, str(home)) | {"HOW": how}
    return subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.PIPE, text=True)


def test_after_a_kill_the_next_start_offers_the_work_and_tells(tmp_path: Path, clean_environment) -> None:
    first = start(clean_environment, tmp_path, "kill")
    assert first.stdout is not None
    assert first.stdout.readline() == "1 ready\n"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    said, _ = start(clean_environment, tmp_path, "kill").communicate(timeout=200)
    asked, *rest = said.splitlines()
    assert asked.startswith("2 asked There is unsaved work that had no file yet")
    assert rest == ["2 report True", "2 restored True None"]


def test_an_end_that_was_asked_for_is_no_crash_and_the_work_is_there(tmp_path: Path, clean_environment) -> None:
    first = start(clean_environment, tmp_path, "terminate")
    assert first.stdout is not None
    assert first.stdout.readline() == "1 ready\n"
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=200)
    assert first.returncode == -signal.SIGTERM
    said, _ = start(clean_environment, tmp_path, "terminate").communicate(timeout=200)
    asked, restored = said.splitlines()
    assert asked.startswith("2 asked There is unsaved work that had no file yet")
    assert restored == "2 restored True None"


def test_restart_and_recover(tmp_path: Path, clean_environment) -> None:
    said, _ = start(clean_environment, tmp_path, "restart").communicate(timeout=200)
    asked, restored = said.splitlines()
    assert asked.startswith("2 asked There is unsaved work that had no file yet")
    assert restored == "2 restored True None", "and no crash is told of: it ended as it was to"
