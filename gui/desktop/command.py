"""What can be asked of ``sketchnet`` without a window: ``--install-desktop`` and the like, and what is said of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from engine.files.atomic import WriteError
from gui import options
from gui.desktop.installing import Home


def answered(words: Sequence[str]) -> int | None:
    """Do what of these words needs no window, and return the exit status; None where a window is asked for."""
    try:
        asked, _ = options.parser().parse_known_args(words)
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    if asked.install_desktop:
        return install()
    return uninstall() if asked.uninstall_desktop else None


def install() -> int:
    """Put Sketchnet into the user's menus; the exit status."""
    if not _has_menus():
        return _refuse("--install-desktop is for Linux; on this system the installer does it.")
    home = Home.of_user()
    try:
        home.install()
    except (OSError, WriteError) as error:
        return _refuse(f"Sketchnet could not be put into your menus: {error}.")
    print(f"Sketchnet is in your menus, and opens project files; sketchnet-cli lies in {home.programs}.")
    if str(home.programs) not in os.environ.get("PATH", "").split(os.pathsep):
        print(f"To type sketchnet-cli anywhere, add {home.programs} to PATH.")
    for path in home.kept:
        print(f"{path} was there already and is left as it is.")
    return 0


def uninstall() -> int:
    """Take it out again; the exit status."""
    if not _has_menus():
        return _refuse("--uninstall-desktop is for Linux; on this system the installer does it.")
    try:
        there = Home.of_user().uninstall()
    except OSError as error:
        return _refuse(f"Not all of it could be removed: {error}.")
    print("Sketchnet is gone from your menus." if there else "Sketchnet was not in your menus: nothing was removed.")
    return 0


def _has_menus() -> bool:
    return sys.platform not in ("win32", "darwin")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
