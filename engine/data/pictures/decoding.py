"""The pictures of a list, one after another as a network takes them: all of one size, grey or in colour."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.kinds import PictureForm
from engine.data.pictures import packed
from engine.data.pictures.file import LARGEST_FILE, LONGEST_SIDE, read_picture_bytes
from engine.data.pictures.form import FORMS
from engine.data.pictures.framing import framed, is_coloured
from engine.data.pictures.layout import PassedOver, PictureList
from engine.data.progress import advance
from engine.files.bounded import NotReadable

Made = TypeVar("Made")

USUAL_SIDE = 64
"""Pixels, height and width, that larger pictures are brought to unless another size is chosen."""
_MOST_THREADS = 8
_BLOCK = 16
"""Images that a thread decodes before it is given others."""
_LOOKED_AT = 60
_OF_A_FORM = 0.8
"""The share of the pictures looked at that tells the form of all."""


@dataclass(frozen=True)
class ImageFrame:
    """What every picture becomes: uint8 ``channels``×``height``×``width``; ``form`` as ``framed`` takes it.

    ``own_form`` is that of pictures which are like MNIST's or Fashion-MNIST's already; None for photographs.
    """

    channels: int
    height: int
    width: int
    form: PictureForm
    own_form: PictureForm | None = None


class Decoder:
    """Reads the pictures of ``found``. The last packed file is kept, since its pictures follow one another."""

    def __init__(self, found: PictureList) -> None:
        self._found = found
        self._name = ""
        self._pictures: NDArray[np.uint8] | DataError | None = None

    def picture(self, at: int, longest: int = LONGEST_SIDE) -> NDArray[np.generic]:
        """The picture with the number ``at``, as ``framed`` takes it. Raises DataError, which may name the file."""
        name, row = self._found.names[at], int(self._found.rows[at])
        if row < 0:
            try:
                data = self._found.tree.read(name, LARGEST_FILE)
            except NotReadable as error:
                raise DataError(f"{name} {error}.") from None
            return read_picture_bytes(data, name, longest)
        if self._name != name:
            self._pictures, self._name = self._unpacked(name), name
        if not isinstance(self._pictures, np.ndarray):
            raise DataError(str(self._pictures))
        if row >= len(self._pictures):
            raise DataError(f"{name} holds {len(self._pictures):,} images; number {row + 1:,} is not there.")
        return self._pictures[row]

    def _unpacked(self, name: str) -> NDArray[np.uint8] | DataError:
        try:
            return packed.pictures_in(self._found.tree, name)
        except DataError as error:
            return error


def measured(
    found: PictureList, size: int = 0, colour: str = "auto", form: PictureForm = PictureForm.CROPPED
) -> ImageFrame:
    """The frame for the pictures of a list, judged from some of them, spread evenly.

    ``size`` is height and width in pixels, ``colour`` "grey" or "colour"; 0 and "auto" for what most pictures are.
    Raises DataError where none of them can be read.
    """
    decoder, looks, trouble = Decoder(found), [], ""
    for at in np.unique(np.linspace(0, len(found) - 1, _LOOKED_AT).astype(int)).tolist():
        try:
            looks.append(decoder.picture(at))
        except DataError as error:
            trouble = str(error)
    if not looks:
        raise DataError(f"None of the images that were tried can be read. The last: {trouble}")
    coloured = sum(map(is_coloured, looks)) * 10 > len(looks) if colour == "auto" else colour == "colour"
    sides = {one.shape[:2] for one in looks}
    channels = 3 if coloured else 1
    if size:
        return ImageFrame(channels, size, size, form)
    (height, width) = sides.pop() if len(sides) == 1 else (0, 0)
    if not 0 < max(height, width) <= USUAL_SIDE:
        height = width = min(USUAL_SIDE, int(np.median([min(one.shape[:2]) for one in looks])))
        return ImageFrame(channels, max(1, height), max(1, width), form)
    own = None if coloured else _own_form([framed(one, 1, height, width, form)[0] for one in looks])
    return ImageFrame(channels, height, width, form, own)


def _own_form(pictures: list[NDArray[np.uint8]]) -> PictureForm | None:
    """What pictures are like whose ink is brought into a place of its own, as MNIST's."""
    for form in (PictureForm.DIGITS, PictureForm.THINGS):
        if sum(map(FORMS[form].fits, pictures)) >= _OF_A_FORM * len(pictures):
            return form
    return None


def decoded(found: PictureList, frame: ImageFrame) -> Iterator[NDArray[np.uint8] | PassedOver]:
    """For each picture of the list its pixels, or why it is passed over.

    How far it has come is told to ``engine.data.progress``, which may raise ReadingStopped.
    """
    decoder = Decoder(found)
    longest = min(LONGEST_SIDE, max(256, 4 * max(frame.height, frame.width)))

    def one(at: int) -> NDArray[np.uint8] | PassedOver:
        try:
            picture = decoder.picture(at, longest)
        except DataError as error:
            name = found.names[at]
            return PassedOver(name, str(error).removeprefix(name).strip(" .:"))
        return framed(picture, frame.channels, frame.height, frame.width, frame.form)

    packed_ones = bool(len(found)) and bool((found.rows >= 0).any())  # those of a file follow one another in it
    every = map(one, range(len(found))) if packed_ones else faster(one, len(found))
    for at, made in enumerate(every):
        advance(at, len(found), "images")
        yield made


def faster(
    one: Callable[[int], Made], count: int, threads: int = 0, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Made]:
    """``one`` of the numbers from 0 to ``count`` - 1, in order, in this thread or in ``threads``: what is faster here.

    ``threads`` is 0 for as many as there are processors. Decoders of large files run beside one another; of small ones
    more time goes by in Python, which runs in one thread at a time, and several only hold each other up. So both ways
    are tried, and the faster one is gone on with.
    """
    threads = threads or min(_MOST_THREADS, os.cpu_count() or 1)
    blocks = deque(range(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK))
    alone, together = 0.0, 0.0  # a second
    with ThreadPoolExecutor(threads, "decoding") as pool:
        while blocks:
            start = clock()
            if threads == 1 or not alone or alone >= together > 0:
                block = blocks.popleft()
                made = list(map(one, block))
                alone = alone or len(block) / max(clock() - start, 1e-9)
            else:
                taken = [blocks.popleft() for _ in range(min(threads, len(blocks)))]
                made = [each for part in pool.map(lambda block: list(map(one, block)), taken) for each in part]
                together = together or len(made) / max(clock() - start, 1e-9)
            yield from made
