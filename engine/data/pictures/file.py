"""Read image files from untrusted sources: a file -> an array, in bounded time and memory.

A picture library asked to open just any file tries dozens of formats. Some hand the file to another program that runs
it (EPS is a programming language), some are kept up by nobody, and most trust sizes that the file states. So the format
is told here from the first bytes, whatever the file's name says, and only the decoder of a format in ``FORMATS`` is
ever loaded:

- PNG, JPEG, GIF, BMP, WebP and AVIF are what cameras, screenshots and the web give, TIFF what scanners give, and
  PBM, PGM and PPM what programs write that have no picture library. Each has a maintained decoder.
- EPS and PDF are programs or hold some; PSD, ICO, SVG and HEIC are seldom what a network is shown, or need a further
  decoder. PPM in decimal digits is decoded number by number, in Python.

Before a decoder gets the file, ``parts`` compares the sizes with limits and leaves out what paints nothing.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.data.dataset import DataError
from engine.data.pictures import parts
from engine.data.pictures.at_once import PIXELS, STANDARD_ERROR, WITHOUT_WARNINGS
from engine.data.pictures.orientation import orientation as exif_orientation
from engine.data.pictures.orientation import upright
from engine.data.pictures.parts_avif import avif
from engine.data.pictures.parts_tiff import silenced_errors, tiff
from engine.files.bounded import NotReadable, read_bounded

LARGEST_FILE = 100_000_000
"""Bytes of the largest picture file."""
LONGEST_SIDE = 1_024
"""Pixels, along its longer side, of the largest array that is given unless more is asked for."""


class PictureError(DataError):
    """A picture file cannot be used; the message says which and why, in one or two sentences."""


@dataclass(frozen=True)
class Format:
    """A kind of picture: its name, the words its files start with, the plugin of Pillow, and what is cut off before.

    Each of ``starts`` is a place in the file and the bytes that must stand there.
    """

    name: str
    starts: tuple[tuple[tuple[int, bytes], ...], ...]
    plugin: str
    trimmed: Callable[[bytes], parts.Parts]

    def fits(self, data: bytes) -> bool:
        """Whether a file starts like this kind of picture."""
        return any(all(data.startswith(word, at) for at, word in start) for start in self.starts)


def _first(*words: bytes) -> tuple[tuple[tuple[int, bytes], ...], ...]:
    return tuple(((0, word),) for word in words)


FORMATS = (
    Format("PNG", _first(b"\x89PNG\r\n\x1a\n"), "PngImagePlugin", parts.png),
    Format("JPEG", _first(b"\xff\xd8\xff"), "JpegImagePlugin", parts.jpeg),
    Format("GIF", _first(b"GIF87a", b"GIF89a"), "GifImagePlugin", parts.gif),
    Format("BMP", _first(b"BM"), "BmpImagePlugin", parts.bmp),
    Format("WEBP", (((0, b"RIFF"), (8, b"WEBP")),), "WebPImagePlugin", parts.webp),
    Format("AVIF", (((4, b"ftypavif"),), ((4, b"ftypmif1"),)), "AvifImagePlugin", avif),
    Format("TIFF", _first(b"II*\0", b"MM\0*"), "TiffImagePlugin", tiff),
    Format("PPM", _first(*(kind + space for kind in (b"P4", b"P5", b"P6") for space in (b" ", b"\n", b"\r", b"\t"))),
           "PpmImagePlugin", parts.ppm),
)  # fmt: skip
EXPECTED = "a PNG, JPEG, GIF, BMP, WebP, AVIF, TIFF or PPM image"
_REFUSED = (
    (0, b"%!", "a PostScript program"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript program"),
    (0, b"%PDF", "a PDF document"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\0\0\1\0", "an icon"),
    (4, b"ftyphei", "a HEIC image"),
    (4, b"ftypavis", "an animation in AVIF"),
    (0, b"<", "a web page or a drawing in SVG"),
    (0, b"PK\x03\x04", "a zip file"),
    (0, b"P1", "a PBM image written in digits"),
    (0, b"P2", "a PGM image written in digits"),
    (0, b"P3", "a PPM image written in digits"),
)

def read_picture_file(path: Path, longest: int = LONGEST_SIDE) -> NDArray[np.uint8] | NDArray[np.float32]:
    """The picture in the file at ``path``, upright; of an animation or a file of several pages, the first.

    Args:
        path: an ordinary file of at most ``LARGEST_FILE`` bytes. Its name does not matter, only what is in it.
        longest: pixels, at least 1. A picture with a longer side is averaged down by the whole factor that brings
            it within this size.

    Returns:
        uint8 H×W×4, red, green, blue and opacity from 0 to 255; or, when the file has greys of more than 8 bits,
        float32 H×W with finite values in the scale of the file. H and W are from 1 to ``longest``.

    Raises:
        PictureError: when the file is missing, not an ordinary file, too long, not one of ``FORMATS``, damaged, has
            more pixels than are read (2²⁶; 2²⁵ for WebP and AVIF; 65,535 along a side), or values that are not finite.
    """
    try:
        data = read_bounded(path, LARGEST_FILE)
    except NotReadable as error:
        raise PictureError(f"{path} {error}.") from None
    return read_picture_bytes(data, str(path), longest)


def read_picture_bytes(
    data: bytes, name: str, longest: int = LONGEST_SIDE
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """The same for what would stand in a file. ``name`` begins the sentence of the PictureError."""
    try:
        return _decoded(data, longest)
    except parts.Unfit as unfit:
        raise PictureError(f"{name} {unfit}.") from None


def _decoded(data: bytes, longest: int) -> NDArray[np.uint8] | NDArray[np.float32]:
    kind = next((kind for kind in FORMATS if kind.fits(data)), None)
    if kind is None:
        raise parts.Unfit(f"is {_named(data)}; {EXPECTED} is expected. Save it as PNG or JPEG with another program")
    trimmed = kind.trimmed(data)
    del data
    with WITHOUT_WARNINGS, ExitStack() as held:  # of what Pillow finds odd; what cannot be read is an error
        if kind.name == "TIFF":
            held.enter_context(STANDARD_ERROR)
            held.enter_context(silenced_errors())
        try:
            importlib.import_module(f"PIL.{kind.plugin}")
            with Image.open(io.BytesIO(trimmed.data), formats=(kind.name,)) as image:
                parts.check_size(*image.size)
                with PIXELS.of(image.width * image.height):
                    return _array(image, kind, trimmed.orientation, longest)
        except parts.Unfit:
            raise
        except MemoryError:
            raise parts.Unfit("needs more memory than there is; make it smaller with another program") from None
        except Exception as error:  # damage comes out of decoders as almost any error
            raise parts.Unfit(_damage(kind, error)) from None


def _named(data: bytes) -> str:
    """What a file that is not read seems to be."""
    if not data:
        return "empty"
    return next((what for at, word, what in _REFUSED if data.startswith(word, at)), "not an image that can be read")


def _damage(kind: Format, error: Exception) -> str:
    said = str(error).lower()
    if "truncated" in said or isinstance(error, EOFError):
        return "is cut short"
    if isinstance(error, ImportError) or "support not installed" in said:
        return f"is an image in {kind.name}, which this installation cannot read; save it as PNG or JPEG"
    return f"is a damaged {kind.name} image, or one of a kind that is not supported; save it again with another program"


def _array(
    image: Image.Image, kind: Format, orientation: int, longest: int
) -> NDArray[np.uint8] | NDArray[np.float32]:
    factor = ceil(max(image.size) / longest)
    if kind.name == "JPEG":
        wanted = (max(1, image.width // factor), max(1, image.height // factor))
        image.draft(None, wanted)  # the decoder itself can give a half, a quarter or an eighth
    image.load()
    turned = orientation or exif_orientation(image.info.get("exif", b""))
    small = _averaged(image, ceil(max(image.size) / longest))
    return np.ascontiguousarray(np.asarray(upright(small, turned)))


def _averaged(image: Image.Image, factor: int) -> Image.Image:
    """The picture as RGBA, or as F for deep greys, each ``factor``×``factor`` pixels averaged into one.

    Done by bands of rows, so that no second picture of the full size is ever held.
    """
    width, height = image.size
    deep = image.mode in ("F", "I") or image.mode.startswith("I;")
    rows = factor * max(1, 2**20 // (width * factor))
    small = Image.new("F" if deep else "RGBA", (ceil(width / factor), ceil(height / factor)))
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        band = _finite(band) if deep else band.convert("RGBA")
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return small


def _finite(band: Image.Image) -> Image.Image:
    values = np.asarray(band).astype(np.float32)
    if not np.isfinite(values).all():
        raise parts.Unfit("holds values that are not finite (NaN or infinity)")
    return Image.fromarray(values)
