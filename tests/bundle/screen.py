"""A screen of its own for a real program: Xvfb, whose pixels lie in a file, with xdotool for mouse and keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOOLS = ("Xvfb", "xdotool")
PATIENCE = 120.0
"""Seconds that anything waited for may take."""


def missing() -> list[str]:
    """Which of the tools are not here."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def until(found: Callable[[], object], what: str, seconds: float = PATIENCE) -> object:
    """Ask again and again until there is an answer that is true, and return it."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"in {seconds:.0f} s there was no {what}"
        time.sleep(0.2)
    return answer


class Screen:
    """One virtual screen; ``close`` ends it."""

    def __init__(self, folder: Path, width: int = 1440, height: int = 900) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-screen", "0", f"{width}x{height}x24", "-ac", "-nolisten", "tcp", "-fbdir", str(folder)]
        self._process = subprocess.Popen(
            [*command, "-displayfd", str(write)], pass_fds=(write,), stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as told:
            self.display = f":{told.readline().strip()}"
        self._pixels = folder / "Xvfb_screen0"

    def close(self) -> None:
        """End it, and whatever still shows something on it loses its screen."""
        self._process.terminate()
        self._process.wait()

    def pixels(self) -> NDArray[np.int64]:
        """What is on the screen now: height × width × red, green and blue, from 0 to 255.

        The file has the form of the program xwd: a header of words, of which the first is its size, then colours of 12
        bytes each, then rows of pixels of 4 bytes.
        """
        data = self._pixels.read_bytes()
        words = np.frombuffer(data, ">u4", 25)
        start, width, height, row, colours = (int(words[place]) for place in (0, 4, 5, 12, 19))
        rows = np.frombuffer(data, np.uint8, row * height, start + 12 * colours).reshape(height, row)
        return rows[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1].astype(np.int64)

    def do(self, *words: object) -> str:
        """Have xdotool do something; what it says."""
        command = ["xdotool", *map(str, words)]
        environment = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.strip()

    def windows(self) -> list[str]:
        """The numbers of the program's windows that are wide enough to be no menu and no hint."""
        found = []
        for window in self.do("search", "--onlyvisible", "--class", "sketchnet").split():
            width, _ = self.size(window)
            found += [window] * (width > 600)
        return found

    def size(self, window: str) -> tuple[int, int]:
        """Pixels across and down."""
        lines = self.do("getwindowgeometry", "--shell", window).splitlines()
        told = dict(line.split("=") for line in lines if "=" in line)
        return int(told.get("WIDTH", 0)), int(told.get("HEIGHT", 0))

    def press(self, window: str, key: str) -> None:
        """Press a key in a window, such as F5 or ctrl+s."""
        self.do("windowraise", window)
        self.do("windowfocus", "--sync", window)
        self.do("key", key)

    def draw(self, points: list[tuple[int, int]]) -> None:
        """Draw a line with the mouse through these points of the screen."""
        self.do("mousemove", *points[0])
        self.do("mousedown", 1)
        for point in points:
            self.do("mousemove", *point)
            time.sleep(0.02)
        self.do("mouseup", 1)
