"""Digits written by the program itself, as a dataset: without limit, and without a download."""

from __future__ import annotations

from engine.data import folders
from engine.data.dataset import Schema, Split
from engine.data.disk_cache import cached
from engine.data.kinds import DataKind
from engine.data.sources.source import Pool, Source, samples
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories

TEST_ROWS = 4_000
# Two streams of chance that have nothing in common: no test picture is ever trained on.
_SEED, _TEST_SEED = 1, 2

_SCHEMA = Schema(
    name="strokes",
    title="Pen digits",
    summary="Digits that Sketchnet writes itself with a wobbling pen, in the many ways people write them, "
    "prepared exactly as your own drawing is.",
    kind=DataKind.PICTURES,
    input=Shape.picture(1, 28, 28),
    target=Categories(10, tuple("0123456789")),
    columns=(),
    value_range=(0.0, 255.0),
    licence="Public domain (CC0)",
    origin="Made by Sketchnet",
)


def _make(options: Params) -> Pool:
    return Pool(training_digits(options.samples), _split(TEST_ROWS, _TEST_SEED))


def training_digits(count: int) -> Split:
    """``count`` digits to learn from, uint8 count×1×28×28 with int64 labels; never a test picture."""
    return _split(count, _SEED)


def _split(count: int, seed: int) -> Split:
    """``count`` pictures from the generator, or from its last run with the same numbers."""
    # Imported here since its pen paths need not be in memory to list the datasets.
    from engine.data.sources import strokes

    name = f"strokes-v{strokes.VERSION}-{count}-{seed}"

    return Split(*cached(folders.cache() / "strokes", name, count, lambda: strokes.generate(count, seed)))


STROKES = Source(
    schema=lambda _options: _SCHEMA,
    make=_make,
    rows=lambda options: int(options.samples),
    test_rows=TEST_ROWS,
    options=(samples(20_000, low=100, high=200_000),),
)
