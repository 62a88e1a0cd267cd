"""What a dataset of the user's own examples is: a description, and examples with a label each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Split
from engine.data.kinds import PictureForm

MOST_CLASSES = 1_000
LONGEST_NAME = 100
"""Characters of a title, of a class and of an axis."""
LARGEST_SIDE = 512
"""Pixels of a side of a picture."""
HELD_OF, HELD_AT = 3, 1
"""Of so many pictures of a class in a row the one at this place is held out: it is never learned from."""


class ExampleKind(StrEnum):
    """What the examples are; the words are those of the file."""

    PICTURES = "pictures"
    POINTS = "points"


@dataclass(frozen=True)
class Description:
    """What a dataset says of itself.

    ``size`` is channels, height and width of a picture, (2,) of a point. ``axes`` and ``ranges`` (lowest and highest)
    are those of points. ``form`` is how pictures lie in their frame, None for the usual. Raises ValueError.
    """

    title: str
    kind: ExampleKind
    classes: tuple[str, ...]
    size: tuple[int, ...] = (2,)
    axes: tuple[str, str] = ("x", "y")
    ranges: tuple[tuple[float, float], tuple[float, float]] = ((-1.0, 1.0), (-1.0, 1.0))
    form: PictureForm | None = None

    def __post_init__(self) -> None:
        names = (self.title, *self.classes, *self.axes)
        if any(not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() for name in names):
            raise ValueError(f"A name must have 1 to {LONGEST_NAME} letters on one line.")
        if not 2 <= len(self.classes) <= MOST_CLASSES or len(set(self.classes)) != len(self.classes):
            raise ValueError(f"Expected 2 to {MOST_CLASSES} classes with different names.")
        if self.kind is ExampleKind.PICTURES:
            sides = self.size[1:]
            if len(self.size) != 3 or self.size[0] not in (1, 3) or not all(1 <= one <= LARGEST_SIDE for one in sides):
                raise ValueError(f"An image has 1 or 3 channels and sides of 1 to {LARGEST_SIDE} pixels.")
        elif self.size != (2,) or not all(low < high and np.isfinite([low, high]).all() for low, high in self.ranges):
            raise ValueError("A point has two numbers, and each axis goes from a number to a larger one.")

    def to_json(self) -> dict[str, Any]:
        """Plain values; ``from_json`` gives back an equal description."""
        data: dict[str, Any] = {
            "title": self.title,
            "kind": self.kind.value,
            "classes": list(self.classes),
            "size": list(self.size),
        }
        if self.kind is ExampleKind.POINTS:
            data |= {"axes": list(self.axes), "ranges": [list(one) for one in self.ranges]}
        if self.form is not None:
            data["form"] = self.form.value
        return data

    @classmethod
    def from_json(cls, data: Any) -> Description:
        """Read what ``to_json`` wrote. Raises ValueError, TypeError and KeyError."""
        if not isinstance(data, Mapping):
            raise ValueError("a description is an object")
        (x0, x1), (y0, y1) = data.get("ranges", ((-1.0, 1.0), (-1.0, 1.0)))
        across, up = data.get("axes", ("x", "y"))
        form = data.get("form")
        return cls(
            str(data["title"]),
            ExampleKind(data["kind"]),
            tuple(map(str, data["classes"])),
            tuple(map(int, data["size"])),
            (str(across), str(up)),
            ((float(x0), float(x1)), (float(y0), float(y1))),
            None if form is None else PictureForm(form),
        )


@dataclass(frozen=True, eq=False)
class Example:
    """``values``: a picture as uint8 channels×height×width, a point as float32 of two numbers.

    ``held``: it is kept to judge by and never learned from, in whatever network.
    """

    id: str
    label: str
    values: NDArray[Any]
    held: bool = False


@dataclass(frozen=True, eq=False)
class Collection:
    """A dataset of the user's own. ``damaged`` is how many lines of its file could not be read."""

    description: Description
    examples: tuple[Example, ...] = ()
    damaged: int = 0

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many examples each class has, in the order of the classes."""
        found = Counter(example.label for example in self.examples)
        return {name: found[name] for name in self.description.classes}

    @cached_property
    def to_learn_from(self) -> tuple[Example, ...]:
        """The examples that are not held out."""
        return tuple(example for example in self.examples if not example.held)

    @cached_property
    def held_out(self) -> tuple[Example, ...]:
        """The examples that are never learned from."""
        return tuple(example for example in self.examples if example.held)

    def split(self, examples: tuple[Example, ...], classes: tuple[str, ...] = ()) -> Split:
        """Examples as rows; ``classes`` are those of another dataset, in whose order they are numbered."""
        names = {name: index for index, name in enumerate(classes or self.description.classes)}
        shown = [example for example in examples if example.label in names]
        dtype = np.uint8 if self.description.kind is ExampleKind.PICTURES else np.float32
        inputs = np.stack([example.values for example in shown]) if shown else np.empty((0, *self.description.size))
        targets = np.array([names[example.label] for example in shown], dtype=np.int64)
        return Split(inputs.astype(dtype, copy=False), targets)
