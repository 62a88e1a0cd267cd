"""Starting the program again in place of this process, with the unsaved work written down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def command(files: Sequence[Path]) -> list[str]:
    """The words that start the program as this process was started, but for the files: with these."""
    own = len(sys.argv) - 1
    started = sys.orig_argv[1 : len(sys.orig_argv) - own] if own else sys.orig_argv[1:]
    options = [word for word in sys.argv[1:] if word.startswith("-") and word != "--"]
    return [sys.executable, *started, *options, *(["--"] if files else []), *map(str, files)]


def start_again(files: Sequence[Path] = ()) -> None:
    """End this process at once and start the program with ``files``; what is to be kept has been written. Raises
    OSError where that cannot be done; then nothing has changed."""
    words = command(files)
    environment = dict(os.environ)
    if getattr(sys, "frozen", False):
        environment["PYINSTALLER_RESET_ENVIRONMENT"] = "1"  # else it would take itself for a part of this process
    if sys.platform == "win32":
        subprocess.Popen(words, env=environment)
        os._exit(0)
    os.execve(words[0], words, environment)
