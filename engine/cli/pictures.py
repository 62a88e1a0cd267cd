"""A picture file -> the array that a network for a picture dataset takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.data.dataset import Schema
from engine.data.digit import InkError, prepare_picture
from engine.data.picture_file import PictureError, read_picture_file

DIGITS = tuple("0123456789")


def read_picture(path: Path, schema: Schema) -> NDArray[np.uint8]:
    """Read a picture as the dataset's pictures are: uint8 channels×height×width, 0 to 255.

    For datasets of handwritten digits the digit is found, whatever its size, place and polarity, and prepared like
    those of the dataset. Any other picture is fitted into the size with its proportions kept; where the dataset has
    bright things on black, a picture on a bright ground is turned around. Raises PictureError.
    """
    pixels = read_picture_file(path)
    channels, height, width = schema.input.sizes
    try:
        if schema.answer.names == DIGITS and channels == 1:
            digit = prepare_picture(pixels)
            if not digit.any():
                raise PictureError(f"{path} shows no digit: nothing stands out from the ground.")
            return (digit if (height, width) == digit.shape else _shrunk(digit, height, width))[None]
    except InkError as error:
        raise PictureError(f"{path}: {error}") from None
    return _fitted(pixels, channels, height, width)


def _shrunk(digit: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """A prepared digit for smaller pictures, filled from top to bottom as small digit datasets have them."""
    rows, across = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    ink = Image.fromarray(digit[rows[0] : rows[-1] + 1, across[0] : across[-1] + 1])
    scale = min(height / ink.height, width / ink.width)
    fitted = ink.resize((max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.BOX)
    canvas = Image.new("L", (width, height), 0)
    canvas.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
    return np.asarray(canvas)


def _fitted(pixels: NDArray[Any], channels: int, height: int, width: int) -> NDArray[np.uint8]:
    if pixels.ndim == 2:  # deep greys to 0 … 255
        deep = pixels.astype(np.float64)
        low, high = float(deep.min()), float(deep.max())
        pixels = np.rint((deep - low) * (255 / (high - low or 1.0))).astype(np.uint8)
        image = Image.fromarray(pixels)
    else:
        image = Image.fromarray(pixels)
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    image = image.convert("L" if channels == 1 else "RGB")
    rim = np.asarray(image)
    border = np.concatenate([rim[0].ravel(), rim[-1].ravel(), rim[:, 0].ravel(), rim[:, -1].ravel()])
    if channels == 1 and np.median(border) > 127:
        image = ImageOps.invert(image)
    image = ImageOps.pad(image, (width, height), Image.Resampling.BOX, color=0)
    array = np.asarray(image)
    return array[None] if channels == 1 else np.ascontiguousarray(array.transpose(2, 0, 1))
