"""Text as rows to learn from: windows on one long row of tokens, and the same one token later as their targets.

The text is divided in time: training comes first, then validation, then test, so that nothing is judged by what stands
between things learned. The vocabulary is that of the training part alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.counting import counted
from engine.data.characters import Tokens, encoded, fit_characters
from engine.data.dataset import Array, DataError, Dataset, Schema, Split
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


@dataclass(frozen=True)
class TextSource:
    """What is said of a text in its schema."""

    name: str
    title: str
    summary: str
    licence: str
    origin: str


def text_schema(source: TextSource, characters: str, window: int) -> Schema:
    """What text with this vocabulary is like, seen through windows of ``window`` characters."""
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
    )


def parts(text: str, validation: float, test: float) -> tuple[str, str, str]:
    """Training, validation and test part of a text, in this order. Raises DataError for shares that make no sense."""
    check_fractions(validation, test)
    length = len(text)
    held, judged = round(length * validation), round(length * test)
    begin = length - held - judged
    return text[:begin], text[begin : begin + held], text[begin + held :]


def text_dataset(source: TextSource, text: str, window: int, validation: float, test: float) -> Dataset:
    """The rows of a text, divided in time.

    Raises DataError where a part that is asked for is too short for a single window.
    """
    divided = parts(text, validation, test)
    for name, share, part in zip(("training", "validation", "test"), (1.0, validation, test), divided, strict=True):
        if share and len(part) <= window:
            raise DataError(
                f"{source.title} is too short: of its {counted(len(text), 'character')} the {name} part has "
                f"{len(part):,}, and a window of {window:,} needs {window + 1:,} or more. Take a longer text, or make "
                "the window smaller (dataset_options.window)."
            )
    characters = fit_characters(divided[0])
    schema = text_schema(source, characters, window)
    return Dataset(schema, *(_split(encoded(part, characters), window) for part in divided))


def _split(tokens: Tokens, window: int) -> Split:
    """Windows one after another; both arrays are views of ``tokens``."""
    tokens.flags.writeable = False
    count = max(0, len(tokens) - 1) // window
    inputs = tokens[: count * window].reshape(count, window)
    targets = tokens[1 : count * window + 1] if count else tokens[:0]
    return Split(inputs, targets.reshape(count, window))


def tokens_of(split: Split) -> Array:
    """The one long row of tokens that the windows of a split look at: all but those behind its last window."""
    if not len(split):
        return split.inputs.reshape(-1)
    return np.concatenate([split.inputs.reshape(-1), split.targets[-1, -1:]])
