"""How the pictures of a dataset lie in their frame: what already has that form, and how any other picture is given it.

A network reads a picture only if it was prepared as those it learned from, and that is never the same: MNIST fits the
ink into a box and centres its mass, the small digits of UCI fill the height and stand upright, Fashion-MNIST's clothes
reach from edge to edge. A picture that has the form of the dataset must not be prepared again: it would only get worse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.data.dataset import Schema
from engine.data.digit import prepare_picture
from engine.data.ink import BOX, CENTRE, Floats
from engine.data.kinds import PictureForm
from engine.data.pictures.ink import find_ink, find_written, thickened

Pictures = NDArray[np.uint8]

_FAINT = 12
"""Grey levels (of 255) up to which a pixel is ground."""
_BITMAP, _ACROSS, _LINE = 32, 18, 4.0
"""The bitmaps of which UCI's small digits are made: their side, the usual width of a digit, the width of its lines."""
_NARROW = 0.35
"""Width over height up to which a digit is a 1 and not widened."""

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Form:
    """The form of a dataset's pictures, bright on black.

    ``fits`` says of a picture of the dataset's size (uint8 H×W) whether it lies as the dataset's own do; ``prepared``
    makes any picture (grey, H×W) into one of that height and width, or gives None if nothing is in it. ``missing`` says
    what such a picture shows.
    """

    missing: str
    fits: Callable[[Pictures], bool]
    prepared: Callable[[NDArray[np.generic], int, int], Pictures | None]


def form_of(schema: Schema) -> Form:
    """The form of a dataset's pictures: the one it declares, else MNIST's for digits, else that of things."""
    return FORMS[schema.picture_form or (PictureForm.DIGITS if schema.target.names == DIGITS else PictureForm.THINGS)]


def _box(picture: Pictures) -> tuple[int, int, int, int] | None:
    """First and last row, first and last column of what is brighter than the ground."""
    seen = picture > _FAINT
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return (int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])) if len(rows) else None


def _centre(picture: NDArray[np.generic]) -> tuple[float, float]:
    """Row and column of the centre of mass."""
    weights = picture.astype(np.float64)
    rows, columns = weights.sum(axis=1), weights.sum(axis=0)
    whole = float(weights.sum())
    return float(rows @ np.arange(len(rows))) / whole, float(columns @ np.arange(len(columns))) / whole


def _corners(picture: Pictures) -> float:
    return float(picture[[0, 0, -1, -1], [0, -1, 0, -1]].mean())


def _digit_fits(picture: Pictures) -> bool:
    box = _box(picture)
    if box is None or float(np.median(picture)) > _FAINT:
        return False
    longest = max(box[1] - box[0], box[3] - box[2]) + 1
    scale = len(picture) / (2 * CENTRE)
    apart = np.abs(np.array(_centre(picture)) / scale - CENTRE).max()
    return BOX * scale - 1.5 <= longest <= BOX * scale + 0.5 and bool(apart <= 1.0)


def _digit_prepared(picture: NDArray[np.generic], height: int, width: int) -> Pictures | None:
    digit = prepare_picture(picture)
    if not digit.any():
        return None
    if digit.shape == (height, width):
        return digit
    return np.asarray(Image.fromarray(digit).resize((width, height), Image.Resampling.BOX))


def _bitmap_fits(picture: Pictures) -> bool:
    box = _box(picture)
    if box is None or _corners(picture) > 80:
        return False
    sides = float(picture[:, [0, -1]].mean())
    apart = np.abs(np.array(_centre(picture)) - (np.array(picture.shape) - 1) / 2).max()
    return box[1] - box[0] + 1 == len(picture) and sides < 50 and bool(apart <= len(picture) / 6)


def _bitmap_prepared(picture: NDArray[np.generic], height: int, width: int) -> Pictures | None:
    """Upright, filling the height, and narrow, as NIST's programs made bitmaps of 32×32; then sums of blocks.

    M. Garris and others, "NIST Form-Based Handprint Recognition System", 1997: characters are scaled into 20×32 pixels,
    their slant is taken away, and thin lines are thickened.
    """
    if not prepare_picture(picture).any():
        return None
    found = find_ink(picture)
    if found is None:
        return None
    ink = _upright(found)
    share = ink.shape[1] / ink.shape[0]
    across = _ACROSS if share > _NARROW else max(_ACROSS // 2, round(share * _BITMAP))
    ink = _resized(thickened(ink, _LINE * ink.shape[0] / _BITMAP), _BITMAP * height // 8, across * width // 8)
    left = (_BITMAP * width // 8 - ink.shape[1]) // 2
    canvas = np.zeros((_BITMAP * height // 8, _BITMAP * width // 8), dtype=np.float32)
    canvas[:, left : left + ink.shape[1]] = ink
    blocks = canvas.reshape(height, _BITMAP // 8, width, _BITMAP // 8).mean(axis=(1, 3))
    return np.rint(blocks * 255).astype(np.uint8)


def _upright(ink: Floats) -> Floats:
    """The ink sheared until its lines stand upright: no covariance of rows and columns is left."""
    weights = ink.astype(np.float64)
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    (row, column), whole = _centre(weights), float(weights.sum())
    spread = float((weights * (y - row) ** 2).sum()) / whole
    slant = float((weights * (y - row) * (x - column)).sum()) / whole / max(spread, 1e-9)
    slant = float(np.clip(slant, -1.0, 1.0))
    room = int(abs(slant) * ink.shape[0] / 2) + 2
    image = Image.fromarray(np.pad(ink, ((0, 0), (room, room))))
    shear = (1.0, slant, -slant * row, 0.0, 1.0, 0.0)
    upright = np.asarray(image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR))
    columns = np.flatnonzero((upright > 0.1).any(axis=0))
    return upright[:, columns[0] : columns[-1] + 1] if len(columns) else ink


def _thing_fits(picture: Pictures) -> bool:
    box = _box(picture)
    rim = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    if box is None or _corners(picture) > 127 or int((rim < 64).sum()) < int((rim > 191).sum()):
        return False
    return max((box[1] - box[0] + 1) / picture.shape[0], (box[3] - box[2] + 1) / picture.shape[1]) >= 0.88


def _thing_prepared(picture: NDArray[np.generic], height: int, width: int) -> Pictures | None:
    """Cut to what stands out from the ground, fitted with its proportions kept, in the middle, on black."""
    found = find_written(picture)
    if found is None:
        return None
    scale = min(height / found.shape[0], width / found.shape[1])
    small = _resized(found, max(1, round(found.shape[0] * scale)), max(1, round(found.shape[1] * scale)))
    result = np.zeros((height, width), dtype=np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    result[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(small * 255)
    return result


def _resized(ink: Floats, height: int, width: int) -> Floats:
    image = Image.fromarray(np.ascontiguousarray(ink, dtype=np.float32))
    return np.clip(np.asarray(image.resize((width, height), Image.Resampling.HAMMING), dtype=np.float32), 0.0, 1.0)


FORMS = {
    PictureForm.DIGITS: Form("no digit", _digit_fits, _digit_prepared),
    PictureForm.FILLING_DIGITS: Form("no digit", _bitmap_fits, _bitmap_prepared),
    PictureForm.THINGS: Form("nothing", _thing_fits, _thing_prepared),
}
