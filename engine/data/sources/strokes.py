"""Handwritten digits that the program writes itself: data for a first network, without a download.

Pen paths are blended, bent, slanted and shaken the way hands do it, then drawn and centred with the very functions
that prepare a drawing from the pad, so a network trained on them reads what is drawn there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data import ink
from engine.data.sources.pen_paths import Paths, compiled, shares

VERSION = 7
"""Raised whenever the same seed gives other pictures than before; part of the cache's key."""

Floats = NDArray[np.float32]


def generate(n: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Write `n` digits, the ten classes equally often (to within one), in random order.

    Args:
        n: How many, at least 0.
        seed: Any integer from 0; the same seed gives the same pictures.

    Returns:
        Pictures, uint8 n×1×28×28, ink bright on black, prepared like MNIST; and labels, int64 n, 0 to 9.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n, dtype=np.int64) % 10)
    pictures = np.zeros((n, 1, ink.SIDE, ink.SIDE), dtype=np.uint8)
    for digit in range(10):
        rows = np.flatnonzero(labels == digit)
        ways = compiled(digit)
        choice = rng.choice(len(ways), size=len(rows), p=shares(digit))
        for index, paths in enumerate(ways):
            chosen = rows[choice == index]
            if len(chosen):
                pictures[chosen, 0] = _draw(paths, len(chosen), rng)
    return pictures, labels


def drawing(digit: int, rng: np.random.Generator) -> list[list[tuple[float, float]]]:
    """One digit as pen strokes: lists of (x, y), y downwards, about 200 units tall, as from a drawing pad."""
    ways = compiled(digit)
    paths = ways[int(rng.choice(len(ways), p=shares(digit)))]
    points = _write(paths, 1, rng)[0] * 200.0 + 40.0
    return [[(float(x), float(y)) for x, y in points[stroke]] for stroke in paths.strokes]


def _draw(paths: Paths, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    points = _write(paths, count, rng)
    low, high = points.min(axis=1), points.max(axis=1)
    width = _fine_enough(paths, _pen(paths, count, rng), high - low)
    scale, offset = ink.fit(low, high, width)
    points = points * scale[:, None, None] + offset[:, None, :]
    width = width[:, None] * _pressure(paths, count, rng)
    radii = 0.25 * (width[:, paths.starts] + width[:, paths.stops])
    softness = rng.uniform(0.8, 1.35, size=count).astype(np.float32)
    grey = ink.to_grey(ink.draw_many(points[:, paths.starts], points[:, paths.stops], radii, softness))
    return ink.centre_by_mass(grey)


def _pen(paths: Paths, count: int, rng: np.random.Generator) -> Floats:
    """Pen widths in finished pixels, spread like MNIST's; only a single stroke can bear a really broad pen."""
    usual = 2.65 if paths.way.digit in (0, 1) else 2.4
    thickest = 4.2 if paths.way.digit == 8 else 4.8
    width = np.clip(usual * np.exp(0.28 * _normal(rng, count)), 1.3, thickest)
    if paths.way.name == "stroke":
        width = np.where(rng.random(count) < 0.2, rng.uniform(3.5, 7.5, size=count), width)
    return np.asarray(width, dtype=np.float32)


def _fine_enough(paths: Paths, width: Floats, size: Floats) -> Floats:
    """Thinner pens for narrow and for flat digits, whose rings and gaps a broad pen would fill; `size` is N×2."""
    if paths.way.digit == 1:
        return width
    narrower = ink.BOX * size.min(axis=1) / size.max(axis=1)
    return np.asarray(np.clip(width, 1.3, 1.2 + 0.22 * narrower), dtype=np.float32)


def _write(paths: Paths, count: int, rng: np.random.Generator) -> Floats:
    """Points along `count` digits written this way, count×M×2; heights about 1, y downwards."""
    control = _blend(paths, count, rng)
    # Some hands are steady, some are not; a bare ring, though, soon looks like no zero.
    shake = rng.uniform(0.4, 1.4, size=(count, 1)).astype(np.float32) * (0.6 if paths.way.digit == 0 else 1.0)
    control += 0.034 * shake[:, :, None] * _normal(rng, *control.shape)
    near = control[:, paths.ends[:, 1]]
    reach = 1.0 + 0.16 * _normal(rng, count, len(paths.ends))
    control[:, paths.ends[:, 0]] = near + (control[:, paths.ends[:, 0]] - near) * reach[:, :, None]
    _shift_strokes(paths, control, rng)
    points = np.matmul(paths.curve, control)
    _bend(points, shake, rng)
    return _slant(paths, points, rng)


def _blend(paths: Paths, count: int, rng: np.random.Generator) -> Floats:
    """Random mixtures of the key shapes, now and then a little beyond them."""
    keys = len(paths.shapes)
    weights = rng.dirichlet(np.full(keys, 0.8), size=count)
    weights = 1.25 * weights - 0.25 / keys
    flat = weights.astype(np.float32) @ paths.shapes.reshape(keys, -1)
    return flat.reshape(count, -1, 2)


def _shift_strokes(paths: Paths, control: Floats, rng: np.random.Generator) -> None:
    """Move whole strokes against each other: gaps and crossings where strokes should meet."""
    if len(paths.strokes) < 2:
        return
    first = 0
    for i in range(len(paths.strokes)):
        last = int(paths.ends[2 * i + 1, 0]) + 1
        control[:, first:last] += 0.03 * _normal(rng, len(control), 1, 2)
        first = last


def _bend(points: Floats, shake: Floats, rng: np.random.Generator) -> None:
    """Change the proportions of the parts, and shake the hand: smooth random fields over the digit's box.

    `shake`, N×1, says how much; 1 is usual.
    """
    count = len(points)
    x, y = points[..., 0].copy(), points[..., 1].copy()
    # Upper against lower part: taller, wider.
    points[..., 1] += (0.10 * _normal(rng, count, 1)) * np.sin(np.pi * np.clip(y, 0.0, 1.0))
    points[..., 0] *= np.exp(0.14 * _normal(rng, count, 1) * (2.0 * y - 1.0))
    for axis in (0, 1):
        for frequency, amount in ((0.7, 0.045), (1.4, 0.03)):
            wave = np.cos(
                2 * np.pi * frequency * (_normal(rng, count, 1) * x + _normal(rng, count, 1) * y)
                + 2 * np.pi * rng.random((count, 1), dtype=np.float32)
            )
            points[..., axis] += (amount * shake * _normal(rng, count, 1)) * wave


def _slant(paths: Paths, points: Floats, rng: np.random.Generator) -> Floats:
    """Width, slant and rotation of the whole digit."""
    count = len(points)
    one = paths.way.digit == 1
    # Spreads as measured on MNIST: ones lean to the right, the others to either side.
    width = paths.way.aspect * (0.9 if one else 1.13) * np.exp(0.24 * _normal(rng, count))
    # Some people, and some pads, make digits far narrower or flatter than MNIST's; a flat one would look like no 1.
    far = rng.random(count) < 0.1
    width = np.where(far, width * np.exp(rng.uniform(-0.6, 0.0 if one else 0.6, size=count)), width)
    shear = (0.26 if one else 0.12) + (0.29 if one else 0.26) * _normal(rng, count)
    turn = np.deg2rad(7.0) * _normal(rng, count)
    matrix = np.empty((count, 2, 2), dtype=np.float32)
    cos, sin = np.cos(turn), np.sin(turn)
    # Row vectors: first the width, then the slant (right at the top), then the rotation.
    matrix[:, 0, 0] = width * cos
    matrix[:, 0, 1] = width * sin
    matrix[:, 1, 0] = -shear * cos - sin
    matrix[:, 1, 1] = -shear * sin + cos
    return np.asarray(np.matmul(points, matrix))


def _pressure(paths: Paths, count: int, rng: np.random.Generator) -> Floats:
    """How thick the pen draws along each path, around 1: slow parts thick, fast parts and lifted ends thin."""
    phase = 2 * np.pi * rng.random((count, 1), dtype=np.float32)
    waves = 1.0 + 0.8 * np.abs(_normal(rng, count, 1))
    amount = 0.09 * _normal(rng, count, 1)
    thickness = 1.0 + amount * np.sin(2 * np.pi * waves * paths.progress + phase)
    thickness += 0.10 * _normal(rng, count, 1) * (paths.progress - 0.5)
    return np.clip(thickness, 0.55, 1.5).astype(np.float32)


def _normal(rng: np.random.Generator, *shape: int) -> Floats:
    return rng.standard_normal(shape, dtype=np.float32)
