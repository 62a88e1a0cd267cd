"""Damaged pictures, and files that are none, given to the door for pictures. Run by hand; ends with 1 at any fault.

    python tests/benchmarks/attacks/pictures.py [--count 20000] [--seed 1] [--first 0] [--keep FOLDER]

Every file must be read, as an array of the promised kind, or be refused with a sentence: no exception, no other
program started, no signal, no hang over five seconds, never more than 1 GB. Each is given to the door and to what the
command line makes of a picture for a network. ``--first`` passes over as many files, so as to go on where a run ended.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.attacks.worker import Tally, Watched, serve  # noqa: E402


def attempt(path: Path) -> str:
    """Read a picture in every way the program does; what it became."""
    import numpy as np

    from engine.data import catalogue
    from engine.data.dataset import DataError
    from engine.data.pictures.file import FORMATS, LONGEST_SIDE, read_picture_file
    from engine.data.pictures.input import read_picture

    picture = read_picture_file(path)
    assert picture.dtype == (np.uint8 if picture.ndim == 3 else np.float32), picture.dtype
    assert picture.shape[2:] in ((), (4,)), picture.shape
    assert min(picture.shape[:2]) >= 1, picture.shape
    assert max(picture.shape[:2]) <= LONGEST_SIDE, picture.shape
    assert np.isfinite(picture).all()
    for dataset in ("strokes", "fashion-mnist"):
        schema = catalogue.schema(dataset)
        try:
            prepared = read_picture(path, schema)
        except DataError as error:
            if "nothing stands out" not in str(error):  # the file was just read: nothing else can be wrong
                raise AssertionError(f"read, and then not: {error}") from error
        else:
            assert prepared.dtype == np.uint8
            assert prepared.shape == schema.input.sizes
    loaded = {name for name in sys.modules if name.startswith("PIL.") and name.endswith("ImagePlugin")}
    assert loaded <= {f"PIL.{kind.plugin}" for kind in FORMATS}, loaded
    return f"{picture.shape} {picture.dtype}"


def main() -> int:
    """Try them all and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "sketchnet-attacks")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        from engine.data.dataset import DataError

        serve(attempt, (DataError,))
        return 0

    from tests.damaged_pictures import damaged_pictures

    print(f"seed {chosen.seed}, {chosen.count:,} files", flush=True)
    tally, watched, began = Tally(chosen.keep), Watched([sys.executable, __file__, "--worker"]), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        files = damaged_pictures(chosen.seed, chosen.first + chosen.count)
        for number, (kind, data, ending) in enumerate(islice(files, chosen.first, None), start=chosen.first):
            path = Path(folder) / f"x.{ending}".rstrip(".")
            path.write_bytes(data)
            tally.add(f"{chosen.seed}-{number}-{kind}.{ending}", data, watched.attempt(path))
            path.unlink()
            if number % 1000 == 999:
                print(f"{number + 1:,} files, {time.monotonic() - began:.0f} s", flush=True)
        watched.close()
    return tally.report()


if __name__ == "__main__":
    raise SystemExit(main())
