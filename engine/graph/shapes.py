"""What flows on a wire: axes with a meaning, and the kind of number. The batch axis is never written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import Any

from engine.text import brief


class DType(StrEnum):
    """The kind of number on a wire."""

    FLOAT = "float"
    """Ordinary numbers."""
    INT = "int"
    """Tokens: whole numbers that stand for words."""


class ShapeForm(StrEnum):
    """What a sample is by its axes: the forms that layers tell apart."""

    FEATURES = "features"
    SEQUENCE = "sequence"
    SIGNAL = "signal"
    PICTURE = "picture"
    TOKENS = "tokens"

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of its axes, in order."""
        return _AXES[self]


_AXES = {
    ShapeForm.FEATURES: ("features",),
    ShapeForm.SEQUENCE: ("time", "features"),
    ShapeForm.SIGNAL: ("channels", "length"),
    ShapeForm.PICTURE: ("channels", "height", "width"),
    ShapeForm.TOKENS: ("time",),
}
_FORM_OF_NUMBERS = {axes: form for form, axes in _AXES.items() if form is not ShapeForm.TOKENS}


class ShapeErrorCode(StrEnum):
    """Why a layer cannot take what its wires bring."""

    RANK = "rank"
    """The wrong kind of axes."""
    SIZE = "size"
    """An axis is too small or not divisible."""
    MISMATCH = "mismatch"
    """Inputs do not go together."""
    DTYPE = "dtype"
    """Numbers where tokens were expected, or the reverse."""
    COUNT = "count"
    """The wrong number of inputs."""
    PARAMETER = "parameter"
    """Settings contradict one another, or what arrives."""
    LARGE = "large"
    """More numbers than any machine works on."""
    INSIDE = "inside"
    """A layer in a block cannot take what arrives."""
    COLUMNS = "columns"
    """A data block is to give columns that the data does not have."""
    GOAL = "goal"
    """It is not known which of several targets a goal block, or a layer before it, is for."""
    TARGET = "target"
    """What arrives at the goal is not what the target asks for."""


class ShapeError(ValueError):
    """A layer cannot take what its wires bring. By its ``code`` repairs are offered."""

    def __init__(self, message: str, code: ShapeErrorCode = ShapeErrorCode.RANK, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


_UNITS = {"height": "high", "width": "wide", "length": "long", "time": "steps"}
"""How the size of an axis is read, where it is not simply so many of its name."""


@dataclass(frozen=True)
class Shape:
    """The axes of one sample, for example 32 channels × 14 high × 14 wide.

    ``sizes`` and ``names`` say how long each axis is and what it means, in order. Tokens carry the size of their
    ``vocabulary``. Raises ValueError when there are not as many sizes as names, or for an unknown ``dtype``.
    """

    sizes: tuple[int, ...]
    names: tuple[str, ...]
    dtype: DType = DType.FLOAT
    vocabulary: int = 0

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.names):
            raise ValueError(f"{len(self.sizes)} sizes but {len(self.names)} axis names")
        try:
            object.__setattr__(self, "dtype", DType(self.dtype))  # which may be given as its word
        except ValueError:
            raise ValueError(f'dtype must be "float" or "int", not {self.dtype!r}') from None

    @classmethod
    def picture(cls, channels: int, height: int, width: int) -> Shape:
        """A picture: channels × height × width."""
        return cls((channels, height, width), ShapeForm.PICTURE.axes)

    @classmethod
    def features(cls, count: int) -> Shape:
        """``count`` numbers in no order, such as a row of a table."""
        return cls((count,), ShapeForm.FEATURES.axes)

    @classmethod
    def sequence(cls, time: int, features: int) -> Shape:
        """``time`` steps of ``features`` numbers each."""
        return cls((time, features), ShapeForm.SEQUENCE.axes)

    @classmethod
    def signal(cls, channels: int, length: int) -> Shape:
        """A signal: channels × length."""
        return cls((channels, length), ShapeForm.SIGNAL.axes)

    @classmethod
    def tokens(cls, time: int, vocabulary: int) -> Shape:
        """``time`` tokens, each a whole number from 0 to ``vocabulary`` - 1."""
        return cls((time,), ShapeForm.TOKENS.axes, DType.INT, vocabulary)

    @property
    def is_tokens(self) -> bool:
        """Whether it holds tokens, which are looked up and never calculated with."""
        return self.dtype is DType.INT

    @property
    def form(self) -> ShapeForm | None:
        """What a sample is; None for axes that are those of no form. All tokens are TOKENS, however arranged."""
        return ShapeForm.TOKENS if self.is_tokens else _FORM_OF_NUMBERS.get(self.names)

    @property
    def rank(self) -> int:
        """How many axes one sample has."""
        return len(self.sizes)

    @property
    def count(self) -> int:
        """How many numbers one sample has."""
        return prod(self.sizes)

    def size(self, name: str) -> int:
        """The size of the axis called ``name``. Raises KeyError when there is none."""
        try:
            return self.sizes[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def resized(self, **sizes: int) -> Shape:
        """A copy with the named axes resized."""
        for name in sizes:
            self.size(name)
        new = tuple(sizes.get(name, size) for name, size in zip(self.names, self.sizes, strict=True))
        return Shape(new, self.names, self.dtype, self.vocabulary)

    def label(self) -> str:
        """The sizes as written on a wire: ``32×14×14``."""
        return "×".join(f"{size}" for size in self.sizes) or "1"

    def words(self) -> str:
        """The sizes with their axes: ``32 channels × 14 high × 14 wide``."""
        units = _UNITS | ({"time": "tokens"} if self.is_tokens else {})
        named = [(size, units.get(name, name)) for size, name in zip(self.sizes, self.names, strict=True)]
        parts = [f"{size:,} {unit.removesuffix('s') if size == 1 else unit}" for size, unit in named]
        return " × ".join(parts) or "one number"

    def to_json(self) -> dict[str, Any]:
        """The shape as plain JSON values; ``from_json`` reads it back."""
        data: dict[str, Any] = {"sizes": list(self.sizes), "names": list(self.names), "dtype": self.dtype.value}
        if self.vocabulary:
            data["vocabulary"] = self.vocabulary
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shape:
        """Read what ``to_json`` wrote. Raises ValueError with a sentence."""
        given = data if isinstance(data, Mapping) else {}
        sizes, names, vocabulary = given.get("sizes"), given.get("names"), given.get("vocabulary", 0)
        if not (
            isinstance(sizes, list)
            and isinstance(names, list)
            and all(type(size) is int and 0 < size < 2**31 for size in sizes)
            and all(type(name) is str for name in names)
            and type(vocabulary) is int
            and 0 <= vocabulary < 2**31
        ):
            raise ValueError(f"A shape needs whole sizes and named axes, not {brief(data)}.")
        return cls(tuple(sizes), tuple(names), given.get("dtype", "float"), vocabulary)
