"""What a network needs to say that a picture is unlike everything it has learned: a record of a few arrays.

Softmax is sure of anything: a letter is "8, 99 %" to a network that knows digits only. So a picture is looked at where
the network takes it in at several depths, as in Lee, Lee, Lee, Shin, "A Simple Unified Framework for Detecting
Out-of-Distribution Samples and Adversarial Attacks" (2018). These are its measures:

* for each of its last layers with weights, how far the means and standard deviations of the feature maps that go into
  it are from the nearest of a few prototypes of the class that the network answers;
* the same for the direction of all the numbers that go into the last one: where on the picture something is (distances
  to prototypes as in Sun, Ming, Zhu, Li, "Out-of-Distribution Detection with Deep Nearest Neighbors", 2022);
* the energy of the outputs, as in Liu, Wang, Owens, Li, "Energy-based Out-of-distribution Detection" (2020);
* how much ink it has: the mean of its pixels.

Each is counted from its median over held-back pictures of the dataset, in units of the distance from there to its 99th
percentile, and they are added up. Very ordinary in one way makes up for little that is odd in another: half a unit at
most. How large the sum may be is told by the same held-back pictures: ``engine.tasks.novelty`` measures and fits.
``tests/benchmarks/unlike.py`` prints the figures. This is the value, without torch, as the project file holds it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError, Schema

Floats = NDArray[np.float32]

METHOD = 2
"""How pictures are measured. Records of any other method are not understood: nothing is claimed by them."""
STATISTICS, DIRECTIONS = 192, 96
"""At most so many numbers of a picture are compared with prototypes: in each view by statistics, and in the last."""
MOST_FEATURES = 65_536
"""Numbers that go into a layer; of a network with more in its last ones nothing is claimed."""
MOST_PROTOTYPES, MOST_CLASSES, MOST_VIEWS = 1_024, 1_024, 8
_AT_LEAST = -0.5
"""What a measure adds to the sum at least, in its own units."""
_BOUND = 1e12
"""No number of a record is larger."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network has made of N pictures: the views of them, each N×w, and the energy of its outputs, N.

    The views are the statistics of what goes into its last layers with weights, one after another, and at the end
    the directions of what goes into the last, of unit length. ``numbers``: of a picture in each view, before these
    were compressed to w.
    """

    views: tuple[Floats, ...]
    numbers: tuple[int, ...]
    energy: Floats


@dataclass(frozen=True, eq=False)
class View:
    """What pictures like those learned from look like in one view.

    ``numbers``: of a picture in this view, before they are compressed to w. ``prototypes``: int8 P×w, times ``scale``,
    float32 w.
    """

    numbers: int
    scale: Floats
    prototypes: NDArray[np.int8]

    def distance(self, points: Floats, own: NDArray[np.bool_]) -> Floats:
        """How far N points, N×w, are each from the nearest of its ``own`` prototypes, N×P."""
        return nearest(self.prototypes * self.scale, points, own)


@dataclass(frozen=True, eq=False)
class Novelty:
    """How pictures like those learned from are measured by a network with certain weights.

    ``owners``: the class of each of the P prototypes of every view. ``centre`` and ``spread``: median of each measure
    (the distance in each view, the energy, the ink), and distance from there to the 99th percentile. ``threshold``:
    from where on the sum says that a picture is unlike those learned from.
    """

    views: tuple[View, ...]
    owners: NDArray[np.uint16]
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    threshold: float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Novelty) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def fits(self, seen: Seen) -> bool:
        """Whether this may be a record of the network that has seen these pictures."""
        return tuple(view.numbers for view in self.views) == seen.numbers

    def measures(self, seen: Seen, answered: NDArray[np.integer[Any]], ink: Floats) -> Floats:
        """The measures of N pictures, N×(views + 2), from the classes answered, N, and the mean of their pixels, N."""
        own = self.owners == answered.reshape(-1, 1)
        own |= ~own.any(axis=1, keepdims=True)
        distances = [view.distance(points, own) for view, points in zip(self.views, seen.views, strict=True)]
        return np.stack([*distances, seen.energy, ink.astype(np.float32)], axis=1)

    def score(self, measures: Floats) -> Floats:
        """How unlike each picture is, N: 1 at the threshold, infinite where a measure is not finite."""
        away = (measures - np.array(self.centre, np.float32)) / np.array(self.spread, np.float32)
        total = (np.maximum(away, _AT_LEAST) - _AT_LEAST).sum(axis=1) / np.float32(self.threshold)
        result: Floats = np.where(np.isfinite(measures).all(axis=1), total, np.inf).astype(np.float32)
        return result

    def to_json(self) -> dict[str, Any]:
        """Plain values; arrays as base64. ``from_json`` gives back an equal record."""
        return {
            "method": METHOD,
            "views": [
                {
                    "numbers": view.numbers,
                    "scale": _packed(view.scale, "<f4"),
                    "prototypes": _packed(view.prototypes, "<i1"),
                }
                for view in self.views
            ],
            "owners": _packed(self.owners, "<u2"),
            "centre": list(self.centre),
            "spread": list(self.spread),
            "threshold": self.threshold,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Novelty | None:
        """Read what ``to_json`` wrote; None for a record of another method. Raises DataError for anything else."""
        if not isinstance(data, Mapping):
            raise DataError("The saved measure of novelty must be a set of named values.")
        # The first method did not name itself.
        if _count({"method": 1, **data}, "method", 1_000_000) != METHOD:
            return None
        views = data.get("views")
        if not isinstance(views, list) or not 1 <= len(views) <= MOST_VIEWS:
            raise _wrong("views", f"a list of 1 to {MOST_VIEWS} views")
        owners = _unpacked(data, "owners", "<u2", (1,), MOST_PROTOTYPES).reshape(-1)
        if owners.max() >= MOST_CLASSES:
            raise _wrong("owners", f"classes below {MOST_CLASSES:,}")
        return cls(
            tuple(_view(view, DIRECTIONS if view is views[-1] else STATISTICS, len(owners)) for view in views),
            owners,
            _numbers(data, "centre", len(views) + 2, -_BOUND),
            _numbers(data, "spread", len(views) + 2, 1e-12),
            _number(data.get("threshold"), "threshold", 1e-6),
        )


def _view(data: Any, most: int, prototypes: int) -> View:
    if not isinstance(data, Mapping):
        raise _wrong("views", "sets of named values")
    numbers = _count(data, "numbers", MOST_FEATURES)
    width = min(numbers, most)
    found = _unpacked(data, "prototypes", "<i1", (width,), prototypes)
    if len(found) != prototypes:
        raise _wrong("prototypes", f"{prototypes:,} rows of {width:,} numbers, as many as it has owners")
    return View(numbers, _unpacked(data, "scale", "<f4", (width,), 1)[0], found)


def sentence(schema: Schema) -> str:
    """What is said of a picture that is unlike everything learned."""
    if schema.target.names == tuple("0123456789"):
        return "This looks like none of the digits the network has learned."
    return "This is unlike everything the network was trained on."


def compressed(values: Floats, most: int) -> Floats:
    """N×V as at most N×``most``: random signs keep distances nearly as they are (Achlioptas, 2003)."""
    return values @ _signs(values.shape[1], most) if values.shape[1] > most else values


def nearest(places: Floats, points: Floats, own: NDArray[np.bool_]) -> Floats:
    """The distance from each of N points to the nearest of those of the P places that are its own (N×P), N."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = (points**2).sum(axis=1)[:, None] + (places**2).sum(axis=1) - 2 * points @ places.T
        result: Floats = np.sqrt(np.maximum(np.where(own, squares, np.inf).min(axis=1), 0))
    return result


@lru_cache(maxsize=8)
def _signs(rows: int, columns: int) -> Floats:
    """A matrix of signs that is the same on every machine and in every version of numpy (SplitMix64, Steele 2014)."""
    value = np.arange(1, rows * columns + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    signs = ((value >> np.uint64(63)).astype(np.float32) * 2 - 1).reshape(rows, columns)
    result: Floats = signs / np.float32(np.sqrt(columns))
    return result


def _packed(array: NDArray[Any], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=kind).tobytes()).decode("ascii")


def _unpacked(data: Mapping[str, Any], name: str, kind: str, row: tuple[int, ...], most: int) -> NDArray[Any]:
    """An array of rows of the given size, at most ``most`` of them and at least one."""
    text, each = data.get(name), int(np.prod(row)) * np.dtype(kind).itemsize
    if not isinstance(text, str) or len(text) > 2 * most * each + 4:
        raise _wrong(name, f"text in base64 for at most {most:,} rows")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong(name, "text in base64") from None
    if not raw or len(raw) % each or len(raw) // each > most:
        raise _wrong(name, f"1 to {most:,} rows of {row[0]:,} numbers")
    array = np.frombuffer(raw, dtype=kind).reshape(-1, *row)
    if not (np.abs(array.astype(np.float64)) <= _BOUND).all():
        raise _wrong(name, "finite numbers")
    return array.astype(np.dtype(kind).newbyteorder("="))


def _count(data: Mapping[str, Any], name: str, most: int) -> int:
    value = data.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise _wrong(name, f"a whole number from 1 to {most:,}")
    return value


def _numbers(data: Mapping[str, Any], name: str, count: int, low: float) -> tuple[float, ...]:
    values = data.get(name)
    if not isinstance(values, list) or len(values) != count:
        raise _wrong(name, f"{count} numbers")
    return tuple(_number(value, name, low) for value in values)


def _number(value: Any, name: str, low: float) -> float:
    if type(value) not in (int, float) or not low <= value <= _BOUND:
        raise _wrong(name, f"from {low:g} to {_BOUND:g}")
    return float(value)


def _wrong(name: str, expected: str) -> DataError:
    return DataError(f"The saved measure of novelty is damaged: its {name} must be {expected}.")
