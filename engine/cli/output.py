"""The output of the command line: every command prints through this module.

What goes through it holds nothing that commands the terminal, whatever file it comes from. Output that nobody takes (a
closed stream, a full disk, a reader that has gone) ends a command in a sentence and status 1, but never a training,
which goes on, says so once, and is saved.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TextIO, cast

from engine.streams import keep_places, stand_in
from engine.text import printable

PROGRAM = "sketchnet-cli"


class OutputError(Exception):
    """Standard output takes no more. ``reader_gone`` where whoever read it has ended, which is no fault."""

    def __init__(self, reason: str, *, reader_gone: bool) -> None:
        super().__init__(f"The output cannot be written ({reason}).")
        self.reader_gone = reader_gone


@dataclass
class _State:
    """The state of standard output during one command."""

    lost: OutputError | None = None
    patient: bool = False
    told: bool = False
    absent: list[str] = field(default_factory=list)
    """Streams that the program was started without."""


_state = _State()


def begin() -> None:
    """Make the streams ready for one command."""
    global _state
    _state = _State()
    keep_places()
    _state.absent = stand_in()
    if "stdout" in _state.absent:
        _state.lost = OutputError("standard output is closed", reader_gone=False)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of few letters must not stop the work
            stream.reconfigure(errors="replace")


def finish(status: int) -> int:
    """The exit status, given that of the command: 0 only if all that was said could be written."""
    _write("stdout", "")
    _write("stderr", "")
    for name in _state.absent:
        getattr(sys, name).close()
        setattr(sys, name, None)
    return status or int(_state.lost is not None)


def say(text: str = "", *, end: str = "\n") -> None:
    """Write to standard output, at once. Raises OutputError where that is not possible, but see ``patience``."""
    _write("stdout", printable(text, lines=True) + end)
    if _state.lost is not None and not _state.told:
        raise _state.lost


def complain(text: str) -> None:
    """Write to standard error; where that is not possible either, nobody can be told."""
    _write("stderr", printable(text, lines=True) + "\n")


def refuse(sentence: str) -> None:
    """Write on one line of standard error, in the name of the program."""
    complain(f"{PROGRAM}: {' '.join(sentence.split())}")


@contextmanager
def patience() -> Iterator[None]:
    """Work that goes on when its output cannot be written; it is said once, on standard error."""
    _state.patient = True
    try:
        yield
    finally:
        _state.patient = False


def encoding() -> str:
    """How letters are written on standard output."""
    return getattr(sys.stdout, "encoding", None) or "ascii"


def is_utf_8() -> bool:
    """Whether standard output takes every letter, as UTF-8."""
    try:
        return codecs.lookup(encoding()).name == "utf-8"
    except LookupError:
        return False


def drawing(name: str) -> IO[str]:
    """"stdout" or "stderr" for a library that draws on it with codes of its own; writing to it never fails."""
    return cast("IO[str]", _Drawing(name))


class _Drawing(io.TextIOBase):
    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "ascii"

    @property
    def _stream(self) -> TextIO:
        stream: TextIO = getattr(sys, self._name)
        return stream

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        _write(self._name, text)
        return len(text)


def _write(name: str, text: str) -> None:
    if name == "stderr" or _state.lost is None:
        stream = getattr(sys, name)
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError) as error:  # ValueError: closed since
            _abandon(stream)
            if name == "stdout":
                reason = getattr(error, "strerror", None) or "standard output is closed"
                _state.lost = OutputError(reason, reader_gone=isinstance(error, BrokenPipeError))
    if name == "stdout" and _state.lost is not None and _state.patient and not _state.told:
        _state.told = True
        refuse(f"{_state.lost} The work continues, and its result is saved.")


def _abandon(stream: TextIO) -> None:
    """Let what could not be written go nowhere, or it would be tried again, and fail, at the end of the process."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # not a stream of the system's, or closed
