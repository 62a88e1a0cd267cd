"""Points in the plane, in shapes that show what a network with few or many layers can tell apart.

Always one class or another, never yes/no, so that one kind of last layer fits all five and colours mean
classes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema, Split
from engine.data.kinds import DataKind
from engine.data.sources.source import Pool, Source, drawn, noise, samples
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Draw = Callable[[Labels, Params, np.random.Generator], Points]
Names = Callable[[Params], tuple[str, ...]]


def _circles(labels: Labels, _options: Params, generator: np.random.Generator) -> Points:
    radius = np.where(labels == 0, 0.45, 1.0)
    return _polar(radius, generator.uniform(0, 2 * np.pi, len(labels)))


def _moons(labels: Labels, _options: Params, generator: np.random.Generator) -> Points:
    """Two half circles, the lower one turned round and pushed into the opening of the upper one."""
    angle = generator.uniform(0, np.pi, len(labels))
    upper, lower = _polar(1.0, angle), np.array([1.0, 0.5]) - _polar(1.0, angle)
    points = np.where((labels == 0)[:, None], upper, lower)
    centred: Points = points - np.array([0.5, 0.25])
    return centred


def _spirals(labels: Labels, options: Params, generator: np.random.Generator) -> Points:
    """Arms of one and a half turns, evenly turned against one another; points lie evenly along an arm."""
    along = np.sqrt(generator.uniform(0.004, 1, len(labels)))
    return _polar(along, 3 * np.pi * along + 2 * np.pi * labels / options.classes)


def _xor(labels: Labels, _options: Params, generator: np.random.Generator) -> Points:
    """Four squares: the sign of x is drawn, the sign of y follows from it and the class."""
    size = generator.uniform(0.08, 1, (len(labels), 2))
    x = np.where(generator.random(len(labels)) < 0.5, -1, 1)
    signed: Points = size * np.stack([x, np.where(labels == 0, x, -x)], axis=1)
    return signed


def _blobs(labels: Labels, options: Params, generator: np.random.Generator) -> Points:
    """Round clouds whose centres stand on a circle; the noise is their size."""
    turn = generator.uniform(0, 2 * np.pi)
    return _polar(0.75, turn + 2 * np.pi * labels / options.classes)


def _polar(radius: Points | float, angle: Points) -> Points:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _source(
    seed: int,
    name: str,
    title: str,
    summary: str,
    draw: Draw,
    names: Names,
    spread: float,
    reach: float,
    *extra: Integer,
) -> Source:
    def schema(options: Params) -> Schema:
        classes = names(options)
        return Schema(
            name=name,
            title=title,
            summary=summary,
            kind=DataKind.POINTS,
            input=Shape.features(2),
            target=Categories(len(classes), classes),
            columns=("x", "y"),
            value_range=(-reach, reach),
            licence="Public domain (CC0)",
            origin="Made by Sketchnet",
        )

    def make(options: Params) -> Pool:
        generator = np.random.default_rng((seed, options.drawn))
        labels = np.arange(options.samples, dtype=np.int64) % len(names(options))
        generator.shuffle(labels)
        points = draw(labels, options, generator)
        points = points + options.noise * generator.standard_normal(points.shape)
        return Pool(Split(points.astype(np.float32), labels))

    help = "The standard deviation of the random noise added to each point. With much noise the classes overlap."
    return Source(
        schema=schema,
        make=make,
        rows=lambda options: int(options.samples),
        options=(samples(500), noise(spread, help), *extra, drawn()),
    )


def _fixed(*names: str) -> Names:
    return lambda _options: names


def _counted(word: str) -> Names:
    return lambda options: tuple(f"{word} {n}" for n in range(1, options.classes + 1))


def _classes(default: int, high: int) -> Integer:
    return Integer(
        name="classes",
        title="Classes",
        default=default,
        low=2,
        high=high,
        help="How many different classes there are to tell apart.",
    )


CIRCLES = _source(
    211, "circles", "Circles", "A ring around a ring: no straight line can separate them, one small hidden layer can.",
    _circles, _fixed("inner", "outer"), 0.08, 1.4,
)  # fmt: skip
MOONS = _source(
    212, "moons", "Moons", "Two interleaving half moons: the boundary between them has to bend.",
    _moons, _fixed("upper", "lower"), 0.1, 1.8,
)  # fmt: skip
SPIRALS = _source(
    213, "spirals", "Spirals", "Arms wound around one another: the hard one, for a deeper or wider network.",
    _spirals, _counted("arm"), 0.02, 1.2, _classes(2, 5),
)  # fmt: skip
XOR = _source(
    214, "xor", "XOR", "Do x and y have the same sign? The puzzle that one layer alone cannot solve.",
    _xor, _fixed("same sign", "different signs"), 0.03, 1.2,
)  # fmt: skip
BLOBS = _source(
    215, "blobs", "Blobs", "Round blobs of points: the easy one, where a single layer is enough.",
    _blobs, _counted("cloud"), 0.2, 1.5, _classes(3, 8),
)  # fmt: skip
