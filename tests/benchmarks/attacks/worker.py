"""Trying damaged files one after another where they can do no harm: in a process of its own that is watched.

A file may end the process with a signal, hang it, or make it take all memory. The one who tries sits in a worker
process with a limit on its memory; whoever watches waits at most ``SECONDS`` for each answer, starts a new worker when
one is lost, and knows which file it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 5.0
"""After this many an attempt is a hang."""
MOST_MB = 1024.0
"""More than this, the process as a whole, is too much."""
_MEMORY_LIMIT = 6 * 2**30
_MOST_SHOWN = 20
KINDS = ("read", "refused", "exception", "no sentence", "ran a program", "signal", "hang", "memory")
CLEAN = KINDS[:2]
"""Outcomes that are as they should be; all others are faults."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``kind`` is one of ``KINDS``."""

    kind: str
    words: str
    seconds: float
    peak_mb: float


def serve(attempt: Callable[[Path], str], refusals: tuple[type[Exception], ...]) -> None:
    """The worker's part: try every path that comes in, a line each, and answer with an outcome, a line each.

    ``attempt`` returns a few words when the file was taken. One of ``refusals`` is a file that was refused; its
    sentence is looked at. Starting another program is a fault, and is not done.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    answers = os.fdopen(os.dup(1), "w")  # what the tried code prints must not get between the answers
    os.dup2(2, 1)
    sys.addaudithook(_no_programs)
    for line in sys.stdin:
        path, began = Path(line.rstrip("\n")), time.perf_counter()
        _forget_peak()
        try:
            kind, words = "read", attempt(path)
        except refusals as error:
            words = str(error)
            kind = "refused" if _is_a_sentence(words) else "no sentence"
        except _RanAProgram as error:
            kind, words = "ran a program", str(error)
        except BaseException:
            kind, words = "exception", traceback.format_exc()
        took, peak = time.perf_counter() - began, _peak_mb()
        answers.write(json.dumps([kind, words, took, peak]) + "\n")
        answers.flush()


class _RanAProgram(BaseException):
    """Not an Exception, so that nothing on the way swallows it."""


def _no_programs(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"):
        raise _RanAProgram(f"{event} {arguments!r}"[:300])


def _is_a_sentence(words: str) -> bool:
    """One or two sentences for a person: one line, not endless, no names of Python errors."""
    return "\n" not in words and 10 < len(words) < 600 and words.endswith((".", "…", "?")) and "Error" not in words


def _forget_peak() -> None:
    with contextlib.suppress(OSError):  # where it cannot be done, the peak is that of the worker's whole life
        Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return 0.0


class Watched:
    """A worker process, started anew when it is lost. ``command`` is what starts one.

    ``seconds`` is how long one file may take; by default ``SECONDS``.
    """

    def __init__(self, command: list[str], seconds: float | None = None) -> None:
        self._command, self._seconds = command, seconds
        self._process: subprocess.Popen[str] | None = None

    def attempt(self, path: Path) -> Outcome:
        """Have one file tried."""
        process, longest = self._started(), self._seconds or SECONDS
        assert process.stdin is not None
        assert process.stdout is not None
        began = time.monotonic()
        try:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
        except BrokenPipeError:
            return self._lost(began)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(longest):
                process.kill()
                self.close()
                return Outcome("hang", f"no answer in {longest:g} s", time.monotonic() - began, 0.0)
        line = process.stdout.readline()
        if not line:
            return self._lost(began)
        outcome = Outcome(*json.loads(line))
        if outcome.kind in CLEAN and outcome.peak_mb > MOST_MB:
            return Outcome("memory", f"{outcome.peak_mb:,.0f} MB. {outcome.words}", outcome.seconds, outcome.peak_mb)
        if outcome.kind in CLEAN and outcome.seconds > longest:
            return Outcome("hang", f"{outcome.seconds:.1f} s. {outcome.words}", outcome.seconds, outcome.peak_mb)
        return outcome

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            surroundings = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings, cwd=ROOT
            )
        return self._process

    def _lost(self, began: float) -> Outcome:
        assert self._process is not None
        self.close_input()
        status = self._process.wait()
        self._process = None
        words = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return Outcome("signal", words, time.monotonic() - began, 0.0)

    def close_input(self) -> None:
        """Close both ends of what leads to the worker."""
        assert self._process is not None
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


@dataclass
class Tally:
    """Counts outcomes, keeps the files that made trouble in ``folder``, and says what was found."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: float = 0.0

    def add(self, name: str, data: bytes, outcome: Outcome) -> None:
        """Count one file; ``name`` is what it is kept as when it made trouble."""
        self.counts[outcome.kind] += 1
        self.slowest, self.largest = max(self.slowest, outcome.seconds), max(self.largest, outcome.peak_mb)
        if outcome.kind not in CLEAN:
            self.folder.mkdir(parents=True, exist_ok=True)
            kept = self.folder / name
            kept.write_bytes(data)
            if self.counts[outcome.kind] <= _MOST_SHOWN:
                print(f"{outcome.kind}: {kept}\n    {outcome.words.strip()[-1500:]}", flush=True)

    def report(self) -> int:
        """Print the counts; the exit status, 1 when anything was not clean."""
        for kind in KINDS:
            print(f"{kind:>14} {self.counts[kind]:8,}")
        print(f"slowest {self.slowest:.2f} s, most memory {self.largest:,.0f} MB")
        return int(any(count for kind, count in self.counts.items() if kind not in CLEAN))
