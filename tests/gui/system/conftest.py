"""A desk at a window, and a desktop whose programs write down what they are asked for."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gui.system import presence
from tests.gui.window.conftest import desk

__all__ = ["desk"]


class Programs:
    """Programs in a folder of their own, which is all that PATH names beside the usual ones."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, folder / "said"

    def add(self, name: str, body: str = "") -> None:
        """A program that writes its words down, a line each, and then does ``body``."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word" >> "{self.said}"; done\n{body}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def wait_for(self, true: Callable[[str], bool]) -> str:
        """What was said, once it is so."""
        end = time.monotonic() + 60
        while not (self.said.exists() and true(self.said.read_text())):
            assert time.monotonic() < end, self.said.read_text() if self.said.exists() else "nothing was said"
            time.sleep(0.01)
        return self.said.read_text()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    if not sys.platform.startswith("linux"):
        pytest.skip("the programs of a Linux desktop")
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.setattr(presence, "has_desktop", lambda: True)
    monkeypatch.setattr(presence, "has_session_bus", lambda: True)
    return Programs(folder)
