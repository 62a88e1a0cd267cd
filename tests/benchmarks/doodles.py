"""What people draw on a pad for digits to see what happens: shapes that are no digits, each a little different.

The rule for what looks like no digit was chosen by the shapes of ``CHOOSING``; those of ``HELD_BACK`` had no part in
that, so that what is caught of them says what to expect of other shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

Strokes = list[list[tuple[float, float]]]
Shape = Callable[[np.random.Generator], Strokes]


# Everything is about 200 wide, y downwards.


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


HELD_BACK: dict[str, Shape] = {
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


# The shapes by which the rule was chosen.


def _spiral(rng: np.random.Generator) -> Strokes:
    turns, way = rng.uniform(2.2, 4), rng.choice([-1, 1])
    t = np.linspace(0, 1, 120)
    x, y = 100 * t * np.cos(way * 2 * np.pi * turns * t), 100 * t * np.sin(way * 2 * np.pi * turns * t)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _cloud(rng: np.random.Generator) -> Strokes:
    count, outline = int(rng.integers(5, 8)), list[tuple[float, float]]()
    for angle in 360 / count * np.arange(count):
        x, y = 70 * math.cos(math.radians(angle)), 45 * math.sin(math.radians(angle))
        outline += _arc(x, y, 38, 32, angle - 80, angle + 80)
    return [outline]


def _flower(rng: np.random.Generator) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 160)
    radius = 60 + 40 * np.cos(int(rng.integers(4, 7)) * t)
    x, y = radius * np.cos(t), radius * np.sin(t)
    return [list(zip(x.tolist(), y.tolist(), strict=True)), _arc(0, 0, 15, 15)]


def _wave(rng: np.random.Generator) -> Strokes:
    t = np.linspace(0, 1, 100)
    x, y = 200 * t, 40 * np.sin(2 * np.pi * rng.uniform(1.5, 3.5) * t)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _stick_man(_rng: np.random.Generator) -> Strokes:
    arms, legs = _line((-50, 0), (50, 0)), _line((-45, 120), (0, 50), (45, 120))
    return [_arc(0, -70, 30, 30), _line((0, -40), (0, 50)), arms, legs]


def _sun(_rng: np.random.Generator) -> Strokes:
    rays = [(math.cos(angle), math.sin(angle)) for angle in 2 * np.pi / 8 * np.arange(8)]
    return [_arc(0, 0, 50, 50), *[_line((65 * x, 65 * y), (105 * x, 105 * y)) for x, y in rays]]


def _polygon(rng: np.random.Generator) -> Strokes:
    corners = int(rng.integers(5, 8))
    angles = 2 * np.pi * np.arange(corners + 1) / corners
    return [_line(*[(100 * math.sin(angle), -100 * math.cos(angle)) for angle in angles])]


def _bow(_rng: np.random.Generator) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 100)
    x, y = 100 * np.cos(t), 100 * np.sin(t) * np.cos(t)
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _cat(_rng: np.random.Generator) -> Strokes:
    ears = [_line((side * 80, -35), (side * 70, -120), (side * 25, -80)) for side in (-1, 1)]
    return [_arc(0, 0, 90, 80), *ears, _arc(-30, -15, 8, 8), _arc(30, -15, 8, 8)]


CHOOSING: dict[str, Shape] = {
    "spiral": _spiral,
    "cloud": _cloud,
    "flower": _flower,
    "fish": lambda rng: [_arc(0, 0, 80, 45), _line((75, 0), (130, -40), (130, 40), (75, 0))],
    "hourglass": lambda rng: [_line((0, 0), (140, 0), (0, 200), (140, 200), (0, 0))],
    "envelope": lambda rng: [
        _line((0, 0), (200, 0), (200, 130), (0, 130), (0, 0)),
        _line((0, 0), (100, 80), (200, 0)),
    ],
    "lightning": lambda rng: [_line((80, 0), (20, 110), (80, 100), (30, 220))],
    "stick man": _stick_man,
    "moon": lambda rng: [_arc(0, 0, 100, 100, 60, 300) + _arc(35, 0, 88, 85, 290, 70)],
    "tree": lambda rng: [_line((100, 240), (100, 150)), _line((100, 0), (30, 150), (170, 150), (100, 0))],
    "diamond": lambda rng: [_line((70, 0), (140, 100), (70, 200), (0, 100), (70, 0))],
    "wave": _wave,
    "target": lambda rng: [_arc(0, 0, 100, 100), _arc(0, 0, rng.uniform(35, 60), rng.uniform(35, 60))],
    "question mark": lambda rng: [_arc(0, 0, 50, 50, 180, 450) + _line((0, 50), (0, 100)), [(0.0, 140.0)]],
    "exclamation mark": lambda rng: [_line((0, 0), (0, 140)), [(0.0, 190.0)]],
    "percent sign": lambda rng: [_line((150, 0), (0, 200)), _arc(20, 30, 28, 28), _arc(130, 170, 28, 28)],
    "dollar sign": lambda rng: [
        _arc(0, -45, 50, 45, -30, -270) + _arc(0, 45, 50, 45, -90, 150),
        _line((0, -120), (0, 120)),
    ],
    "at sign": lambda rng: [
        _arc(0, 0, 40, 40, -30, 300) + _line((40, -30), (42, 30)) + _arc(0, 0, 95, 95, 20, -300),
    ],
    "asterisk": lambda rng: [
        _line((100, 0), (100, 200)),
        _line((10, 50), (190, 150)),
        _line((10, 150), (190, 50)),
    ],
    "plus or minus": lambda rng: [
        _line((0, 60), (150, 60)),
        _line((75, 0), (75, 120)),
        _line((0, 170), (150, 170)),
    ],
    "cup": lambda rng: [_line((0, 0), (10, 150), (110, 150), (120, 0), (0, 0)), _arc(120, 65, 45, 40, -80, 80)],
    "umbrella": lambda rng: [
        _arc(0, 0, 100, 80, 180, 360) + _line((100, 0), (-100, 0)),
        _line((0, 0), (0, 110)) + _arc(-20, 110, 20, 25, 0, 180),
    ],
    "sun": _sun,
    "eye": lambda rng: [_arc(0, 60, 120, 100, 205, 335) + _arc(0, -60, 120, 100, 25, 155), _arc(0, 0, 30, 30)],
    "bow": _bow,
    "polygon": _polygon,
    "grid": lambda rng: [
        *[_line((x, 0), (x, 200)) for x in (0, 100, 200)],
        *[_line((0, y), (200, y)) for y in (0, 100, 200)],
    ],
    "three lines": lambda rng: [_line((0, y), (180, y + rng.uniform(-15, 15))) for y in (0, 70, 140)],
    "three bars": lambda rng: [_line((x, 0), (x + rng.uniform(-15, 15), 180)) for x in (0, 70, 140)],
    "arrow down": lambda rng: [_line((0, 0), (0, 200)), _line((-60, 140), (0, 200), (60, 140))],
    "cat": _cat,
}


def by_hand(strokes: Strokes, rng: np.random.Generator) -> Strokes:
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
