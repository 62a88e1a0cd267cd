"""The bundle, started as somebody would who has no Python: by a user who may not write into its folder.

    python3 start.py bundle
    SKETCHNET_BUNDLE=dist/Sketchnet python3 start.py test -n 0 tests/bundle

The whole of it is one story on one screen, since a start takes long. Needs Xvfb and xdotool.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import resources
from tests.bundle.screen import Screen, missing, until

pytestmark = [
    pytest.mark.bundle,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not os.environ.get("SKETCHNET_BUNDLE"), reason="SKETCHNET_BUNDLE names no bundle"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the screen is one of Linux"),
]

NOBODY = 65_534
ACCENT = np.array((0x3B, 0x5B, 0xDB))


class Place:
    """The bundle in a folder with an awkward name, the home of a user who can do little, and a screen."""

    def __init__(self, root: Path, screen: Screen) -> None:
        self.screen = screen
        self.bundle = root / "Programme für 神経回路" / "Sketchnet"
        self.home = root / "home of Jörg Müller"
        self.running: list[subprocess.Popen[bytes]] = []
        nothing = root / "empty"
        nothing.mkdir()
        self.environment = {"DISPLAY": screen.display, "HOME": str(self.home), "PATH": str(nothing), "LANG": "C.UTF-8"}
        made = Path(os.environ["SKETCHNET_BUNDLE"]).resolve()
        shutil.copytree(made, self.bundle, symlinks=True, copy_function=_linked)
        self.allow(0o555)
        self.home.mkdir()
        self.own(self.home)

    def allow(self, mode: int) -> None:
        """Set what may be done with the folders of the bundle; root may do all, but the program is not run as root."""
        for folder in (self.bundle, *self.bundle.rglob("*")):
            if folder.is_dir() and not folder.is_symlink():
                folder.chmod(mode)

    def own(self, *paths: Path) -> None:
        """Let the user have these."""
        for path in paths:
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)

    def options(self, home: str | None = None) -> dict[str, Any]:
        """How a program is run: as that user, where that can be chosen, and with next to nothing around it."""
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        environment = self.environment if home is None else {**self.environment, "HOME": home}
        return {"env": environment, "cwd": "/", **user}

    def run(self, *words: str | Path, home: str | None = None) -> str:
        """Run the command line to its end; what it says."""
        command = [self.bundle / "sketchnet-cli", *words]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **self.options(home))
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def start(self, *words: str | Path, home: str | None = None) -> subprocess.Popen[bytes]:
        """Start the program with the window; what it says goes to a file in no one's way."""
        said = self.home.parent / f"said-{len(self.running)}.txt"
        command = [self.bundle / "Sketchnet", *words]
        with said.open("wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, **self.options(home))
        self.running.append(process)
        return process

    def said(self) -> str:
        """All that the programs have said."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.parent.glob("said-*.txt")))

    def info(self, file: Path) -> dict[str, Any]:
        """What the command line finds in a project file."""
        found: dict[str, Any] = json.loads(self.run("info", file, "--json"))
        return found


def _linked(source: str, target: str) -> str:
    """A file under a second name where the disk allows it: the bundle is large."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    assert missing() == [], f"this test needs {missing()}: apt-get install xvfb xdotool"
    root = Path(tempfile.mkdtemp(prefix="sketchnet-bundle-"))
    root.chmod(0o755)
    screen = Screen(root)
    made = Place(root, screen)
    try:
        yield made
    finally:
        for process in made.running:
            process.kill()
            process.wait()
        screen.close()
        made.allow(0o755)
        shutil.rmtree(root)


def dark_square(screen: Screen) -> tuple[int, int] | None:
    """Left and top of what the network sees of the pad, the one large dark thing in the light window."""
    dark = screen.pixels().max(axis=2) < 40
    rows, columns = (np.flatnonzero(dark[:820, 900:1420].sum(axis=axis) > 60) for axis in (1, 0))
    is_one = all(60 < len(places) < 140 for places in (rows, columns))  # before it is painted everything is dark
    return (int(columns[0]) + 900, int(rows[0])) if is_one else None


def digit_read(screen: Screen, left: int, top: int, right: int) -> int | None:
    """Which of the ten bars under the pad is high: its place among them."""
    below = screen.pixels()[top + 185 : top + 330, left:right]
    filled = (np.abs(below - ACCENT).max(axis=2) < 12).sum(axis=0)
    if filled.max(initial=0) < 5:
        return None
    return int(np.flatnonzero(filled == filled.max()).mean() / (right - left) * 10)


def test_the_command_line_runs_without_any_python(place: Place) -> None:
    assert place.run("--version").startswith("Sketchnet ")
    listed = place.run("templates")
    assert "digit-mlp" in listed
    # From a home where nothing can be written, too.
    assert place.run("tasks", home="/proc").startswith("TASK")


def test_a_script_is_written_with_the_source_of_our_own_modules(place: Place) -> None:
    file = place.home / "sequence.sketchnet"
    place.run("new", "char-gpt", file)
    text = place.run("source", file, "--with-training")
    compile(text, "exported", "exec")
    assert "class PositionalEmbedding" in text


def test_draw_train_save_and_read(place: Place) -> None:
    digits, points = place.home / "Ziffern ä.sketchnet", place.home / "zwei Monde.sketchnet"
    shutil.copy(resources.path("examples", "digits.sketchnet"), digits)
    place.own(digits)
    place.run("new", "points-2d", points)
    place.run("train", points, "--epochs", "1")
    trained = len(place.info(points)["history"])
    screen = place.screen

    first = place.start(digits)
    window = str(until(lambda: next(iter(screen.windows()), None), "window"))
    left, top = until(lambda: dark_square(screen), "pad")  # type: ignore[misc]
    width, _ = screen.size(window)
    screen.draw([(left - 103, top + 31 + 6 * step) for step in range(21)])  # down the middle of the pad
    until(lambda: digit_read(screen, left - 194, top, width - 12) == 1, "digit read as a 1")
    screen.press(window, "ctrl+s")
    until(lambda: "drawings/0.json" in zipfile.ZipFile(digits).namelist(), "drawing in the saved file")

    second = place.start(points)
    other = str(until(lambda: next(iter(set(screen.windows()) - {window}), None), "second window"))
    assert second.wait(60) == 0
    assert first.poll() is None
    screen.press(other, "F5")
    until(lambda: _saved_with(place, other, points, trained + 1), "file with one more epoch")
    assert "Traceback" not in place.said()
    assert not any("unexpected" in log.read_text() for log in place.home.rglob("sketchnet.log"))


def _saved_with(place: Place, window: str, file: Path, epochs: int) -> bool:
    place.screen.press(window, "ctrl+s")
    return len(place.info(file)["history"]) >= epochs


def test_a_home_where_nothing_can_be_written_is_no_obstacle(place: Place) -> None:
    before = set(place.screen.windows())
    process = place.start("--new-window", home="/proc")
    until(lambda: set(place.screen.windows()) - before, "window")
    assert process.poll() is None
    assert "Traceback" not in place.said()
