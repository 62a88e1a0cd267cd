"""The program as it is started: the frame before all that takes long, and one program however often it is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resources import examples

FIRST_PAINT = """
import os, sys
from gui import app, first_run

made = first_run.FirstSight.__init__

def seen():
    print(*sorted({name.split(".")[0] for name in sys.modules}), flush=True)
    print(*sorted(name for name in sys.modules if name.startswith(("gui.", "engine."))), flush=True)
    os._exit(0)

def watched(self, widget):
    made(self, widget)
    self.seen.connect(seen)

first_run.FirstSight.__init__ = watched
app.main([])
"""

RUNNING = """
import sys
from PySide6.QtCore import QTimer
from gui import app, open_windows, windows

told = []

def look():
    windows = open_windows.open_windows()
    titles = [window.windowTitle() for window in windows.all if getattr(window, "is_furnished", False)]
    if titles and titles != told:
        told[:] = titles
        print(*(ascii(title) for title in titles), sep="|", flush=True)

def start_and_look(self, *arguments):
    start(self, *arguments)
    timer = QTimer(self)
    timer.timeout.connect(look)
    timer.start(20)
    print(ascii("started"), flush=True)

start = windows.Windows.start
windows.Windows.start = start_and_look
sys.exit(app.main(sys.argv[1:]))
"""


@pytest.fixture
def environment(clean_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """With a home, settings and a place to meet of their own."""
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    return clean_environment | dict.fromkeys(homes, str(home))


def test_nothing_that_takes_long_is_loaded_before_the_first_paint(environment: dict[str, str]) -> None:
    command = [sys.executable, "-P", "-c", FIRST_PAINT]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    packages, ours = (set(line.split()) for line in done.stdout.splitlines())
    assert "PySide6" in packages
    assert packages & {"torch", "sklearn", "scipy", "pandas", "numpy", "pyqtgraph", "PIL", "requests"} == set()
    heavy = ("gui.interior", "gui.canvas", "gui.panels", "gui.plots", "gui.workspace", "engine.graph", "engine.data")
    assert [name for name in ours if name.startswith(heavy)] == []


class Running:
    """The program with a window, somewhere."""

    def __init__(self, environment: dict[str, str], folder: Path, *words: str) -> None:
        command = [sys.executable, "-P", "-c", RUNNING, *words]
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def until(self, *titles: str) -> None:
        """Wait until the windows have these titles."""
        self.until_said(*(ascii(title) for title in titles))

    def until_said(self, *words: str) -> None:
        """Wait until it says these words, in whatever order."""
        line = "?"
        assert self.process.stdout is not None
        while line:
            line = self.process.stdout.readline()
            if set(line.rstrip("\n").split("|")) == set(words):
                return
        raise AssertionError(f"It ended before it said {words}.")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "one").mkdir()
    for name in ("one/erste ü.sketchnet", "zweite 数.sketchnet", "third.sketchnet"):
        shutil.copy(examples.path("digits"), tmp_path / name)
    made = Running(environment, tmp_path / "one", "erste ü.sketchnet")
    made.until_said("'started'")
    yield made
    made.end()


@pytest.mark.endurance
@pytest.mark.skipif(os.name != "posix", reason="sockets as POSIX has them")
def test_a_second_start_opens_its_file_in_the_first(
    running: Running, environment: dict[str, str], tmp_path: Path
) -> None:
    def start(*words: str) -> int:
        command = [sys.executable, "-P", "-m", "gui", *words]
        return subprocess.run(command, env=environment, cwd=tmp_path, check=False, timeout=100).returncode

    assert start("zweite 数.sketchnet") == 0, "as it may be before the first has more than its frame"
    running.until("erste ü[*]", "zweite 数[*]")
    assert start("one/../one/erste ü.sketchnet") == 0
    assert start("--new-window") == 0
    running.until("erste ü[*]", "zweite 数[*]", "untitled[*]")
    assert start("third.sketchnet") == 0
    running.until("erste ü[*]", "zweite 数[*]", "third[*]")


CLOSED_AT_ONCE = """
import sys
from PySide6.QtCore import QTimer
from gui import app, windows

start = windows.Windows.start

def start_and_close(self, first, *arguments):
    start(self, first, *arguments)
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, first.close))

windows.Windows.start = start_and_close
sys.exit(app.main([]))
"""


def test_a_window_that_is_closed_while_it_is_being_loaded_ends_the_program(environment: dict[str, str]) -> None:
    command = [sys.executable, "-P", "-c", CLOSED_AT_ONCE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
