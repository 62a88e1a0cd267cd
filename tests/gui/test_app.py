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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display without saying so")
def test_without_a_display_it_says_so(clean_environment: dict[str, str]) -> None:
    """Qt would end the program with a report of a crash."""
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    without = {name: value for name, value in clean_environment.items() if name not in displays}
    command = [sys.executable, "-P", "-m", "gui"]
    done = subprocess.run(command, env=without, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("No window can open: there is no display here")
    assert done.stderr.count("\n") == 1


STARTED = """
import os
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui import app, window

begun = window.Window.begin
def begin(self, path):
    begun(self, path)
    def end():
        from gui import theme
        print(self.status.text)
        ratio = QApplication.primaryScreen().devicePixelRatio()
        print(theme.current().name, ratio, "QT_SCALE_FACTOR" in os.environ)
        QApplication.quit()
    QTimer.singleShot(0, end)

window.Window.begin = begin
sys.exit(app.main([]))
"""


def started(environment: dict[str, str], home: Path) -> list[str]:
    """What the program says and looks like that is started with ``home`` for everything of the user's."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    command = [sys.executable, "-P", "-c", STARTED]
    environment = {name: value for name, value in environment.items() if name != "QT_SCALE_FACTOR"}
    environment |= dict.fromkeys(names, str(home))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="settings are no file there")
def test_the_interface_has_the_chosen_size_and_theme(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    kept = tmp_path / "sketchnet" / "sketchnet.conf"
    kept.parent.mkdir()
    kept.write_text("[General]\nscale=150\ntheme=dark\n")
    assert started(clean_environment, tmp_path)[-1] == "dark 1.5 False"
    kept.write_text("[General]\nscale=7\ntheme=purple\n")
    assert started(clean_environment, tmp_path)[-1] == "light 1.0 False"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="settings are no file there")
def test_damaged_settings_are_said_once(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    kept = tmp_path / "sketchnet" / "sketchnet.conf"
    kept.parent.mkdir()
    kept.write_bytes(b"\0" * 500)
    assert "sketchnet.conf-damaged" in started(clean_environment, tmp_path)[0]
    assert "damaged" not in started(clean_environment, tmp_path)[0]


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    (tmp_path / "file").write_text("in which there can be no folder")
    said = started(clean_environment, tmp_path / "file")
    if sys.platform not in ("win32", "darwin"):
        assert "they last until Sketchnet is closed" in said[0]
