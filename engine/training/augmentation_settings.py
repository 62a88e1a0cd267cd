"""The augmentations one can choose and what can be set on each. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Parameter, Real
from engine.training.settings import AUGMENTATION, Settings


def _share(name: str, title: str, high: float, help: str) -> Real:
    """The strength of a change that is off unless it is asked for."""
    return Real(name=name, title=title, default=0.0, low=0.0, high=high, help=help)


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
        "affine": "Each image is moved, turned, mirrored and lit a little differently, at random.",
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
            _share(
                "horizontal_flip",
                "Flip horizontally",
                1.0,
                "The fraction of images that are mirrored, left and right: 0.5 is usual for things and animals. Not "
                "for digits and letters: mirrored they are others, or none.",
            ),
            _share(
                "vertical_flip", "Flip vertically", 1.0, "The fraction of images that are mirrored, top and bottom."
            ),
            _share(
                "brightness",
                "Brightness",
                1.0,
                "Images are made brighter or darker by up to this share of the whole range.",
            ),
            _share(
                "contrast",
                "Contrast",
                1.0,
                "What pixels differ from the mean of their image is changed by up to this share.",
            ),
            _share("saturation", "Saturation", 1.0, "Colours are made stronger or weaker by up to this share."),
            _share(
                "noise",
                "Noise",
                1.0,
                "Normal noise on every pixel; this is its standard deviation, as a share of the whole range.",
            ),
            _share(
                "erasing",
                "Erasing",
                0.9,
                "A rectangle of each image is made black (Cutout); its sides are up to this share of the image's.",
            ),
        ),
    }
