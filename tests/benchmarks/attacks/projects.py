"""Thousands of tampered project files through everything the command line does with one. Run by hand.

    python tests/benchmarks/attacks/projects.py [files, 25000] [first seed, 0] [processes, 2]

Each file is opened, described (info), asked (predict), trained for an epoch and gone on with (--resume), in a process
that is watched. Counted are: exceptions, ends by a signal, hangs (over 5 s for one file; 20 s with its training), files
that took over 1 GB, and silent acceptances: a damaged file that opens as something else than the sound one it was, a
file whose values change when it is saved and opened again. Ends with 1 if there was any; those files are kept.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")

QUICK_S, TRAINING_S = 5.0, 20.0


def worker(pipe: Connection, folder: str) -> None:
    """Takes (seed, path, sound path) and answers with a list of faults; says what it is at before it begins."""
    from engine.project.file import read
    from tests.attacked_projects import attacked
    from tests.hostile_projects import prepared_inputs

    os.chdir(folder)
    sound: dict[str, Any] = {}
    while (job := pipe.recv()) is not None:
        way, path, origin = job
        if origin not in sound:
            sound[origin] = (read(Path(origin)), prepared_inputs(read(Path(origin)), Path(folder)))
        pipe.send(("done", attacked(way, Path(path), *sound[origin], at=lambda stage: pipe.send(("at", stage)))))


class Watched:
    """One worker process, replaced when it dies or hangs."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._number = folder / f"worker{number}", number
        self._folder.mkdir(exist_ok=True)
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=worker, args=(theirs, str(self._folder)), daemon=True)
        self._process.start()
        theirs.close()
        self.job: Any = None
        self._warm = False

    def give(self, job: Any, path: Path) -> None:
        """Begin with a file."""
        self.job, self.stage = (job, path), "begin"
        self._since = self._begun = time.monotonic()
        self.pipe.send((job[1], str(path), job[2]))

    def answer(self) -> dict[str, Any] | None:
        """The result, when there is one."""
        try:
            while self.pipe.poll(0.002):
                kind, value = self.pipe.recv()
                if kind == "done":
                    self.job, self._warm = None, True
                    return dict(value)
                self.stage, self._since = value, time.monotonic()
        except (EOFError, ConnectionResetError):
            self._process.join()
            result = {
                "outcome": "died",
                "faults": [f"{self.stage}: ended by signal {-(self._process.exitcode or 0)}"],
                "grown": 0,
            }
            self._start()
            return result
        allowed = TRAINING_S if self.stage in ("train", "resume") else QUICK_S
        if time.monotonic() - self._since > allowed * (1 if self._warm else 6):  # the first one loads torch
            self._process.kill()
            self._process.join()
            result = {"outcome": "hung", "faults": [f"{self.stage}: over {allowed:g} s"], "grown": 0}
            self._start()
            return result
        return None

    def end(self) -> None:
        """Send it home."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        self._process.join(5)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    from tests.hostile_projects import sound_files, spoiled

    folder = Path(tempfile.mkdtemp(prefix="sketchnet-attacks-"))
    kept = folder / "kept"
    kept.mkdir()
    files = sound_files(folder)
    contents = [file.read_bytes() for file in files]
    workers = [Watched(folder, number) for number in range(processes)]
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    largest, seed, done, began, told = 0, first, 0, time.monotonic(), time.monotonic()
    while done < count:
        for number, one in enumerate(workers):
            if one.job is None:
                if seed < first + count:
                    way, data = spoiled(contents[seed % len(files)], seed)
                    path = folder / f"worker{number}" / "file.sketchnet"
                    path.write_bytes(data)
                    one.give((seed, way, str(files[seed % len(files)])), path)
                    seed += 1
                continue
            job, path = one.job
            result = one.answer()
            if result is None:
                continue
            done += 1
            counts[f"{job[1]}: {result['outcome']}"] += 1
            largest = max(largest, result["grown"])
            for fault in result["faults"]:
                faults[fault] += 1
                if faults[fault] <= 3:
                    (kept / f"{job[0]}.sketchnet").write_bytes(path.read_bytes())
                    print(f"seed {job[0]}, {job[1]}, {Path(job[2]).stem}: {fault}", flush=True)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"… {done:,} files, {told - began:.0f} s, {sum(faults.values())} faults", flush=True)
    for one in workers:
        one.end()
    print(f"{done:,} files in {time.monotonic() - began:.0f} s; most memory for one {largest / 2**20:,.0f} MB")
    for name, number in sorted(counts.items()):
        print(f"  {name:28} {number:7,}")
    print(f"{sum(faults.values())} faults" + (f"; their files are in {kept}" if faults else ""))
    for fault, number in faults.most_common(40):
        print(f"  {number:5} × {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
