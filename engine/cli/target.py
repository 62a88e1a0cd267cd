"""The file a command will write: checked, before any work, to be writable and in use by no other process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.cli.failure import CommandError
from engine.files.atomic import check_can_write
from engine.files.lock import HeldError, Lock
from engine.project.recovery import clear_leftovers


@contextmanager
def working_on(target: Path, doing: str, way_out: str) -> Iterator[None]:
    """Have ``target`` for this process alone, for as long as the block takes; ``way_out`` says what else to do.

    What a killed process has left of it is removed. Raises WriteError when it cannot be written, CommandError when
    another process has it.
    """
    clear_leftovers(target)
    check_can_write(target)
    lock = Lock.on(target)
    with _ended_by_signals():
        try:
            lock.acquire(doing)
        except HeldError as error:
            raise CommandError(f"{target} is in use by {error.holder}. {way_out}") from None
        try:
            yield
        finally:
            lock.release()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """End the command on SIGTERM and SIGHUP as an exception would, so that the locks it holds are released."""

    def heard(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second signal ends the process at once
        raise SystemExit(128 + number)

    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        wanted = []  # only the main thread receives signals
    wanted = [number for number in wanted if signal.getsignal(number) is signal.SIG_DFL]
    for number in wanted:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_DFL)
