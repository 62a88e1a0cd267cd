"""Any image in colours of 8 bits, as it is looked at, and the part in its middle that has a given shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def as_colours(picture: NDArray[np.generic]) -> NDArray[np.uint8]:
    """An image H×W or H×W×(1 to 4) of any number type as uint8 H×W×3; what is transparent lies on white.

    Numbers that are no bytes are stretched from their lowest to their highest. ValueError for other arrays, and for
    numbers that are not finite.
    """
    pixels = np.asarray(picture)
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4 or not pixels.size:
        raise ValueError(f"expected an image of height × width × 1 to 4 channels; found {pixels.shape}")
    if pixels.dtype != np.uint8:
        levels = pixels.astype(np.float64)
        if not np.isfinite(levels).all():
            raise ValueError("the image holds numbers that are not finite")
        low, high = float(levels.min()), float(levels.max())
        pixels = np.rint((levels - low) * (255 / max(high - low, 1e-300))).astype(np.uint8)
    channels = pixels.shape[2]
    colours = np.repeat(pixels[:, :, :1], 3, axis=2) if channels < 3 else pixels[:, :, :3]
    if channels in (2, 4):
        opaque = pixels[:, :, -1:].astype(np.float32) / 255
        colours = np.rint(colours * opaque + 255 * (1 - opaque)).astype(np.uint8)
    return np.ascontiguousarray(colours)


def covering(height: int, width: int, across: int, down: int) -> tuple[int, int, int, int]:
    """The largest part in the middle of an image that has the shape of another: left, top, width, height.

    ``height`` and ``width`` are those of the image, ``across`` and ``down`` those of the other.
    """
    wide = min(width, max(1, round(height * across / down)))
    high = min(height, max(1, round(width * down / across)))
    return (width - wide) // 2, (height - high) // 2, wide, high
