"""Damaged IDX files, packed and not, given to their reader. Run by hand; ends with 1 at any fault.

    python tests/benchmarks/attacks/idx.py [--count 5000] [--seed 1] [--keep FOLDER]

Every file must be read or be refused with a sentence: no exception, no signal, no hang, never more than 1 GB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
# Python puts the folder of a program first, where this file would hide a module of the same name.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]

from tests.benchmarks.attacks.worker import Tally, Watched, serve  # noqa: E402


def attempt(path: Path) -> str:
    """Read the file; what is in it."""
    from engine.data import idx

    array = idx.read(path)
    assert array.dtype.isnative
    assert array.nbytes <= idx.LARGEST
    return f"{array.shape} {array.dtype}"


def main() -> int:
    """Try them all and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "sketchnet-attacks")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        from engine.data.dataset import DataError

        serve(attempt, (DataError,))
        return 0

    from tests.damaged_idx import damaged_idx

    print(f"seed {chosen.seed}, {chosen.count:,} files", flush=True)
    tally, watched = Tally(chosen.keep), Watched([sys.executable, __file__, "--worker"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        for number, data in enumerate(damaged_idx(chosen.seed, chosen.count)):
            path.write_bytes(data)
            tally.add(f"{chosen.seed}-{number}.idx", data, watched.attempt(path))
        watched.close()
    return tally.report()


if __name__ == "__main__":
    raise SystemExit(main())
