"""Uncaught exceptions: written to a log, told in a sentence and a report, and the window keeps running."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from gui.crash.log import log_file, logger
from gui.crash.watch import crash_watch


class _Teller(QObject):
    """Carries what happened into the window's thread, wherever the exception came from."""

    told = Signal(str)
    caught = Signal(object)


_teller: _Teller | None = None


def install(tell: Callable[[str], None]) -> None:
    """From now on exceptions in slots, timers and threads reach ``tell`` (a method of a QObject) as a sentence."""
    global _teller
    _teller = _Teller()
    _teller.told.connect(tell)
    _teller.caught.connect(crash_watch().tell_error)
    teller = weakref.ref(_teller)
    log = logger()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("unexpected", exc_info=(kind, error, trace))
        found = teller()
        if found is not None:
            name = kind.__name__
            found.told.emit(f"Something unexpected happened ({name}). Your work is safe; details: {log_file()}")
            found.caught.emit(error if error.__traceback__ is trace else error.with_traceback(trace))

    def thread_hook(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not issubclass(failed.exc_type, SystemExit):
            hook(failed.exc_type, failed.exc_value, failed.exc_traceback)

    sys.excepthook, threading.excepthook = hook, thread_hook
