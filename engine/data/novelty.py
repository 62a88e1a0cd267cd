"""What a network needs to say that a picture is unlike everything it has learned: a record of a few arrays.

Softmax is sure of anything: a letter is "8, 99 %" to a network that knows digits only. So three things are measured of
a picture, each against held-back pictures of the dataset:

* the angle between its features (what goes into the last layer) and the nearest of a few prototypes of each class, as
  in Sun, Ming, Zhu, Li, "Out-of-Distribution Detection with Deep Nearest Neighbors" (2022);
* the Mahalanobis distance of the means of its feature maps to the nearest class, as in Lee, Lee, Lee, Shin, "A Simple
  Unified Framework for Detecting Out-of-Distribution Samples and Adversarial Attacks" (2018);
* how much ink it has: the mean of its pixels.

Each is counted from its median in units of the distance from there to its 99th percentile, and the three are put
together as the root of the sum of their squares. The 99th percentile of that over the held-back pictures is where a
picture begins to be unlike them: one in a hundred of the dataset's own is called so. Together they tell far more than
the largest probability (Hendrycks and Gimpel, 2017) or the energy of the outputs (Liu et al., 2020):
``tests/benchmarks/unlike.py`` prints the figures. ``engine.tasks.novelty`` measures and fits; this is the value,
without torch, as the project file holds it.
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

DIRECTIONS, MAPS = 256, 128
"""At most so many numbers of a picture's features are compared with prototypes, and with the means of classes."""
MOST_FEATURES = 65_536
"""Numbers that go into the last layer; of a network with more nothing is claimed."""
MOST_PROTOTYPES, MOST_CLASSES = 1_024, 1_024
MEASURES = 3
_BOUND = 1e12
"""No number of a record is larger."""


@dataclass(frozen=True, eq=False)
class Novelty:
    """How pictures like those learned from are measured by a network with certain weights.

    ``features`` and ``maps`` are how many numbers its last layer takes, and how many means are looked at, before they
    are compressed (see ``compressed``). ``prototypes``: int8 P×directions, directions of unit length times 127.
    ``means``: float32 C×m, of the classes; ``whitening``: float32 m×m, after which distances from them are Mahalanobis
    distances. ``centre`` and ``spread``: median of each of the three measures, and distance from there to the 99th
    percentile. ``threshold``: from where on a picture is unlike those learned from.
    """

    features: int
    maps: int
    prototypes: NDArray[np.int8]
    means: Floats
    whitening: Floats
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    threshold: float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Novelty) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def measures(self, features: Floats, maps: Floats, ink: Floats) -> Floats:
        """The three measures of N pictures, N×3, from features N×F, means of feature maps N×M and mean pixels N."""
        return np.stack(
            [
                nearest(self.prototypes.astype(np.float32) / np.float32(127), directions(features)),
                nearest(self.means @ self.whitening, compressed(maps, MAPS) @ self.whitening),
                ink.astype(np.float32),
            ],
            axis=1,
        )

    def score(self, measures: Floats) -> Floats:
        """How unlike each picture is, N: 1 at the threshold, infinite where a measure is not finite."""
        away = (measures - np.array(self.centre, np.float32)) / np.array(self.spread, np.float32)
        total = np.sqrt((np.maximum(away, 0) ** 2).sum(axis=1)) / np.float32(self.threshold)
        result: Floats = np.where(np.isfinite(measures).all(axis=1), total, np.inf).astype(np.float32)
        return result

    def to_json(self) -> dict[str, Any]:
        """Plain values; arrays as base64. ``from_json`` gives back an equal record."""
        return {
            "features": self.features,
            "maps": self.maps,
            "prototypes": _packed(self.prototypes, "<i1"),
            "means": _packed(self.means, "<f4"),
            "whitening": _packed(self.whitening, "<f4"),
            "centre": list(self.centre),
            "spread": list(self.spread),
            "threshold": self.threshold,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Novelty:
        """Read what ``to_json`` wrote. Raises DataError for anything else."""
        if not isinstance(data, Mapping):
            raise DataError("The saved measure of novelty must be a set of named values.")
        features, maps = (_count(data, name, MOST_FEATURES) for name in ("features", "maps"))
        width, across = min(features, DIRECTIONS), min(maps, MAPS)
        whitening = _unpacked(data, "whitening", "<f4", (across,), across)
        if len(whitening) != across:
            raise _wrong("whitening", "a square of numbers")
        return cls(
            features,
            maps,
            _unpacked(data, "prototypes", "<i1", (width,), MOST_PROTOTYPES),
            _unpacked(data, "means", "<f4", (across,), MOST_CLASSES),
            whitening,
            _numbers(data, "centre", -_BOUND),
            _numbers(data, "spread", 1e-12),
            _number(data.get("threshold"), "threshold", 1e-6),
        )


def sentence(schema: Schema) -> str:
    """What is said of a picture that is unlike everything learned."""
    if schema.answer.names == tuple("0123456789"):
        return "This looks like none of the digits it learned."
    return "This is unlike everything the network was trained on."


def directions(features: Floats) -> Floats:
    """Features N×F as directions of about unit length, N×DIRECTIONS or, where there are fewer features, N×F."""
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return compressed(features / np.maximum(length, np.float32(1e-9)), DIRECTIONS)


def compressed(values: Floats, most: int) -> Floats:
    """N×V as at most N×``most``: random signs keep distances nearly as they are (Achlioptas, 2003)."""
    return values @ _signs(values.shape[1], most) if values.shape[1] > most else values


def nearest(places: Floats, points: Floats) -> Floats:
    """The distance from each of N points to the nearest of P places, N."""
    with np.errstate(over="ignore", invalid="ignore"):
        squares = (points**2).sum(axis=1)[:, None] + (places**2).sum(axis=1) - 2 * points @ places.T
        result: Floats = np.sqrt(np.maximum(squares.min(axis=1), 0))
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


def _numbers(data: Mapping[str, Any], name: str, low: float) -> tuple[float, ...]:
    values = data.get(name)
    if not isinstance(values, list) or len(values) != MEASURES:
        raise _wrong(name, f"{MEASURES} numbers")
    return tuple(_number(value, name, low) for value in values)


def _number(value: Any, name: str, low: float) -> float:
    if type(value) not in (int, float) or not low <= value <= _BOUND:
        raise _wrong(name, f"from {low:g} to {_BOUND:g}")
    return float(value)


def _wrong(name: str, expected: str) -> DataError:
    return DataError(f"The saved measure of novelty is damaged: its {name} must be {expected}.")
