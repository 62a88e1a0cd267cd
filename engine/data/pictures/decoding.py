"""The pictures of a list, one after another as a network takes them: all of one size, grey or in colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.kinds import PictureForm
from engine.data.pictures import packed
from engine.data.pictures.file import LARGEST_FILE, LONGEST_SIDE, read_picture_bytes
from engine.data.pictures.form import FORMS
from engine.data.pictures.framing import framed, is_coloured
from engine.data.pictures.layout import PassedOver, PictureList
from engine.files.bounded import NotReadable

USUAL_SIDE = 64
"""Pixels, height and width, that larger pictures are brought to unless another size is chosen."""
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
    """For each picture of the list its pixels, or why it is passed over."""
    decoder = Decoder(found)
    longest = min(LONGEST_SIDE, max(256, 4 * max(frame.height, frame.width)))
    for at, name in enumerate(found.names):
        try:
            picture = decoder.picture(at, longest)
        except DataError as error:
            yield PassedOver(name, str(error).removeprefix(name).strip(" .:"))
        else:
            yield framed(picture, frame.channels, frame.height, frame.width, frame.form)
