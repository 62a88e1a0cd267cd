"""Pictures of many kinds given to the door for pictures: how many are read right, and how long one takes.

    SKETCHNET_DATA=… python tests/benchmarks/pictures [--count 50] [--rows 500] [--only GROUP …]

First each dataset of pictures: its own test rows as arrays, and as PNG files at 1×, 4× and 20× (enlarged by repeating
pixels, and smoothly). Then digits (MNIST's test pictures where they are here, else the program's own) presented in
many ways, read by the shipped example. Last, pictures in which there is nothing: each must be refused.
Networks that are trained for this are kept in the user's cache folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from engine.data import catalogue  # noqa: E402
from engine.data.dataset import DataError, Dataset, Schema  # noqa: E402
from engine.data.pictures.input import read_picture  # noqa: E402
from tests.benchmarks.pictures.disguises import WAYS, saved  # noqa: E402
from tests.benchmarks.pictures.networks import Predict, network  # noqa: E402

ENLARGED = (
    ("PNG at 1×", 1, Image.Resampling.NEAREST),
    ("at 4×", 4, Image.Resampling.NEAREST),
    ("at 20×", 20, Image.Resampling.NEAREST),
    ("at 4×, smooth", 4, Image.Resampling.BICUBIC),
    ("at 20×, smooth", 20, Image.Resampling.BICUBIC),
)


class Door:
    """What becomes of the bytes of picture files: arrays for the network, or sentences."""

    def __init__(self, schema: Schema, folder: Path) -> None:
        self.schema, self.path = schema, folder / "picture"
        self.seconds = 0.0

    def read(self, data: bytes) -> NDArray[np.uint8] | str:
        """The picture as the network takes it, or why it was refused."""
        self.path.write_bytes(data)
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return read_picture(self.path, self.schema)
        except DataError as error:
            return str(error)
        finally:
            self.seconds += time.perf_counter() - start

    def shares(self, files: list[bytes], predict: Predict, labels: NDArray[np.int64]) -> tuple[float, float]:
        """The shares that are read right, and refused."""
        found = [self.read(data) for data in files]
        read = [number for number, picture in enumerate(found) if not isinstance(picture, str)]
        if not read:
            return 0.0, 1.0
        answers = predict(np.stack([found[number] for number in read])).argmax(axis=1)
        return float((answers == labels[read]).sum()) / len(files), 1 - len(read) / len(files)


def own_pictures(name: str, rows: int, folder: Path) -> None:
    """Print how the test rows of a dataset are read as arrays and as files."""
    dataset = catalogue.load(name)
    predict = network(dataset)
    pictures, labels = _some(dataset, rows)
    exact = float((predict(pictures).argmax(axis=1) == labels).mean())
    print(f"\n{name}: {len(pictures)} test pictures\n  {'arrays':32} {exact:8.2%}")
    for title, times, filter_ in ENLARGED:
        few = slice(None, None, 1 if times < 20 else 4)
        door = Door(dataset.schema, folder)
        files = [_enlarged(picture, times, filter_) for picture in pictures[few]]
        right, refused = door.shares(files, predict, labels[few])
        exact = float((predict(pictures[few]).argmax(axis=1) == labels[few]).mean())
        print(f"  {title:32} {right:8.2%}  arrays {exact:8.2%}  refused {refused:6.2%}", flush=True)


def _some(dataset: Dataset, rows: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    return np.asarray(dataset.test.inputs[:rows]), np.asarray(dataset.test.targets[:rows])


def _enlarged(picture: NDArray[np.uint8], times: int, filter_: Image.Resampling) -> bytes:
    image = Image.fromarray(picture[0] if len(picture) == 1 else picture.transpose(1, 2, 0))
    return saved(image.resize((image.width * times, image.height * times), filter_))


def presented(name: str, count: int, only: list[str], folder: Path) -> None:
    """Print how digits are read in each of the ways."""
    dataset = catalogue.load(name)
    predict = network(dataset)
    pictures, labels = _some(dataset, 20 * count)
    chosen = np.concatenate([np.flatnonzero(labels == digit)[: -(-count // 10)] for digit in range(10)])
    inks, labels = pictures[chosen, 0] / 255, labels[chosen]
    for group, ways in WAYS.items():
        if only and group not in only:
            continue
        print(f"\n{group}")
        for title, way in ways.items():
            rng = np.random.default_rng(0)
            door = Door(dataset.schema, folder)
            few = slice(None, None, 5 if "3000" in title else 1)
            files = [way(ink, rng) for ink in inks[few]]
            right, refused = door.shares(files, predict, labels[few])
            each = door.seconds / len(files) * 1e3
            print(f"  {title:32} {right:8.2%}  refused {refused:6.2%}  {each:7.1f} ms", flush=True)


def nothing(folder: Path) -> None:
    """Print how many pictures with nothing in them are refused."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:120, :160] / 120
    empty = {
        "black": np.zeros((90, 90)),
        "white": np.full((90, 90), 255.0),
        "one pixel": np.full((1, 1), 77.0),
        "grain": rng.normal(200, 4, (90, 90)),
        "coarse grain": rng.normal(128, 30, (90, 90)),
        "random pixels": rng.uniform(0, 255, (90, 90)),
        "random pixels, 28×28": rng.uniform(0, 255, (28, 28)),
        "uneven light": 230 - 60 * x - 40 * y,
        "uneven light, grain": 230 - 60 * x - 40 * y + rng.normal(0, 3, x.shape),
        "lines": np.where(np.arange(200)[:, None] % 25 < 2, 150.0, 245.0) * np.ones((200, 200)),
        "an empty frame": np.pad(np.full((80, 80), 255.0), 10),
    }
    print("\nnothing in it")
    for dataset in ("strokes", "fashion-mnist"):
        door = Door(catalogue.schema(dataset), folder)
        for title, picture in empty.items():
            found = door.read(saved(picture))
            print(f"  {dataset:14} {title:24} {'refused' if isinstance(found, str) else 'READ'}")


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="digits for each way of presenting them")
    parser.add_argument("--rows", type=int, default=500, help="test rows of each dataset")
    parser.add_argument("--only", nargs="*", default=[], help="groups: datasets, nothing, " + ", ".join(WAYS))
    chosen = parser.parse_args()
    every = [name for name in catalogue.names() if catalogue.schema(name).kind == "pictures"]
    here = [name for name in every if catalogue.entry(name).is_available()]
    for name in every:
        if name not in here:
            print(f"{name} is not on this computer and is passed over.")
    with tempfile.TemporaryDirectory() as folder:
        if not chosen.only or "datasets" in chosen.only:
            for name in here:
                own_pictures(name, chosen.rows, Path(folder))
        if not chosen.only or set(chosen.only) & set(WAYS):
            presented("mnist" if "mnist" in here else "strokes", chosen.count, chosen.only, Path(folder))
        if not chosen.only or "nothing" in chosen.only:
            nothing(Path(folder))


if __name__ == "__main__":
    main()
