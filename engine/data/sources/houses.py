"""House prices made from rules that are written down, so that one can see how much of them a network finds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema, Split
from engine.data.kinds import DataKind, PreparationKind
from engine.data.sources.source import Pool, Source, drawn, noise, samples
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Quantities

_SCHEMA = Schema(
    name="houses",
    title="House prices",
    summary=(
        "Area, bedrooms, age and distance to the centre, and the price in thousands. The rules: each square metre "
        "costs 1.5, and up to 2.5 more near the centre (a third of that is left 12 km out); the building loses 0.6 % "
        "of that a year for 50 years; 30 for the plot and 6 for each bedroom are added; random noise of a few "
        "per cent comes on top."
    ),
    kind=DataKind.TABLE,
    input=Shape.features(4),
    target=Quantities(1, ("price (thousands)",)),
    columns=("area (m²)", "bedrooms", "age (years)", "distance (km)"),
    value_range=(0.0, 320.0),
    licence="Public domain (CC0)",
    origin="Made by Sketchnet",
    answer_preparation=PreparationKind.STANDARDISE,
)


def price(inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """The price in thousands (N) by the rules, without chance, for area, bedrooms, age, distance (N×4)."""
    area, bedrooms, age, distance = inputs.T
    square_metre = 1.5 + 2.5 * np.exp(-distance / 12)
    worn = 1 - 0.006 * np.minimum(age, 50)
    total: NDArray[np.float64] = 30 + area * square_metre * worn + 6 * bedrooms
    return total


def _make(options: Params) -> Pool:
    generator = np.random.default_rng((203, options.drawn))
    count = options.samples
    area = np.clip(np.exp(generator.normal(np.log(105), 0.38, count)), 28, 320).round()
    bedrooms = np.clip(np.rint(area / 34 + generator.normal(0, 0.7, count)), 1, 7)
    age = np.clip(np.rint(generator.gamma(1.6, 22, count)), 0, 120)
    distance = np.clip(generator.gamma(1.8, 5.0, count), 0.2, 40).round(1)
    # A float32 holds these exactly enough that the rules give the same price for the rows as they are stored.
    inputs = np.stack([area, bedrooms, age, distance], axis=1).astype(np.float32)
    chance = 1 + options.noise / 100 * generator.standard_normal(count)
    targets = price(inputs.astype(np.float64)) * np.maximum(chance, 0.1)
    return Pool(Split(inputs, targets.astype(np.float32).reshape(count, 1)))


HOUSES = Source(
    schema=lambda _options: _SCHEMA,
    make=_make,
    rows=lambda options: int(options.samples),
    options=(
        samples(2000),
        noise(5.0, "The standard deviation of the random noise in each price.", high=50.0, unit="%"),
        drawn(),
    ),
)
