"""The program that opens the window, started without standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui import app, window

def begin(self, path):
    with open("seen", "w") as file:
        os.write(2, b"a warning of Qt")
        file.write(f"{file.fileno() > 2} {sys.stdout is not None} {sys.stderr is not None}")
    QTimer.singleShot(0, QApplication.quit)

window.Window.begin = begin
sys.exit(app.main([]))
"""


@pytest.mark.skipif(os.name != "posix", reason="a shell as POSIX has it")
def test_it_opens_without_standard_streams(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    """As a desktop starts it; a file that takes the place of one would get what libraries print."""
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(tmp_path))
    command = ["sh", "-c", f'exec "{sys.executable}" -P -c "$0" <&- >&- 2>&-', SCRIPT]
    done = subprocess.run(command, env=clean_environment | homes, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert (tmp_path / "seen").read_text() == "True True True"
