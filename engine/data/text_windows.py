"""Text as rows to learn from: windows on one long row of tokens, and the same one token later as their targets.

The text is divided in time: training comes first, then validation, then test, so that nothing is judged by what stands
between things learned. The vocabulary is that of the training part alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np

from engine.counting import counted
from engine.data.array_cache import FILES, Sink, in_memory
from engine.data.characters import encoded, fit_characters
from engine.data.dataset import Array, DataError, Dataset, Schema, Split
from engine.data.division import DividedBy, Division
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import DataKind, PreparationKind
from engine.data.splitting import check_fractions
from engine.graph.parameters import Integer
from engine.graph.shapes import Shape
from engine.graph.targets import NextToken

WINDOW = Integer(
    name="window",
    title="Window",
    default=96,
    low=2,
    high=4_096,
    unit="characters",
    help="How many characters the network sees at a time: it learns to continue from each of them, and nothing it "
    "says depends on what lies further back.",
)

FEWEST_ROWS = 4
"""Windows that a part should have at least, to judge by it."""
KEPT = 8 * 2**20
"""Characters from which on the tokens of a text are kept on disk."""
SPLITS = ("training", "validation", "test")
_PIECE = 2**20


@dataclass(frozen=True)
class TextSource:
    """What is said of a text in its schema."""

    name: str
    title: str
    summary: str
    licence: str
    origin: str


def text_schema(source: TextSource, characters: str, window: int, file: Fingerprint | None = None) -> Schema:
    """What text with this vocabulary, of ``file``, is like, seen through windows of ``window`` characters."""
    size = len(characters)
    return Schema(
        name=source.name,
        title=source.title,
        summary=source.summary,
        kind=DataKind.TEXT,
        input=Shape.tokens(window, size),
        target=NextToken(size, tuple(characters), steps=window),
        columns=(),
        value_range=(0.0, float(size - 1)),
        licence=source.licence,
        origin=source.origin,
        preparation=PreparationKind.NONE,
        file=file,
    )


class CharacterText(Protocol):
    """A text of ``length`` characters, which need not stand in memory whole."""

    @property
    def length(self) -> int: ...

    def pieces(self, begin: int = 0, end: int | None = None) -> Iterator[str]:
        """The characters from ``begin`` to before ``end``, some at a time. Raises DataError."""


@dataclass(frozen=True)
class TextInMemory:
    """A text that is at hand."""

    text: str

    @property
    def length(self) -> int:
        return len(self.text)

    def pieces(self, begin: int = 0, end: int | None = None) -> Iterator[str]:
        """The characters from ``begin`` to before ``end``, some at a time."""
        end = self.length if end is None else end
        for at in range(begin, end, _PIECE):
            yield self.text[at : min(at + _PIECE, end)]


@dataclass(frozen=True, eq=False)
class TextSplit(Split):
    """Windows on ``tokens``, whole numbers N, all of those that windows look at: ``inputs`` are views of them."""

    tokens: Array

    @property
    def nbytes(self) -> int:
        """The memory that the tokens take, in bytes."""
        return self.tokens.nbytes


def parts(length: int, validation: float, test: float) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Where the training, validation and test part of a text begin and end. Raises DataError for impossible shares."""
    check_fractions(validation, test)
    held, judged = round(length * validation), round(length * test)
    begin = length - held - judged
    return (0, begin), (begin, begin + held), (begin + held, length)


def text_dataset(
    source: TextSource,
    text: CharacterText,
    window: int,
    validation: float,
    test: float,
    *,
    file: Fingerprint | None = None,
) -> Dataset:
    """The rows of a text, divided in time. With the ``file`` it is in, tokens of a long one are kept on disk.

    Raises DataError where a part that is asked for is too short for a single window.
    """
    divided = parts(text.length, validation, test)
    for name, share, (begin, end) in zip(SPLITS, (1.0, validation, test), divided, strict=True):
        if share and end - begin <= window:
            raise DataError(
                f"{source.title} is too short: of its {counted(text.length, 'character')} the {name} part has "
                f"{end - begin:,}, and a window of {window:,} needs {window + 1:,} or more. Take a longer text, or "
                "make the window smaller (dataset_options.window)."
            )

    def make(sink: Sink) -> dict[str, str]:
        characters = fit_characters(text.pieces(*divided[0]))
        for name, (begin, end) in zip(SPLITS, divided, strict=True):
            pieces = text.pieces(begin, end)
            sink.add(name, chain([encoded("", characters)], (encoded(piece, characters) for piece in pieces)))
        return {"characters": characters}

    if file is None or text.length < KEPT:
        found = in_memory(make)
    else:
        key = f"text 1 {file.sha256} {validation!r} {test!r}"
        found = FILES.get(key, make, 2 * text.length)
    schema = text_schema(source, found.values["characters"], window, file)
    splits = (_split(found.arrays[name], window) for name in SPLITS)
    return Dataset(schema, *splits, division=Division(DividedBy.ORDER))


def _split(tokens: Array, window: int) -> Split:
    """Windows one after another; the arrays are views of ``tokens``."""
    count = max(0, len(tokens) - 1) // window
    used = tokens[: count * window + 1] if count else tokens[:0]
    inputs, targets = used[: count * window], used[1:]
    return TextSplit(inputs.reshape(count, window), targets.reshape(count, window), used)


def tokens_of(split: Split) -> Array:
    """The one long row of tokens that the windows of a split look at: all but those behind its last window."""
    if isinstance(split, TextSplit):
        return split.tokens
    if not len(split):
        return split.inputs.reshape(-1)
    return np.concatenate([split.inputs.reshape(-1), split.targets[-1, -1:]])
