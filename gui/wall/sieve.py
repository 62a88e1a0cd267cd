"""Which images are wanted on the wall, and how many there are of each kind: plain arrays, nothing of the window's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.data.image_contents import UNKNOWN, ImageContents
from engine.data.pictures.layout import GivenPart

Mask = NDArray[np.bool_]
UNSURE_BELOW = 0.6
"""The probability of the likeliest class below which a prediction is unsure."""


class ByPrediction(StrEnum):
    """What is wanted of the network's prediction for an image."""

    ANY = "any"
    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True)
class WantedImages:
    """``label`` is a class by its number, ``part`` of ``GivenPart`` (ANY for what is in no split); None for all."""

    label: int | None = None
    part: int | None = None
    text: str = ""
    verdict: ByPrediction = ByPrediction.ANY
    edited: bool = False
    """Only those that were changed by hand."""


@dataclass(frozen=True, eq=False)
class Guesses:
    """What a network says of N images: the class, UNKNOWN where it was not asked yet, and how probable that is."""

    labels: NDArray[np.int64]
    sure: NDArray[np.float32]

    @classmethod
    def none(cls, count: int) -> Guesses:
        """Of ``count`` images nothing is known."""
        return cls(np.full(count, UNKNOWN, dtype=np.int64), np.zeros(count, dtype=np.float32))

    @property
    def known(self) -> int:
        """How many images it was asked of."""
        return int((self.labels != UNKNOWN).sum())


@dataclass(frozen=True, eq=False)
class Sifted:
    """The numbers of the images that are wanted, in their order, and how many there were by each choice.

    Each count holds for the other choices as they are: so many are shown when that one is made.
    """

    shown: NDArray[np.int64]
    by_label: tuple[int, ...]
    by_part: dict[int, int]
    by_verdict: dict[ByPrediction, int]
    of_labels: int
    of_parts: int
    edited: int


class Sieve:
    """Sifts the images of one dataset. What stands in their names is looked for once for each text."""

    def __init__(self, images: ImageContents) -> None:
        self._images = images
        self._folded: list[str] | None = None
        self._named: tuple[str, Mask | None] = "", None

    def of(self, images: ImageContents) -> Sieve:
        """The same for these images, with what is known of the names where they are the same."""
        found = Sieve(images)
        if images.names is self._images.names:
            found._folded, found._named = self._folded, self._named
        return found

    def sifted(self, wanted: WantedImages, guesses: Guesses, edited: Mask) -> Sifted:
        """The images that are ``wanted``. ``edited`` (N) are those that were changed by hand."""
        images = self._images
        verdicts = {one: _judged(images, guesses, one) for one in ByPrediction}
        label = None if wanted.label is None else images.labels == wanted.label
        part = None if wanted.part is None else images.parts == wanted.part
        verdict = verdicts[wanted.verdict]
        marked = edited if wanted.edited else None
        named = self._with(wanted.text)

        def those(*masks: Mask | None) -> Mask:
            found = np.ones(len(images), dtype=np.bool_)
            for mask in masks:
                if mask is not None:
                    found &= mask
            return found

        of_labels, of_parts = those(part, verdict, named, marked), those(label, verdict, named, marked)
        of_verdicts = those(label, part, named, marked)
        there = images.labels[of_labels]
        return Sifted(
            np.flatnonzero(those(label, part, verdict, named, marked)),
            tuple(np.bincount(there[there >= 0], minlength=len(images.classes)).tolist()),
            {int(one): int((images.parts[of_parts] == one).sum()) for one in GivenPart},
            {one: int((of_verdicts if mask is None else of_verdicts & mask).sum()) for one, mask in verdicts.items()},
            int(of_labels.sum()),
            int(of_parts.sum()),
            int(those(label, part, verdict, named, edited).sum()),
        )

    def _with(self, text: str) -> Mask | None:
        """Those in whose names a text stands, in capital letters or small ones."""
        text = text.strip().casefold()
        if not text or not self._images.names:
            return None
        if self._named[0] != text:
            if self._folded is None:
                self._folded = [name.casefold() for name in self._images.names]
            found = np.fromiter((text in name for name in self._folded), dtype=np.bool_, count=len(self._folded))
            self._named = text, found
        return self._named[1]


def _judged(images: ImageContents, guesses: Guesses, verdict: ByPrediction) -> Mask | None:
    known: Mask = guesses.labels != UNKNOWN
    if verdict is ByPrediction.RIGHT:
        known &= guesses.labels == images.labels
    if verdict is ByPrediction.WRONG:
        known &= guesses.labels != images.labels
    if verdict is ByPrediction.UNSURE:
        known &= guesses.sure < UNSURE_BELOW
    return None if verdict is ByPrediction.ANY else known
