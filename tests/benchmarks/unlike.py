"""How well a network for digits tells what is no digit: false alarms on real digits, and how much else it catches.

    SKETCHNET_DATA=… python tests/benchmarks/unlike.py [--example resources/examples/digits.sketchnet] [--fit]

``--fit`` fits the rule anew to the project's own dataset, instead of taking the one that the project holds; with the
data that it was trained on at hand, that needs no training. Letters that may be meant for digits, or that are written
like them, are printed one by one and left out of the sum. Needs the data folder.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine.data import idx  # noqa: E402
from engine.data.digit import prepare_strokes  # noqa: E402
from engine.data.sources.strokes import generate  # noqa: E402

Pictures = NDArray[np.uint8]
Strokes = list[list[tuple[float, float]]]

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
    for name, make in DRAWN.items():
        kinds[name] = _prepared([_placed(make(rng), rng) for _ in range(200)])
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


# What one draws to see what happens. Everything is about 200 wide, y downwards.


def _line(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Straight lines through ``points``, in steps as a mouse makes them."""
    path = []
    for (x0, y0), (x1, y1) in pairwise(points):
        path += [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in np.linspace(0, 1, 12)]
    return path


def _arc(x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 360.0) -> list[tuple[float, float]]:
    angles = np.radians(np.linspace(start, end, 40))
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def _loops(rng: np.random.Generator) -> Strokes:
    """A scribble that goes round and round."""
    turns, drift = rng.uniform(3, 7), rng.uniform(-60, 60, 2)
    t = np.linspace(0, 1, 160)
    radius = rng.uniform(40, 100) * (1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.5, 3) * t + rng.uniform(0, 6)))
    angle = 2 * np.pi * turns * t + rng.uniform(0, 6)
    squash = rng.uniform(0.5, 1.0)
    x, y = drift[0] * t + radius * np.cos(angle), drift[1] * t + squash * radius * np.sin(angle)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _zigzag(rng: np.random.Generator) -> Strokes:
    """A scribble to and fro."""
    count = int(rng.integers(5, 12))
    x = np.linspace(0, rng.uniform(100, 200), count) + rng.normal(0, 8, count)
    y = np.where(np.arange(count) % 2, rng.uniform(80, 200), 0) + rng.normal(0, 12, count)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    return [_line(*(points if rng.random() < 0.5 else [(b, a) for a, b in points]))]


def _wandering(rng: np.random.Generator) -> Strokes:
    """A scribble without a plan: a smooth line through chance points, in one to three strokes."""
    strokes: Strokes = []
    for _ in range(int(rng.integers(1, 4))):
        knots = rng.uniform(0, 200, (int(rng.integers(6, 12)), 2))
        t, at = np.linspace(0, len(knots) - 1, 120), np.arange(len(knots))
        path = np.stack([np.interp(t, at, knots[:, axis]) for axis in (0, 1)], axis=1)
        kernel = np.ones(9) / 9
        smooth = np.stack([np.convolve(path[:, axis], kernel, mode="valid") for axis in (0, 1)], axis=1)
        strokes.append([(float(x), float(y)) for x, y in smooth])
    return strokes


def _star(rng: np.random.Generator) -> Strokes:
    corners = [(100 * math.sin(2 * math.pi * k * 2 / 5), -100 * math.cos(2 * math.pi * k * 2 / 5)) for k in range(6)]
    return [_line(*corners)]


def _heart(rng: np.random.Generator) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 80)
    x, y = 16 * np.sin(t) ** 3, -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return [[(float(a) * 6, float(b) * rng.uniform(5.9, 6.1)) for a, b in zip(x, y, strict=True)]]


def _face(rng: np.random.Generator) -> Strokes:
    eye = rng.uniform(5, 12)
    return [_arc(0, 0, 100, 100), _arc(-35, -30, eye, eye), _arc(35, -30, eye, eye), _arc(0, 10, 55, 45, 20, 160)]


def _house(rng: np.random.Generator) -> Strokes:
    high = rng.uniform(80, 140)
    walls = _line((0, 0), (0, high), (160, high), (160, 0), (0, 0))
    roof, door = _line((0, 0), (80, -80), (160, 0)), _line((60, high), (60, high - 50), (95, high - 50), (95, high))
    return [walls, roof, door][: int(rng.integers(2, 4))]


DRAWN: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "scribble, loops": _loops,
    "scribble, zigzag": _zigzag,
    "scribble, wandering": _wandering,
    "dot": lambda rng: [[(0.0, 0.0)]],
    "small blot": lambda rng: [_arc(0, 0, 3, 3), _line((-2, 0), (2, 0))],
    "horizontal stroke": lambda rng: [_line((0, 0), (200, rng.uniform(-20, 20)))],
    "stroke falling to the right": lambda rng: [_line((0, 0), (150, rng.uniform(110, 190)))],
    "cross +": lambda rng: [_line((0, 100), (200, 100)), _line((100, 0), (100, 200))],
    "cross x": lambda rng: [_line((0, 0), (200, 200)), _line((0, 200), (200, 0))],
    "tick": lambda rng: [_line((0, 90), (60, 160), (190, rng.uniform(-20, 30)))],
    "equals sign": lambda rng: [_line((0, 0), (150, 0)), _line((0, 60), (150, 60))],
    "hash sign": lambda rng: [
        *[_line((x, 0), (x - 15, 200)) for x in (70, 140)],
        *[_line((0, y), (200, y)) for y in (60, 130)],
    ],
    "arrow": lambda rng: [_line((0, 0), (200, 0)), _line((140, -50), (200, 0), (140, 50))],
    "square": lambda rng: [_line((0, 0), (160, 0), (160, 160), (0, 160), (0, 0))],
    "triangle": lambda rng: [_line((100, 0), (200, 170), (0, 170), (100, 0))],
    "heart": _heart,
    "star": _star,
    "face": _face,
    "house": _house,
}


def _placed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Drawn by hand: a little turned, slanted, stretched and shaky."""
    turn = np.radians(rng.normal(0, 5))
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = matrix @ np.array([[rng.uniform(0.85, 1.15), rng.normal(0, 0.08)], [0.0, 1.0]])
    placed: Strokes = []
    for stroke in strokes:
        path = np.array(stroke) @ matrix.T
        shaky = np.cumsum(rng.normal(0, 0.8, path.shape), axis=0)
        path += shaky - np.linspace(0, 1, len(path))[:, None] * shaky[-1]
        placed.append([(float(x), float(y)) for x, y in path])
    return placed


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
    from engine.training.rows import load_rows

    project = read(chosen.example)
    novelty, dataset = project.novelty, load_rows(project.recipe)
    if chosen.fit:
        start = time.perf_counter()
        novelty = fit_novelty(project.graph, dataset, project.weights or {}, project.preparation)
        print(f"fitted in {time.perf_counter() - start:.1f} s")
    if novelty is None:
        raise SystemExit(f"{chosen.example} holds no record of what it has learned from; try --fit.")
    print(f"the record takes {len(json.dumps(novelty.to_json())):,} bytes of JSON")
    signature = dataset.schema.signature()
    predictor = Predictor(project.graph, signature, project.weights, project.preparation, novelty)

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
