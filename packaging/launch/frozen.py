"""What both frozen programs do before anything else.

A copy of one of them is started for every process that multiprocessing makes, which ``freeze_support`` tells from a
start by the user.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

_LIBRARIES = "LD_LIBRARY_PATH"


def begin() -> None:
    """Be the process that multiprocessing asked for, where this is one; otherwise see to those that come later."""
    multiprocessing.freeze_support()
    multiprocessing.set_start_method("spawn")
    _forget_own_libraries()


def _forget_own_libraries() -> None:
    """Programs of the system that are run from here must find the system's libraries, not those that lie beside us.

    The linker has read the variable when this process started, so nothing changes for us.
    """
    if not sys.platform.startswith("linux"):
        return
    before = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    os.environ.pop(_LIBRARIES, None)
    if before:
        os.environ[_LIBRARIES] = before
