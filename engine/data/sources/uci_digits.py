"""1,797 real handwritten digits of 8×8 pixels that come with scikit-learn: small enough to train on in seconds."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Schema, Split
from engine.data.kinds import DataKind, PictureForm
from engine.data.sources.sklearn_tables import bundled
from engine.data.sources.source import Pool, Source
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.targets import Categories

_SCHEMA = Schema(
    name="uci-digits",
    title="Small digits",
    summary="1,797 digits written by 13 people, reduced to 8×8 pixels: real handwriting that trains in seconds.",
    kind=DataKind.PICTURES,
    input=Shape.picture(1, 8, 8),
    target=Categories(10, tuple("0123456789")),
    columns=(),
    value_range=(0.0, 255.0),
    licence="CC BY 4.0",
    origin="E. Alpaydin, C. Kaynak, 1998; UCI Machine Learning Repository, doi:10.24432/C50P49; shipped with "
    "scikit-learn",
    picture_form=PictureForm.FILLING_DIGITS,
)


def _make(_options: Params) -> Pool:
    """The published grey levels run from 0 to 16; they are spread over 0 … 255 like those of every other picture."""
    levels, labels = bundled("load_digits")
    pictures = np.rint(levels.reshape(-1, 1, 8, 8).astype(np.float64) * (255 / 16)).astype(np.uint8)
    return Pool(Split(pictures, labels.astype(np.int64)))


UCI_DIGITS = Source(schema=lambda _options: _SCHEMA, make=_make, rows=lambda _options: 1797)
