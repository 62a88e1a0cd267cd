"""The computer stays awake while a network is trained, and may sleep afterwards whatever became of the program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gui import run_watch
from gui.preferences.store import preferences
from gui.run_watch import desktop
from gui.system import awake, presence
from gui.system.awake import StayAwake, can_stay_awake

RUNS_ITS_WORDS = 'for word in "$@"; do last="$word"; done; "$last"; echo ended >> "$0.end"'
"""As systemd-inhibit does: it runs the program behind its options, and ends with that."""


@pytest.fixture
def inhibits(programs) -> Path:
    programs.add("systemd-inhibit", RUNS_ITS_WORDS)
    return programs.folder / "systemd-inhibit.end"


def test_it_asks_and_ends(programs, inhibits: Path) -> None:
    asked = StayAwake()
    asked.hold()
    asked.hold()
    said = programs.wait_for(lambda text: "cat" in text)
    assert said.count("--what=idle:sleep") == 1
    assert "--who=Sketchnet" in said
    assert not inhibits.exists()
    asked.release()
    asked.release()
    assert inhibits.read_text() == "ended\n"


SCRIPT = """
import time
from gui.system import presence
presence.has_desktop = lambda: True
from gui.system.awake import StayAwake
asked = StayAwake()
asked.hold()
print("held", flush=True)
time.sleep(600)
"""


def test_it_ends_with_a_program_that_is_killed(programs, inhibits: Path, clean_environment) -> None:
    environment = clean_environment | {"PATH": os.environ["PATH"]}
    process = subprocess.Popen([sys.executable, "-P", "-c", SCRIPT], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    programs.wait_for(lambda text: "cat" in text)
    assert not inhibits.exists()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    programs.said.write_text("")
    programs.wait_for(lambda _text: inhibits.exists())


def test_without_the_program_nothing_happens(monkeypatch) -> None:
    monkeypatch.setattr(presence, "has_desktop", lambda: True)
    monkeypatch.setattr(awake, "_command", list)
    assert not can_stay_awake() or sys.platform == "win32"
    asked = StayAwake()
    asked.hold()
    assert asked.is_held
    asked.release()


def test_one_that_does_not_end_is_ended(programs, monkeypatch) -> None:
    monkeypatch.setattr(awake, "_ENDS_WITHIN_S", 0.05)
    programs.add("systemd-inhibit", f"exec {shutil.which('sleep')} 600")
    asked = StayAwake()
    asked.hold()
    programs.wait_for(lambda text: "cat" in text)
    child = asked._child
    assert child is not None
    asked.release()
    assert child.returncode is not None


def test_a_run_keeps_awake_but_for_its_pauses(desk, programs, inhibits: Path, monkeypatch) -> None:
    monkeypatch.setattr(run_watch, "AWAKE_AFTER_MS", 0)
    preferences().reset()
    watch = desk.window.studio._watch
    watch._patience.setInterval(0)
    desk.use("points-2d", epochs=5000, dataset_options__samples=200)
    held = desktop().awake
    desk.do("train")
    desk.until(lambda: held.is_held, "it stays awake")
    desk.do("pause")
    desk.until(lambda: not held.is_held, "a run that rests lets it sleep")
    desk.do("pause")
    desk.until(lambda: held.is_held, "it stays awake again")
    preferences().set("stay_awake", False)
    assert not held.is_held
    preferences().set("stay_awake", True)
    assert held.is_held
    desk.do("stop")
    desk.until(lambda: not desk.trainer.running and not held.is_held, "the end")


def test_where_nobody_looks_nothing_is_asked(desk) -> None:
    assert not presence.has_desktop()
    assert not can_stay_awake()
