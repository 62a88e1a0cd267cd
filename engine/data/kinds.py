"""The kinds of data, and of what is done with it. Alone in a file, so that whoever asks need not load numpy."""

from __future__ import annotations

from enum import StrEnum


class DataKind(StrEnum):
    """What the samples of a dataset are."""

    PICTURES = "pictures"
    POINTS = "points"
    TABLE = "table"
    NUMBERS = "numbers"
    TEXT = "text"


class PreparationKind(StrEnum):
    """What is done with numbers before a network is given them."""

    AUTO = "auto"
    """What the dataset recommends, which is one of the others."""
    STANDARDISE = "standardise"
    """The mean is brought to 0, the standard deviation to 1."""
    SCALE = "scale"
    """The smallest value is brought to 0, the largest to 1."""
    NONE = "none"


class SplitKind(StrEnum):
    """How rows are divided into those to learn from, to choose by and to judge by."""

    AUTO = "auto"
    """In time or by group where the data has a column for it. Rows of the user's keep their part when others are added
    below, and rows that are the same stay together; all other data is divided as by RANDOM."""
    RANDOM = "random"
    """By chance, each class in proportion."""
    GROUPED = "grouped"
    """By chance, the rows of a group together."""
    TIME = "time"
    """The latest rows are judged by."""


class PictureForm(StrEnum):
    """How the pictures of a dataset lie in their frame; each is told in ``engine.data.pictures.form``."""

    DIGITS = "digits"
    """As MNIST's: the ink in a box, its mass in the middle."""
    FILLING_DIGITS = "filling digits"
    """As the small digits of UCI: upright, from top to bottom."""
    THINGS = "things"
    """From edge to edge."""
    CROPPED = "cropped"
    """Photographs: what is beyond the frame is cut off."""
    PADDED = "padded"
    """Photographs: whole in the frame, their border continued."""
    STRETCHED = "stretched"
    """Photographs: their proportions changed to those of the frame."""

    @property
    def is_photograph(self) -> bool:
        """Whether pictures keep their colours and their ground, and are only brought to the size of the frame."""
        return self in (PictureForm.CROPPED, PictureForm.PADDED, PictureForm.STRETCHED)
