"""What the rules for images of other proportions make of one of the user's images: to choose one by looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.pictures.decoding import Decoder
from engine.data.pictures.files import tree
from engine.data.pictures.framing import framed
from engine.data.pictures.layout import listed
from engine.data.reading import KnownFiles
from engine.data.sources import own_pictures

_LOOKED_AT = 12
_OTHER = 1.1
"""How many times wider or higher than the frame an image must be for the rules to differ visibly."""


@dataclass(frozen=True, eq=False)
class FitExample:
    """The image in the file ``name``, ``width`` by ``height`` pixels, as each rule frames it.

    ``fits`` has an array uint8 channels×height×width under each value of the option ``fit``.
    """

    name: str
    width: int
    height: int
    fits: Mapping[str, NDArray[np.uint8]]


_known: KnownFiles[tuple[FitExample | None]] = KnownFiles(8)


def forget() -> None:
    """Forget all examples."""
    _known.clear()


def example(options: Mapping[str, Any]) -> FitExample | None:
    """One of the images under ``options`` that the rules frame differently; None where all have the frame's shape.

    Raises DataError, and StillReading in a thread that must not wait.
    """
    schema = own_pictures.pictures(options).schema
    channels, height, width = schema.input.sizes
    path = own_pictures.path_of(options)
    assert path is not None  # or the pictures would have raised
    key = (path, schema.file, channels, height, width)
    return _known.get(key, lambda: (_found(path, channels, height, width),), f"{path.name} is being read.")[0]


def _found(path: Path, channels: int, height: int, width: int) -> FitExample | None:
    found = listed(tree(path))
    decoder = Decoder(found)
    for at in np.unique(np.linspace(0, len(found) - 1, _LOOKED_AT).astype(int)).tolist():
        try:
            picture = decoder.picture(at)
        except DataError:
            continue
        high, wide = picture.shape[:2]
        stretch = (wide / high) / (width / height)
        if max(stretch, 1 / stretch) >= _OTHER:
            fits = {name: framed(picture, channels, height, width, form) for name, form in own_pictures.FORMS.items()}
            return FitExample(found.names[at], wide, high, fits)
    return None
