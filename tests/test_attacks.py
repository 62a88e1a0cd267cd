"""The worker in which damaged files are tried: whatever happens to it is told for what it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("resource")

from tests.benchmarks.attacks import worker

PROGRAM = """
import os, signal, subprocess, sys, time
from tests.benchmarks.attacks.worker import serve

def attempt(path):
    if path.name == "hang":
        time.sleep(60)
    if path.name == "signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.name == "exit":
        os._exit(3)
    if path.name == "exception":
        raise ZeroDivisionError
    if path.name == "program":
        try:
            subprocess.run(["true"])
        except Exception:
            pass
    if path.name == "memory":
        bytearray(90_000_000)
    if path.name == "sentence":
        raise ValueError("This is a sentence.")
    if path.name == "no sentence":
        raise ValueError("no sentence")
    print("between the answers")
    return "fine"

serve(attempt, (ValueError,))
"""


def test_the_worker_tells_what_became_of_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 100.0)
    monkeypatch.setattr(worker, "MOST_MB", 80.0)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    watched = worker.Watched([sys.executable, str(program)])
    names = {
        "fine": "read",
        "signal": "signal",
        "exception": "exception",
        "program": "ran a program",
        "sentence": "refused",
        "no sentence": "no sentence",
        "exit": "signal",
    }
    if sys.platform == "linux":
        names["memory"] = "memory"
    try:
        assert {name: watched.attempt(tmp_path / name).kind for name in names} == names
        monkeypatch.setattr(worker, "SECONDS", 0.2)
        assert watched.attempt(tmp_path / "hang").kind == "hang"
    finally:
        watched.close()


def test_the_files_that_made_trouble_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = worker.Tally(tmp_path / "kept")
    tally.add("a.png", b"a", worker.Outcome("read", "", 0.1, 20.0))
    assert tally.report() == 0
    tally.add("b.png", b"b", worker.Outcome("signal", "SIGSEGV", 0.2, 0.0))
    assert tally.report() == 1
    assert [path.read_bytes() for path in (tmp_path / "kept").iterdir()] == [b"b"]
    assert "SIGSEGV" in capsys.readouterr().out
