"""What is told of an error or a crash: versions, the system, where in the program it was, the end of the log.

Nothing of the user's is in it: no project, no data, and the home folder is written as ``~``.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine import __version__
from engine.text import printable
from gui.crash import log
from gui.crash.sessions import CrashedSession

PARTS = ("PySide6_Essentials", "torch", "numpy", "pyqtgraph")
LONGEST = 40_000
"""Letters of a report; of a longer one the middle is left out."""


@dataclass(frozen=True)
class CrashReport:
    """``title`` and ``sentence`` say what happened; ``text`` is what somebody who is to find the cause needs."""

    title: str
    sentence: str
    text: str


def of_error(error: BaseException) -> CrashReport:
    """An error that nothing has caught; the program goes on."""
    lines = "".join(traceback.format_exception(error))
    return CrashReport(
        "Something unexpected happened",
        "Sketchnet goes on, and your work is safe. If something looks wrong now, restart: unsaved work is kept for "
        "recovery.",
        _text(f"{type(error).__name__} at {datetime.now():%Y-%m-%d %H:%M:%S}", lines),
    )


def of_session(session: CrashedSession) -> CrashReport:
    """A session that ended without its window being closed."""
    when = f"{session.when:%Y-%m-%d %H:%M}"
    ended = session.said or "Nothing was written: the process was ended from outside, or the computer went off."
    return CrashReport(
        "Sketchnet ended unexpectedly last time",
        f"That was on {when}. Unsaved work is offered for recovery wherever there was any.",
        _text(f"A session ended unexpectedly, last heard of at {when}", ended),
    )


def versions_text() -> str:
    """The same, a line each."""
    return "\n".join(f"{name} {version}" for name, version in versions())


def versions() -> list[tuple[str, str]]:
    """The names and versions of what the program is made of, without loading any of it."""
    found = [("Sketchnet", __version__), ("Python", platform.python_version())]
    for name in PARTS:
        try:
            found.append((name.replace("_", "-"), importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name.replace("_", "-"), "unknown"))
    found.append(("System", platform.platform()))
    return found


def _text(what: str, details: str) -> str:
    lines = log.last_lines()
    parts: Iterable[str] = (
        what,
        versions_text(),
        details.strip(),
        f"End of the log\n{lines}" if lines else "",
    )
    return _shortened(printable(without_home("\n\n".join(filter(None, parts))), lines=True))


def without_home(text: str) -> str:
    """``text`` with the user's home folder as ``~``: its name is often that of a person."""
    home = str(Path(os.path.expanduser("~")))
    return text.replace(home, "~") if len(home) > 1 else text


def _shortened(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}\n…\n{text[-half:]}"
