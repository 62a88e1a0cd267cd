"""The two smallest things a network can learn: a straight line, and a target that never changes."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Schema, Split
from engine.data.kinds import DataKind, PreparationKind
from engine.data.sources.source import Pool, Source, drawn, noise, samples
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Quantities

_MADE = "Made by Sketchnet"
_FREE = "Public domain (CC0)"

_LINE = Schema(
    name="line",
    title="A straight line",
    summary="One number x, and the target y = 2x + 1 with a little noise: one neuron finds the 2 and the 1.",
    kind=DataKind.NUMBERS,
    input=Shape.features(1),
    target=Quantities(1, ("y",)),
    columns=("x",),
    value_range=(-3.0, 3.0),
    licence=_FREE,
    origin=_MADE,
    # Left as it is, so that the weight and the bias one reads off the trained neuron are the 2 and the 1.
    preparation=PreparationKind.NONE,
)

_ALWAYS_FIVE = Schema(
    name="always-five",
    title="Always five",
    summary="Ten random numbers, and the target is always 5: the network has to learn to ignore all of them.",
    kind=DataKind.NUMBERS,
    input=Shape.features(10),
    target=Quantities(1, ("answer",)),
    columns=tuple(f"number {n}" for n in range(1, 11)),
    value_range=(-1.0, 1.0),
    licence=_FREE,
    origin=_MADE,
    preparation=PreparationKind.NONE,
)


def _line(options: Params) -> Pool:
    generator = np.random.default_rng((201, options.drawn))
    x = generator.uniform(-3, 3, (options.samples, 1))
    y = 2 * x + 1 + options.noise * generator.standard_normal(x.shape)
    return Pool(Split(x.astype(np.float32), y.astype(np.float32)))


def _always_five(options: Params) -> Pool:
    generator = np.random.default_rng((202, options.drawn))
    inputs = generator.uniform(-1, 1, (options.samples, 10)).astype(np.float32)
    return Pool(Split(inputs, np.full((options.samples, 1), 5, dtype=np.float32)))


LINE = Source(
    schema=lambda _options: _LINE,
    make=_line,
    rows=lambda options: int(options.samples),
    options=(
        samples(200),
        noise(0.1, "The standard deviation of the noise added to each y. 0 puts every point on the line.", high=5.0),
        drawn(),
    ),
)
ALWAYS_FIVE = Source(
    schema=lambda _options: _ALWAYS_FIVE,
    make=_always_five,
    rows=lambda options: int(options.samples),
    options=(samples(500), drawn()),
)
