"""Ways to run start.py in a temporary checkout, on a made-up .venv where a real one would take minutes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="the made-up interpreter is a shell script")
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def make_up_venv(folder: Path, start: ModuleType, script: str, *, stamped: bool = True) -> None:
    """A .venv whose Python is this shell script."""
    site = Path(start.site_packages())
    for name in ("torch", "PySide6"):
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").touch()
    (site / "torch-2.13.0.dist-info").mkdir()
    (site / "torch-2.13.0.dist-info" / "RECORD").write_text("torch/__init__.py,,0\n")
    python = Path(start.venv_python())
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n" + script)
    python.chmod(0o755)
    if stamped:
        start.write_stamp(
            {
                "key": start.fingerprint(),
                "extras": ["test"],
                "plugins": ["offscreen", "xcb", "wayland"],
                "packages": start.packages(),
            }
        )


def run_start(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "start.py"), *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=100,
        check=False,
    )


def assert_one_sentence(answer: subprocess.CompletedProcess[str], *expected: str) -> None:
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    last = answer.stderr.strip().splitlines()[-1]
    for words in expected:
        assert words in last


class Recorder:
    """Stands in for ``run_logged``: notes the commands, and answers as the test says."""

    def __init__(self, start: ModuleType, *answers: tuple[str, int, str]) -> None:
        self.start, self.answers, self.commands = start, answers, []  # type: ignore[var-annotated]

    def __call__(self, command: list[str], title: str, lock: int, **environment: str) -> tuple[int, str]:
        line = " ".join(command)
        self.commands.append(line)
        for part, status, talk in self.answers:
            if part in line:
                return status, talk
        return 0, ""
