"""The one way from a picture to what a network for a dataset of pictures takes, whatever the dataset.

A picture may already have the form of the dataset, be an enlargement of such a picture, or be any photograph, scan or
drawing, in either polarity. What has the form is taken as it is; all else is prepared as the dataset's were.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.data.dataset import Schema
from engine.data.pictures.file import PictureError, read_picture_file
from engine.data.pictures.form import Form, form_of
from engine.data.pictures.framing import framed, opaque, spread
from engine.data.pictures.ink import LARGE, has_contrast
from engine.data.pictures.light import InkError, Light, light

_ENLARGED = 0.08
"""How much an enlargement may differ from the small picture enlarged anew, as a share of what it shows."""
_FILTERS = (
    Image.Resampling.NEAREST,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.HAMMING,
)


def read_picture(path: Path, schema: Schema) -> NDArray[np.uint8]:
    """The picture in a file as the dataset's pictures are: uint8 channels×height×width, 0 to 255.

    Raises:
        PictureError: when the file is not read (see ``read_picture_file``), or nothing is found in the picture.
    """
    return picture_input(read_picture_file(path), schema, str(path))


def picture_input(picture: NDArray[np.generic], schema: Schema, name: str = "The image") -> NDArray[np.uint8]:
    """A picture H×W or H×W×(1 to 4), of any size and number type, as the dataset's are: uint8 C×height×width.

    A dataset of photographs gets it in its own colours, brought to its size (``framing``); any other one of more than
    one channel the same grey in each. ``name`` begins the sentence of the error.

    Raises:
        PictureError: if the array is not such a picture, holds numbers that are not finite, or shows nothing.
    """
    channels, height, width = schema.input.sizes
    pixels = np.asarray(picture)
    if schema.picture_form is not None and schema.picture_form.is_photograph:
        return framed(_with_opacity(pixels, name), channels, height, width, schema.picture_form)
    form = form_of(schema)
    try:
        grey = light(pixels, LARGE)
        small = None
        if has_contrast(grey):
            own = _own(grey, pixels.dtype, form, height, width) if grey.shape == pixels.shape[:2] else None
            small = own if own is not None else form.prepared(grey, height, width)
    except InkError as error:
        raise PictureError(f"{name}: {error}") from None
    if small is None:
        raise PictureError(f"{name} shows {form.missing}: nothing stands out from the background.")
    return np.repeat(small[None], channels, axis=0)


def _with_opacity(pixels: NDArray[np.generic], name: str) -> NDArray[np.generic]:
    """A picture as ``framed`` takes it. Raises PictureError."""
    if pixels.ndim == 3 and pixels.shape[-1] in (1, 2):
        pixels = pixels[..., 0]
    colours = pixels.ndim == 3 and pixels.shape[-1] in (3, 4)
    if not pixels.size or not (colours or pixels.ndim == 2):
        found = "×".join(map(str, pixels.shape))
        raise PictureError(f"{name}: an image must be height×width, or height×width×(1 to 4), not {found}.")
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise PictureError(f"{name} holds values that are not finite (NaN or infinity).")
    if colours and pixels.dtype != np.uint8:
        top = 1.0 if pixels.dtype.kind == "f" and float(pixels.max()) <= 1.0 else 255.0
        pixels = np.clip(np.rint(pixels.astype(np.float64) * (255.0 / top)), 0, 255).astype(np.uint8)
    if colours and pixels.shape[-1] == 3:
        return opaque(pixels.astype(np.uint8, copy=False))
    return pixels


def _own(
    grey: Light, kind: np.dtype[np.generic], form: Form, height: int, width: int
) -> NDArray[np.uint8] | None:
    """The picture, reduced to the dataset's size, if it has the dataset's form; inverted if it is its negative."""
    times, rest = divmod(grey.shape[0], height)
    if times < 1 or rest or grey.shape[1] != times * width:
        return None
    small = _reduced(grey, times)
    if small is None:
        return None
    levels = _levels(small, kind)
    return next((view for view in (levels, 255 - levels) if form.fits(view)), None)


def _reduced(grey: Light, times: int) -> Light | None:
    """The small picture of which this is an enlargement, or None if it is none."""
    if times == 1:
        return grey
    height, width = grey.shape
    small = _middles(grey, times)
    shown = float(np.abs(grey - np.median(grey)).mean())
    for resampling in _FILTERS:
        guess = small
        for _ in range(4):  # where no pixel lies in the very middle, what the blocks' middles lack is added
            again = _enlarged(guess, (width, height), resampling)
            if float(np.abs(again - grey).mean()) <= 0.1 * _ENLARGED * shown:
                break
            guess = guess + small - _middles(again, times)
        if float(np.abs(_enlarged(guess, (width, height), resampling) - grey).mean()) <= _ENLARGED * shown:
            return guess
    return None


def _middles(grey: Light, times: int) -> Light:
    """What stands in the middle of each block: that is what was enlarged."""
    first, last = (times - 1) // 2, times // 2
    blocks = grey.reshape(len(grey) // times, times, grey.shape[1] // times, times)
    return np.asarray(blocks[:, first : last + 1, :, first : last + 1].mean(axis=(1, 3)))


def _enlarged(small: Light, size: tuple[int, int], resampling: Image.Resampling) -> Light:
    return np.asarray(Image.fromarray(small.astype(np.float32)).resize(size, resampling), dtype=np.float64)


def _levels(small: Light, kind: np.dtype[np.generic]) -> NDArray[np.uint8]:
    """Greys from 0 to 255; deep ones from their darkest to their brightest."""
    if kind == np.uint8:
        return np.clip(np.rint(small), 0, 255).astype(np.uint8)
    return spread(small)
