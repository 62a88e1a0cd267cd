"""Tampered project files through everything the command line does with one. Run by hand; ends with 1 at any fault.

    python tests/benchmarks/attacks/projects.py [--count 25000] [--seed 0] [--keep FOLDER]

Each file is opened, saved, described (info), asked (predict), trained for an epoch and gone on with (--resume), in a
process that is watched: no exception, no signal, never more than 5 s for a command (20 s with training) or 1 GB for the
process, no characters that act on the terminal, and no silent acceptance: a damaged file that opens as something else
than the sound one it was, or whose values change when it is saved and opened again. ``--seed`` is that of the first
file; each has the next. Several of these programs may run at once, each with seeds of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.attacks.worker import CLEAN, Tally, Watched, serve  # noqa: E402

LONGEST_S = 90.0
"""For all commands on one file; the first one loads torch."""


def attempt(path: Path) -> str:
    """Do everything with a file, whose name tells how it was made and from which sound file beside it."""
    from tests.attacked_projects import attack

    way, origin = path.stem.split("-", 1)
    faults = attack(way, path, *_sound(path.with_name(f"{origin}.sketchnet")))
    assert not faults, "\n".join(faults)
    return "opened"


@cache
def _sound(path: Path) -> tuple[object, Path]:
    from engine.project.file import read
    from tests.hostile_projects import prepared_inputs

    project = read(path)
    return project, prepared_inputs(project, path.parent)


def main() -> int:
    """Try them all and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=25_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "sketchnet-attacks")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        # What loads once is loaded before the clock of the first file runs.
        import torchmetrics  # noqa: F401

        import engine.running.run  # noqa: F401
        from engine.project.project import ProjectError

        serve(attempt, (ProjectError,))
        return 0

    from tests.hostile_projects import sound_files, spoiled

    tally, ways, began = Tally(chosen.keep), Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sketchnet-attacks-") as place:
        folder = Path(place)
        # A home of its own: copies that are rescued, and caches, are nobody else's.
        os.environ.update(dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), place))
        watched = Watched([sys.executable, __file__, "--worker"], LONGEST_S)
        files = sound_files(folder)
        contents = [file.read_bytes() for file in files]
        for number, seed in enumerate(range(chosen.seed, chosen.seed + chosen.count), 1):
            origin = seed % len(files)
            way, data = spoiled(contents[origin], seed)
            path = folder / f"{way}-{files[origin].name}"
            path.write_bytes(data)
            outcome = watched.attempt(path)
            tally.add(f"{seed}-{path.name}", data, outcome)
            ways[f"{way}: {outcome.kind if outcome.kind in CLEAN else 'fault'}"] += 1
            path.unlink()
            if number % 1_000 == 0:
                print(f"{number:,} files, {time.monotonic() - began:.0f} s", flush=True)
        watched.close()
    for name, count in sorted(ways.items()):
        print(f"  {name:24} {count:7,}")
    return tally.report()


if __name__ == "__main__":
    raise SystemExit(main())
