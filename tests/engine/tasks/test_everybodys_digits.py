"""The shipped example reads digits in ways that MNIST's writers did not use.

The digits are drawn here from ellipses and straight pieces, and owe nothing to the ways of writing that the program
learned from. They are about 100 wide and 160 tall, y downwards, and each is unmistakable to whoever looks at it.
"""

from __future__ import annotations

import json
import lzma
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.digit import prepare_strokes
from engine.project.file import read
from engine.tasks.predictor import Predictor
from resources import examples

Stroke = list[tuple[float, float]]

PENS = (None, 8.0, 20.0)
"""Widths of the pen in the unit of the points; None suits the digit, as on the pad."""


@pytest.fixture(scope="module")
def example() -> Predictor:
    project = read(examples.path("digits"))
    signature = catalogue.signature(project.trained_on or project.recipe.dataset)
    return Predictor(project.graph, signature, project.run.weights, project.run.preparation)


def ring(x: float, y: float, width: float, height: float, start: float = -80.0, turn: float = -360.0) -> Stroke:
    """An ellipse around (x, y), or the part of it from the angle ``start`` on by ``turn``, in degrees."""
    angles = [math.radians(start + turn * i / 40) for i in range(41)]
    return [(x + width / 2 * math.cos(a), y + height / 2 * math.sin(a)) for a in angles]


def line(*corners: tuple[float, float]) -> Stroke:
    """Straight pieces from corner to corner, with points close together as a pad gives them."""
    points: Stroke = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        points += [(x0 + (x1 - x0) * i / 12, y0 + (y1 - y0) * i / 12) for i in range(1, 13)]
    return points


def across(width: float, angle: float, reach: float) -> Stroke:
    """A stroke through the middle of a zero, rising to the right by ``angle`` degrees; at ``reach`` 1 to its rim."""
    dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    radius = reach / math.hypot(2 * dx / width, dy / 80)
    return line((radius * dx, -radius * dy), (-radius * dx, radius * dy))


def everyday() -> dict[int, list[Stroke]]:
    """Every digit but the one (which is neither narrow nor wide) as it is taught at school."""
    head = ring(50, 42, 90, 84, -170, 205)
    return {
        0: [ring(50, 80, 100, 160)],
        2: [[*head, *line(head[-1], (5, 158), (100, 158))]],
        3: [[*ring(45, 40, 84, 80, -150, 235), *ring(45, 118, 96, 84, -85, 235)]],
        4: [line((45, 0), (5, 100), (100, 100)), line((78, 50), (74, 160))],
        5: [[*line((14, 0), (8, 68)), *ring(45, 108, 100, 104, -130, 260)], line((14, 0), (88, 0))],
        6: [[*ring(85, 95, 150, 190, -100, -75), *ring(52, 112, 90, 92, -175, -380)]],
        7: [line((0, 0), (100, 0), (40, 160))],
        8: [ring(50, 40, 76, 80), ring(50, 120, 96, 80)],
        9: [[*ring(50, 46, 86, 88, -20, -360), *line((91, 32), (84, 160))]],
    }


def check(example: Predictor, expected: int, drawings: list[list[Stroke]]) -> None:
    """All drawings are read as the digit, with every pen."""
    pictures = np.stack([prepare_strokes(drawing, pen_width=pen) for drawing in drawings for pen in PENS])[:, None]
    guesses = np.bincount(example.predict(pictures).argmax(axis=1), minlength=10)
    read_as = {digit: int(count) for digit, count in enumerate(guesses) if count}
    assert read_as == {expected: len(pictures)}


@pytest.mark.parametrize("angle", [25, 35, 50, 65, 80, 115, 145])
def test_a_zero_with_a_slash_is_no_eight(example: Predictor, angle: float) -> None:
    """Steep and flat, within the ring, up to its rim and beyond; 115 and 145 fall to the right."""
    widths, reaches = (80.0, 110.0, 140.0), (0.7, 1.0, 1.25)
    check(example, 0, [[ring(0, 0, w, 160), across(w, angle, reach)] for w in widths for reach in reaches])


def test_a_zero_with_a_dot(example: Predictor) -> None:
    marks = [line((-4, 0), (4, 2)), line((0, -8), (0, 8)), line((2, -4), (-3, 5))]
    check(example, 0, [[ring(0, 0, width, 160), mark] for width in (100, 125) for mark in marks])


@pytest.mark.parametrize("low", [0.4, 0.5, 0.6, 0.7, 0.8])
def test_a_one_with_a_long_upstroke_is_no_seven(example: Predictor, low: float) -> None:
    """The upstroke begins at ``low`` of the height and climbs to the top of the stem, which leans either way."""
    starts, leans = (15, 30, 50), (-6, 0, 12, 24)
    check(example, 1, [[line((x, 160 * low), (90, 0), (90 - lean, 160))] for x in starts for lean in leans])


@pytest.mark.parametrize("lean", [50, 70, 90])
def test_a_leaning_one_with_a_bowed_upstroke_is_no_seven(example: Predictor, lean: float) -> None:
    """The upstroke sags, is straight or bulges on its way from two fifths of the height, or lower, up to the top."""

    def upstroke(low: float, bow: float) -> Stroke:
        return [(x, 160 * low * (1 - x / 90) + bow * math.sin(math.pi * x / 90)) for x in range(0, 90, 6)]

    check(
        example,
        1,
        [
            [[*upstroke(low, bow), *line((90, 0), (90 - lean, 160))]]
            for low in (0.4, 0.45, 0.5)
            for bow in (-10, 0, 12)
        ],
    )


def test_a_one_with_a_foot(example: Predictor) -> None:
    check(
        example,
        1,
        [
            [line((60 - reach, reach), (60, 0), (60, 160)), line((60 - foot, 160), (60 + foot, 160))]
            for reach in (25, 40)
            for foot in (25, 38)
        ],
    )


def test_a_seven_with_a_bar(example: Predictor) -> None:
    check(example, 7, [[line((0, 0), (100, 0), (40, 160)), line((30, y), (95, y - 3))] for y in (65, 75, 85, 95)])


@pytest.mark.parametrize("digit", sorted(everyday()))
@pytest.mark.parametrize("widths", [(0.35, 0.4, 0.5), (1.0,), (1.6, 2.0, 2.5, 3.0)], ids=["narrow", "usual", "wide"])
def test_tall_narrow_and_flat_wide_digits(example: Predictor, digit: int, widths: tuple[float, ...]) -> None:
    """From a third of the usual width to three times it, upright and leaning to either side."""
    strokes = everyday()[digit]
    check(
        example,
        digit,
        [
            [[((x - slant * y) * width, y) for x, y in stroke] for stroke in strokes]
            for width in widths
            for slant in (-0.15, 0.0, 0.25)
        ],
    )


@pytest.mark.real_data
def test_the_pen_strokes_of_thirty_writers(example: Predictor, real_data: Path) -> None:
    """Every third digit of a collection of pen strokes: ones with upstrokes and barred sevens in many hands."""
    with lzma.open(real_data / "digits_pendigits_strokes" / "pendigits_train_strokes.jsonl.xz", "rt") as file:
        rows = [json.loads(line) for line in file][::3]
    pictures = np.stack([prepare_strokes(row["strokes"]) for row in rows])[:, None]
    labels = np.array([int(row["label"]) for row in rows])
    assert (example.predict(pictures).argmax(axis=1) == labels).mean() >= 0.985
