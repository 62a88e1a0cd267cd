"""Any array that is a picture -> how bright it is: colours, depths and transparency brought to one number a pixel."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.float64]

_BAND = 2**18
"""About how many pixels are held as numbers of eight bytes at a time."""


class InkError(ValueError):
    """Strokes or a picture that cannot be prepared; the message says what was expected and what was found."""


def light(picture: NDArray[np.generic], longest: int) -> Light:
    """How bright the picture is, H×W in its own scale; whole blocks averaged so that its longer side is `longest`.

    What is drawn on a transparent sheet is laid on the sheet, black or white, that it stands out from. Done by bands of
    rows: as numbers of eight bytes a large photograph takes more memory than there is.

    Raises:
        InkError: if `picture` is not H×W or H×W×(1 to 4), has no pixels, or holds numbers that are not finite.
    """
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] not in (1, 2, 3, 4)):
        raise InkError(f"An image must be H×W or H×W×C with 1 to 4 channels, but it is {_shape(picture)}.")
    if picture.size == 0:
        raise InkError(f"The image is {_shape(picture)}: it has no pixels.")
    if picture.dtype.kind not in "buif":
        raise InkError(f"An image must hold numbers, but it holds {picture.dtype}.")
    low, high = float(picture.min()), float(picture.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InkError("The image holds values that are not finite (NaN or infinity).")
    most = 255.0 if (high <= 255 if picture.dtype.kind in "ui" else high > 1.0) else 1.0  # full opacity as written here
    largest = max(abs(low), abs(high))
    scale = largest if largest > 1e100 else 1.0
    most /= scale
    pixels = picture if picture.ndim == 3 else picture[:, :, None]
    block = ceil(max(picture.shape[:2]) / longest)
    rows = block * max(1, _BAND // (block * picture.shape[1]))
    bands = []
    for top in range(0, len(pixels), rows):
        planes = _planes(pixels[top : top + rows].astype(np.float64) / scale, most)
        bands.append([block_means(plane, block) for plane in planes])
    bright, alpha, lit = (np.concatenate(planes) for planes in zip(*bands, strict=True))
    if float(alpha.min()) > 0.99:
        return bright
    opaque = float(lit.sum() / max(float(alpha.sum()), 1e-12))
    sheet = 0.0 if opaque > most / 2 else most
    return lit + sheet * (1.0 - alpha)


def shrink(grey: Light, longest: int) -> Light:
    """The picture averaged down until its longer side is `longest`; one that is smaller stays as it is."""
    height, width = grey.shape
    factor = longest / max(height, width)
    if factor >= 1:
        return grey
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    low, high = float(grey.min()), float(grey.max())
    image = Image.fromarray(((grey - low) / max(high - low, 1e-300)).astype(np.float32))
    small = image.resize(size, Image.Resampling.BOX, reducing_gap=3.0)
    return np.asarray(small, dtype=np.float64)


def block_means(plane: Light, block: int) -> Light:
    """The means of block×block values; those at the lower and right edge may be of fewer."""
    if block == 1:
        return plane
    down, across = np.arange(0, plane.shape[0], block), np.arange(0, plane.shape[1], block)
    sums = np.add.reduceat(np.add.reduceat(plane, down, axis=0), across, axis=1)
    counts = np.outer(np.diff(down, append=plane.shape[0]), np.diff(across, append=plane.shape[1]))
    return np.asarray(sums / counts)


def _planes(band: Light, most: float) -> tuple[Light, ...]:
    """Brightness and opacity (0 to 1) of h×w×C pixels, and their product, each h×w."""
    colours = band.shape[2]
    bright = band[:, :, :3] @ np.array([0.299, 0.587, 0.114]) if colours >= 3 else band[:, :, 0]
    alpha = np.clip(band[:, :, -1] / most, 0.0, 1.0) if colours in (2, 4) else np.ones_like(bright)
    return bright, alpha, bright * alpha


def _shape(picture: NDArray[np.generic]) -> str:
    return "×".join(str(size) for size in picture.shape) or "a single number"
