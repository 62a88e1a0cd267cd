"""A picture of any size, mode and depth -> the pixels that a network for the user's own pictures takes.

The pictures of a dataset and those that are tried later pass this one function, so that both are framed alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.data.kinds import PictureForm

_PAPER = 255.0
"""What stands behind pixels that are not opaque."""


def framed(
    picture: NDArray[np.generic], channels: int, height: int, width: int, form: PictureForm
) -> NDArray[np.uint8]:
    """A picture H×W (greys) or H×W×4 (red, green, blue, opacity) as uint8 ``channels``×``height``×``width``.

    ``channels`` is 1 for grey or 3 for colour. ``form`` says what becomes of a picture of other proportions: CROPPED
    cuts off what is beyond the frame at both sides, PADDED lays it whole into the frame and continues its border,
    STRETCHED changes its proportions. Greys of more than 8 bits are spread from the darkest to the brightest.
    """
    image = Image.fromarray(_eight_bits(picture, channels))
    if image.size == (width, height):
        return _planes(image)
    if form is PictureForm.STRETCHED:
        return _planes(image.resize((width, height), _SMOOTH, reducing_gap=3.0))
    scales = (width / image.width, height / image.height)
    scale = min(scales) if form is PictureForm.PADDED else max(scales)
    if form is PictureForm.PADDED:
        inside = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        return _padded(_planes(image.resize(inside, _SMOOTH, reducing_gap=3.0)), height, width)
    left, top = (max(0.0, side - part / scale) / 2 for side, part in zip(image.size, (width, height), strict=True))
    box = (left, top, image.width - left, image.height - top)
    return _planes(image.resize((width, height), _SMOOTH, box=box, reducing_gap=3.0))


_SMOOTH = Image.Resampling.BILINEAR
"""Pillow's averages over all that becomes a pixel when a picture is made smaller."""


def is_coloured(picture: NDArray[np.generic], most: int = 12) -> bool:
    """Whether a picture H×W×4 has colours: somewhere more than ``most`` grey levels between its channels."""
    if picture.ndim == 2:
        return False
    pixels = picture.astype(np.int16)
    colours = pixels[..., :3][pixels[..., 3] > 0]
    return bool(colours.size and (colours.max(axis=-1) - colours.min(axis=-1) > most).mean() > 0.002)


def _eight_bits(picture: NDArray[np.generic], channels: int) -> NDArray[np.uint8]:
    """H×W or H×W×3 of 8 bits."""
    if picture.ndim == 2:
        grey = spread(picture)
        return grey if channels == 1 else np.repeat(grey[..., None], 3, axis=-1)
    pixels = picture.astype(np.uint8, copy=False)
    colours = pixels[..., :3]
    if pixels.shape[-1] == 4 and (opacity := pixels[..., 3:]).min() < 255:
        share = opacity.astype(np.float32) / 255
        colours = np.rint(colours.astype(np.float32) * share + _PAPER * (1 - share)).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(colours, dtype=np.uint8))
    return np.asarray(image.convert("L") if channels == 1 else image)


def spread(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Greys of any number type as 0 to 255; those that are not 8 bits from their darkest to their brightest."""
    if grey.dtype == np.uint8:
        return grey.astype(np.uint8)
    values = grey.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    return np.rint((values - low) * (255 / max(high - low, 1e-300))).astype(np.uint8)


def opaque(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Red, green and blue along the last axis, with an opacity of 255 after them."""
    return np.concatenate([colours, np.full((*colours.shape[:-1], 1), 255, np.uint8)], axis=-1)


def _planes(image: Image.Image) -> NDArray[np.uint8]:
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))


def _padded(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    down, across = height - pixels.shape[1], width - pixels.shape[2]
    around = ((0, 0), (down // 2, down - down // 2), (across // 2, across - across // 2))
    return np.pad(pixels, around, mode="edge")
