"""What the tests of the command line share: a folder to stand in, and a way to run a command as a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the present one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def process(here: Path, clean_environment: dict[str, str]) -> Command:
    """Runs a command as a person would, in a process of its own."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "engine.cli", *words],
            cwd=here,
            env=clean_environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that must refuse: status 1 or 2, nothing on stdout, one sentence on stderr, which it returns."""

    def run(*words: str, status: int = 1) -> str:
        assert main(list(words)) == status
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith("sketchnet-cli: ")
        assert shown.err.count("\n") == 1
        return shown.err.removeprefix("sketchnet-cli: ").strip()

    return run
