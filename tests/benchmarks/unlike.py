"""How well a network for digits tells what is no digit: false alarms on real digits, and how much else it catches.

    SKETCHNET_DATA=… python tests/benchmarks/unlike.py [--example resources/examples/digits.sketchnet] [--fit]

``--fit`` fits the rule anew to the project's own dataset, instead of taking the one that the project holds; with the
data that it was trained on at hand, that needs no training. The rule was chosen by real digits and by the doodles that
are printed last; all other kinds had no part in that. Letters that may be meant for digits, or that are written
like them, are printed one by one and left out of the sum. Needs the data folder.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine.data import idx  # noqa: E402
from engine.data.digit import prepare_strokes  # noqa: E402
from engine.data.sources.strokes import generate  # noqa: E402
from tests.benchmarks.doodles import CHOOSING, HELD_BACK, Strokes, by_hand  # noqa: E402

Pictures = NDArray[np.uint8]

LEFT_OUT = "OoQDIlSsZzBbqgGyJijLCcU"
"""Letters that many write as others write a digit: 0 (O, Q, D, C, U), 1 (I, l, i, j, J, L), 2 (Z), 5 (S), 6 (b, G),
8 (B), 9 (g, q, y). What is caught of them is printed, but not counted."""


def real_digits(folder: Path) -> dict[str, Pictures]:
    """Pictures N×1×28×28 of digits, from four hands: none of them is unlike what a digit network has learned."""
    found = {"MNIST test pictures": idx.read(folder / "mnist" / "t10k-images-idx3-ubyte.gz")[:, None]}
    for name, rows in (("pendigits", _pendigits(folder)), ("UJI digits", _uji(folder, str.isdigit))):
        found[name] = _prepared([strokes for _, strokes in rows])
    found["the program's own"] = generate(4_000, 90_001)[0]
    return found


def strangers(folder: Path) -> dict[str, Pictures]:
    """Pictures N×1×28×28 of what is no digit, by kind."""
    rng = np.random.default_rng(7)
    letters = _uji(folder, str.isalpha)
    kinds: dict[str, Pictures] = {"letters": _prepared([s for label, s in letters if label not in LEFT_OUT])}
    for name, make in HELD_BACK.items():
        kinds[name] = _prepared([by_hand(make(rng), rng) for _ in range(200)])
    digits = [strokes for _, strokes in _pendigits(folder)[::15]]
    kinds["two digits"] = _prepared([_beside(one, two) for one, two in zip(digits[::2], digits[1::2], strict=False)])
    kinds["words"] = np.stack([_written(word) for word in ("cat", "dog", "yes", "Hi!", "abc", "www", "ok?", "Text")])
    kinds["clothes (Fashion-MNIST)"] = idx.read(folder / "fashion_mnist" / "t10k-images-idx3-ubyte.gz")[:2000, None]
    kinds["noise"] = rng.integers(0, 256, (200, 1, 28, 28), dtype=np.uint8)
    kinds["sparse noise"] = np.where(rng.random((200, 1, 28, 28)) < 0.1, 255, 0).astype(np.uint8)
    kinds["inverted digits"] = 255 - idx.read(folder / "mnist" / "t10k-images-idx3-ubyte.gz")[:500, None]
    kinds["all white"] = np.full((1, 1, 28, 28), 255, dtype=np.uint8)
    kinds["all black"] = np.zeros((1, 1, 28, 28), dtype=np.uint8)
    return kinds


def doodles_for_choosing() -> dict[str, Pictures]:
    """Pictures N×1×28×28 of the shapes by which the rule was chosen, by kind."""
    rng = np.random.default_rng(4711)
    return {name: _prepared([by_hand(make(rng), rng) for _ in range(100)]) for name, make in CHOOSING.items()}


def letters_one_by_one(folder: Path) -> dict[str, Pictures]:
    """Pictures of each letter of the UJI collection."""
    rows = _uji(folder, str.isalpha)
    return {
        letter: _prepared([strokes for label, strokes in rows if label == letter])
        for letter in sorted({label for label, _ in rows}, key=lambda one: (one.lower(), one))
    }


def _pendigits(folder: Path) -> list[tuple[str, Strokes]]:
    return _strokes(folder / "digits_pendigits_strokes/pendigits_train_strokes.jsonl.xz", lambda _label: True)


def _uji(folder: Path, wanted: Callable[[str], bool]) -> list[tuple[str, Strokes]]:
    return _strokes(folder / "chars_uji_strokes/uji_pen_characters_v1.jsonl.xz", wanted)


def _strokes(path: Path, wanted: Callable[[str], bool]) -> list[tuple[str, Strokes]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(str(row["label"]), row["strokes"]) for row in rows if wanted(str(row["label"]))]


def _prepared(drawings: list[Strokes]) -> Pictures:
    return np.stack([prepare_strokes(strokes) for strokes in drawings])[:, None]


def _beside(one: Strokes, two: Strokes) -> Strokes:
    """Two digits side by side."""

    def to_place(strokes: Strokes, left: float) -> Strokes:
        points = np.array([point for stroke in strokes for point in stroke], dtype=float)
        low, size = points.min(axis=0), max(np.ptp(points, axis=0)) or 1.0
        return [[(left + (x - low[0]) / size, (y - low[1]) / size) for x, y in stroke] for stroke in strokes]

    first = to_place(one, 0.0)
    return first + to_place(two, max(x for stroke in first for x, _ in stroke) + 0.25)


def _written(word: str) -> Pictures:
    """A printed word, 1×28×28."""
    large = Image.new("L", (400, 200))
    pen = ImageDraw.Draw(large)
    pen.text((20, 20), word, fill=255, font=ImageFont.load_default(96))
    ink = large.crop(large.getbbox())
    ink.thumbnail((22, 22), Image.Resampling.BOX)
    canvas = Image.new("L", (28, 28))
    canvas.paste(ink, ((28 - ink.width) // 2, (28 - ink.height) // 2))
    return np.asarray(canvas)[None]


def main() -> None:
    """Read the command line, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", type=Path, default=ROOT / "resources" / "examples" / "digits.sketchnet")
    parser.add_argument("--fit", action="store_true", help="fit the rule anew, to the rows of the project's recipe")
    chosen = parser.parse_args()
    folder = Path(os.environ.get("SKETCHNET_DATA", "").split(os.pathsep)[0])
    if not (folder / "mnist").is_dir():
        raise SystemExit("SKETCHNET_DATA must name the folder with the real digits.")
    from engine.project.file import read
    from engine.tasks.novelty import fit_novelty
    from engine.tasks.predictor import Predictor
    from engine.training.data_loading import load_rows

    project = read(chosen.example)
    novelty, dataset = project.run.novelty, load_rows(project.recipe)
    if chosen.fit:
        start = time.process_time()
        novelty = fit_novelty(project.graph, dataset, project.run.weights or {}, project.run.preparation)
        print(f"fitted in {time.process_time() - start:.1f} s of the processor's time")
    if novelty is None:
        raise SystemExit(f"{chosen.example} holds no record of what it has learned from; try --fit.")
    print(f"the record takes {len(json.dumps(novelty.to_json())):,} bytes of JSON")
    signature = dataset.schema.signature()
    predictor = Predictor(project.graph, signature, project.run.weights, project.run.preparation, novelty)

    def told(pictures: Pictures) -> NDArray[np.bool_]:
        """Which of them are said to be unlike everything learned."""
        return np.concatenate([predictor.judge(pictures[at : at + 512])[1] > 1 for at in range(0, len(pictures), 512)])

    print("\nFalse alarms, of real digits")
    for name, pictures in real_digits(folder).items():
        print(f"  {name:28} {told(pictures).mean():7.2%} of {len(pictures):,}")
    print("\nCaught, of what is no digit (and: sure of a digit by 90 % or more)")
    every = []
    for name, pictures in strangers(folder).items():
        caught, sure = told(pictures).mean(), (predictor.predict(pictures).max(axis=1) >= 0.9).mean()
        every.append(caught)
        print(f"  {name:28} {caught:7.1%} of {len(pictures):5,}   {sure:7.1%}")
    print(f"  {'mean of the kinds':28} {np.mean(every):7.1%}")
    print("\nCaught, of the shapes by which the rule was chosen")
    rates = {name: told(pictures).mean() for name, pictures in doodles_for_choosing().items()}
    print("  " + "  ".join(f"{name} {rate:.0%}" for name, rate in rates.items()))
    print(f"  mean of the kinds {np.mean(list(rates.values())):.1%}")
    print("\nCaught, letter by letter (in brackets those that look like digits, which are not counted above)")
    rates = {letter: told(pictures).mean() for letter, pictures in letters_one_by_one(folder).items()}
    print("  " + "  ".join(f"({k}) {v:.0%}" if k in LEFT_OUT else f"{k} {v:.0%}" for k, v in rates.items()))
    start = time.perf_counter()
    one = np.zeros((1, 1, 28, 28), np.uint8)
    for _ in range(200):
        predictor.judge(one)
    judged = (time.perf_counter() - start) / 200
    start = time.perf_counter()
    for _ in range(200):
        predictor.predict(one)
    alone = (time.perf_counter() - start) / 200
    print(f"\none picture answered in {alone * 1e3:.2f} ms, with the judgement in {judged * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
