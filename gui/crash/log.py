"""The log: where unexpected errors are written down, in files of a bounded size."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from engine.files.bounded import NotReadable, read_bounded

MOST_BYTES, OLDER = 1_000_000, 2
"""The length of a log, and how many full ones are kept."""
LAST_LINES = 60
_NAME = "sketchnet"


def log_file() -> Path:
    """Where unexpected errors are written down."""
    return Path(platformdirs.user_log_dir(_NAME, appauthor=False)) / f"{_NAME}.log"


def logger() -> logging.Logger:
    """The program's log; into standard error where the file cannot be written."""
    made = logging.getLogger(_NAME)
    if not made.handlers:
        try:
            log_file().parent.mkdir(parents=True, exist_ok=True)
            handler: logging.Handler = RotatingFileHandler(
                log_file(), maxBytes=MOST_BYTES, backupCount=OLDER, encoding="utf-8", errors="backslashreplace"
            )
        except OSError:
            handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        made.addHandler(handler)
    return made


def last_lines(count: int = LAST_LINES) -> str:
    """The end of the log; "" where there is none or it cannot be read."""
    try:
        data = read_bounded(log_file(), 2 * MOST_BYTES)
    except NotReadable:
        return ""
    return "\n".join(data.decode("utf-8", "replace").splitlines()[-count:])
