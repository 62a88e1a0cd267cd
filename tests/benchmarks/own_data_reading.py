"""How long the reading of tables of one's own takes, beside Python's csv module and numpy reading the same files.

    python tests/benchmarks/own_data_reading.py [--only wide]

Each table is made in a folder that is removed again, and read in a process of its own: by csv.reader, by numpy.loadtxt,
and by the program, from the file to what its columns are and how it was read. Printed are seconds of wall clock and of
the processor, both as multiples of csv's, and the most memory that the program's process took (megabytes).
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

TABLES = {"tall": (200_000, 21), "wide": (10_000, 784), "million": (1_000_000, 10)}


def write(path: Path, name: str) -> None:
    """A table: "wide" of bytes as images have them, the others of numbers with six decimals."""
    rows, columns = TABLES[name]
    generator = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"c{at}" for at in range(columns)) + "\n")
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            if name == "wide":
                values = generator.integers(0, 256, size=(count, columns)) * (generator.random((count, columns)) < 0.2)
                np.savetxt(file, values, fmt="%d", delimiter=",")
            else:
                np.savetxt(file, generator.normal(size=(count, columns)), fmt="%.6f", delimiter=",")


def by_csv(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass


def by_numpy(path: Path) -> None:
    np.loadtxt(path, delimiter=",", skiprows=1)


def by_program(path: Path) -> None:
    from engine.data.sources.own_table_view import view

    view({"path": str(path)})


def measured(work: Callable[[Path], None], path: Path) -> tuple[float, float, float]:
    """Seconds of wall clock and processor, and megabytes at most, of ``work`` in a process of its own."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(work, path, there))
    process.start()
    found: tuple[float, float, float] = here.recv()
    process.join()
    return found


def _measure(work: Callable[[Path], None], path: Path, answer: Connection) -> None:
    if work is by_program:
        import engine.data.sources.own_table_view  # noqa: F401
    wall, processor = time.perf_counter(), time.process_time()
    work(path)
    seconds = time.perf_counter() - wall, time.process_time() - processor
    answer.send((*seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=TABLES)
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as folder:
        for name in [only] if only else TABLES:
            path = Path(folder) / f"{name}.csv"
            write(path, name)
            rows, columns = TABLES[name]
            print(f"{name}: {rows:,} × {columns:,}, {path.stat().st_size / 1e6:.0f} MB")
            base = None
            for title, work in (("csv", by_csv), ("numpy", by_numpy), ("program", by_program)):
                wall, processor, memory = measured(work, path)
                base = base or (wall, processor)
                ratios = f"{wall / base[0]:6.1f} × {processor / base[1]:6.1f} ×"
                print(f"  {title:8} {wall:7.2f} s {processor:7.2f} s  {ratios}  {memory:6.0f} MB", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
