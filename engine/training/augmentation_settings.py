"""The augmentations one can choose and what can be set on each. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.data.augmentation import changes
from engine.graph.parameters import Parameter
from engine.training.settings import AUGMENTATION, Settings


class Augmentation(Settings):
    """Small random changes of the training pictures, so that the network meets each in many guises."""

    TITLE: ClassVar[str] = "Augmentation"
    GROUP: ClassVar[str] = AUGMENTATION
    HELP: ClassVar[str] = (
        "Small random changes of the training images, new ones at every step. The validation and test splits stay as "
        "they are."
    )
    DEFAULT: ClassVar[str] = "none"
    LABELS: ClassVar[Mapping[str, str]] = {"none": "None", "affine": "Random changes"}
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        "none": "The images are used as they are.",
        "affine": "Each image is changed at random in all the ways that are not set to 0.",
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        "none": (),
        "affine": changes.PARAMETERS,
    }
