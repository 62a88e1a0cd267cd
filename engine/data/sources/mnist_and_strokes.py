"""MNIST and the program's own digits as one dataset: American handwriting, and the many other ways people write."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Schema, Split
from engine.data.kinds import DataKind
from engine.data.sources import drawn_digits
from engine.data.sources.mnist import MNIST
from engine.data.sources.source import Pool, Source, samples
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories

_SCHEMA = Schema(
    name="mnist+strokes",
    title="MNIST and pen digits",
    summary="MNIST's digits together with those that Sketchnet writes itself, which add ways of writing that MNIST's "
    "writers did not use. Tested on MNIST's own test images.",
    kind=DataKind.PICTURES,
    input=Shape.picture(1, 28, 28),
    target=Categories(10, tuple("0123456789")),
    columns=(),
    value_range=(0.0, 255.0),
    licence="CC BY-SA 3.0 (MNIST); public domain, CC0 (pen digits)",
    origin="Y. LeCun, C. Cortes, C. Burges, 1998, from handwriting collected by NIST; and made by Sketchnet",
)


def with_pen_digits(mnist: Source) -> Source:
    """The rows of ``mnist`` and pen digits to learn from, with the test rows of ``mnist``; the same files to fetch."""

    def make(options: Params) -> Pool:
        pictures, drawn = mnist.make(Params()), drawn_digits.training_digits(options.samples)
        rows = Split(
            np.concatenate([pictures.rows.inputs, drawn.inputs]), np.concatenate([pictures.rows.targets, drawn.targets])
        )
        # The test pictures are MNIST's alone, so that the figure can be compared with others'.
        return Pool(rows, pictures.test)

    return Source(
        schema=lambda _options: _SCHEMA,
        make=make,
        rows=lambda options: mnist.rows(Params()) + int(options.samples),
        test_rows=mnist.test_rows,
        options=(samples(60_000, low=100, high=200_000, help="How many pen digits to add to MNIST's 60,000."),),
        remote=mnist.remote,
    )


MNIST_AND_STROKES = with_pen_digits(MNIST)
