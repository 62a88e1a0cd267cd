"""The computer does not fall asleep while a network is trained.

Linux and macOS have a program for that, which ends when the pipe from this process closes or the process is gone:
also after it was killed. Windows is asked by a call, which counts as long as the process lives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress

from gui.desktop.identity import NAME
from gui.system import presence

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001
_ENDS_WITHIN_S = 2.0


def can_stay_awake() -> bool:
    """Whether there is a way on this computer."""
    return presence.has_desktop() and (sys.platform == "win32" or bool(_command()))


def _command() -> list[str]:
    """The program that keeps the computer awake as long as it runs; [] where there is none."""
    if sys.platform == "darwin":
        found = shutil.which("caffeinate")
        return [found, "-i", "-w", str(os.getpid())] if found else []
    if not sys.platform.startswith("linux"):
        return []
    found, waits = shutil.which("systemd-inhibit"), shutil.which("cat")
    if not found or not waits:
        return []
    why = "--why=A network is being trained"
    return [found, "--what=idle:sleep", f"--who={NAME}", why, "--mode=block", waits]


class StayAwake:
    """Keeps the computer awake from ``hold`` to ``release``; both may be called again."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Whether the computer was asked to stay awake."""
        return self._is_held

    def hold(self) -> None:
        """Do not fall asleep from now on."""
        if self._is_held:
            return
        self._is_held = True
        if sys.platform == "win32":
            _ask_windows(_CONTINUOUS | _SYSTEM_REQUIRED)
            return
        nothing = subprocess.DEVNULL
        with suppress(OSError):
            words = _command()
            if words:
                self._child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing)

    def release(self) -> None:
        """The computer may sleep again."""
        if not self._is_held:
            return
        self._is_held = False
        if sys.platform == "win32":
            _ask_windows(_CONTINUOUS)
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        if sys.platform == "darwin":
            child.terminate()
        try:
            child.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _ask_windows(state: int) -> None:
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.windll.kernel32.SetThreadExecutionState(state)  # type: ignore[attr-defined]
