"""Work in a thread that the caller waits for, while the window keeps painting and its animations keep running."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, QThread

from gui.threads import STACK_BYTES

Result = TypeVar("Result")
AGAIN_MS = 30
"""How soon to try again what has to wait for such work."""
GIVE_WAY_S = 0.001
"""How soon the thread lets the window's thread go on: a frame asks for that several times."""
_under_way: list[QThread] = []
_guard, _giving_way, _usual = threading.Lock(), list[None](), 0.0


@contextmanager
def giving_way() -> Iterator[None]:
    """Threads that work meanwhile let the window's go on soon; for several at once, in any thread."""
    global _usual
    with _guard:
        if not _giving_way:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(GIVE_WAY_S)
        _giving_way.append(None)
    try:
        yield
    finally:
        with _guard:
            _giving_way.pop()
            if not _giving_way:
                sys.setswitchinterval(_usual)


class _Errand(QThread, Generic[Result]):
    """``results`` holds what came of it, or else ``error``."""

    def __init__(self, work: Callable[[], Result]) -> None:
        super().__init__()
        self.setStackSize(STACK_BYTES)
        self._work = work
        self.results: list[Result] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Runs in the thread."""
        try:
            self.results.append(self._work())
        except BaseException as error:
            self.error = error


def under_way() -> bool:
    """Whether somebody waits for such work now. What comes to the window by itself meanwhile has to wait as well."""
    return bool(_under_way)


def aside(work: Callable[[], Result]) -> Result:
    """Do ``work``, which must not touch anything of the window's, in a thread; returns or raises what it does.

    Mouse and keys are answered afterwards: whatever the user does meanwhile is meant for what comes of the work.
    """
    errand, loop = _Errand(work), QEventLoop()
    errand.finished.connect(loop.quit)
    _under_way.append(errand)
    try:
        with giving_way():
            errand.start()
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            errand.wait()
            # What is due comes before what follows.
            loop.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    finally:
        _under_way.remove(errand)
    if errand.error is not None:
        raise errand.error
    return errand.results[0]
