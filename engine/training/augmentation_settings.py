"""The augmentations one can choose and what can be set on each. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Parameter, Real
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
    LABELS: ClassVar[Mapping[str, str]] = {"none": "None", "affine": "Rotate, scale, shift, shear"}
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        "none": "The images are used as they are.",
        "affine": "Each image is rotated, scaled, shifted and sheared a little, at random.",
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        "none": (),
        "affine": (
            Real(
                name="rotation",
                title="Rotation",
                default=10.0,
                low=0.0,
                high=180.0,
                unit="°",
                help="Images are rotated by up to this angle, either way.",
            ),
            Real(
                name="scale",
                title="Scale",
                default=0.1,
                low=0.0,
                high=0.9,
                help="Images are scaled up or down by up to this fraction: 0.1 is from 90 % to 110 %.",
            ),
            Real(
                name="shift",
                title="Shift",
                default=2.0,
                low=0.0,
                high=1000.0,
                unit="px",
                help="Images are shifted by up to this many pixels, horizontally and vertically.",
            ),
            Real(
                name="shear",
                title="Shear",
                default=5.0,
                low=0.0,
                high=80.0,
                unit="°",
                help="Images are sheared, like italic writing, by up to this angle, either way.",
            ),
        ),
    }
