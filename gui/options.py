"""What can be typed after ``sketchnet``, the program with the window; Qt has words of its own, such as -style.

Read only where there are such words: a start by double-click has no time for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import __version__
from gui.request import NEW_WINDOW

if TYPE_CHECKING:
    from argparse import ArgumentParser


def parser() -> ArgumentParser:
    """The parser of these words; what it does not know is for Qt."""
    import argparse

    made = argparse.ArgumentParser(
        prog="sketchnet",
        description="Sketch a neural network, train it and try it out, in a window. What the window does can be done "
        "from a terminal as well: see sketchnet-cli.",
        allow_abbrev=False,
    )
    made.add_argument("files", metavar="FILE", nargs="*", help="projects to open")
    made.add_argument(
        NEW_WINDOW,
        action="store_true",
        help="open them, or an empty diagram, in a new window of the program that is running",
    )
    made.add_argument(
        "--install-desktop",
        action="store_true",
        help="put Sketchnet into the menus of your desktop, with its kind of file, icons, sketchnet-cli, manual pages "
        "and completion, all in your home folder; then end",
    )
    made.add_argument("--uninstall-desktop", action="store_true", help="take all of that away again; then end")
    made.add_argument("--version", action="version", version=f"Sketchnet {__version__}")
    return made
