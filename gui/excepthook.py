"""Uncaught exceptions: written to a log, told in a sentence, and the window keeps running."""

from __future__ import annotations

import logging
import sys
import weakref
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, Signal


class _Teller(QObject):
    """Carries the sentence into the window's thread, wherever the exception came from."""

    told = Signal(str)


_teller: _Teller | None = None


def log_file() -> Path:
    """Where unexpected errors are written down."""
    return Path(platformdirs.user_log_dir("sketchnet", appauthor=False)) / "sketchnet.log"


def install(tell: Callable[[str], None]) -> None:
    """From now on exceptions in slots, timers and threads reach ``tell`` (a method of a QObject) as a sentence."""
    global _teller
    _teller = _Teller()
    _teller.told.connect(tell)
    teller = weakref.ref(_teller)
    logger = _logger()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.error("unexpected", exc_info=(kind, error, trace))
        found = teller()
        if found is not None:
            name = kind.__name__
            found.told.emit(f"Something unexpected happened ({name}). Your work is safe; details: {log_file()}")

    sys.excepthook = hook


def _logger() -> logging.Logger:
    logger = logging.getLogger("sketchnet")
    if not logger.handlers:
        try:
            log_file().parent.mkdir(parents=True, exist_ok=True)
            handler: logging.Handler = RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=1)
        except OSError:
            handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
    return logger
