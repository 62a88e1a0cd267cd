"""The losses and the augmentations one can choose and what can be set on each. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Choice, Parameter, Real
from engine.graph.signature import TargetKind
from engine.training.settings import AUGMENTATION, LOSS, Settings

FITTING: Mapping[TargetKind, tuple[str, ...]] = {
    TargetKind.CLASSES: ("cross_entropy",),
    TargetKind.YES_NO: ("binary_cross_entropy",),
    TargetKind.VALUES: ("mse", "mae", "huber"),
}
"""Which losses fit which kind of target; the first is the usual one."""

_CLASS_WEIGHTS = Choice(
    name="class_weights",
    title="Class weights",
    default="none",
    options=("none", "balanced"),
    labels=("all samples count the same", "all classes count the same"),
    help="Whether rare classes weigh more, so that they are not drowned by common ones: each sample then counts as "
    "training samples ÷ (classes × training samples of its class).",
)


class LossSettings(Settings):
    """What training makes small: one number for how wrong the answers are."""

    TITLE: ClassVar[str] = "Loss"
    GROUP: ClassVar[str] = LOSS
    HELP: ClassVar[str] = (
        "The number for how wrong the answers are, which training makes small. The validation and test splits are "
        "judged by it too."
    )
    DEFAULT: ClassVar[str] = "auto"
    LABELS: ClassVar[Mapping[str, str]] = {
        "auto": "Automatic",
        "cross_entropy": "Cross-entropy",
        "binary_cross_entropy": "Binary cross-entropy",
        "mse": "Mean squared error",
        "mae": "Mean absolute error",
        "huber": "Huber",
    }
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        "auto": "Cross-entropy for classes, binary cross-entropy for yes or no, mean squared error for values.",
        "cross_entropy": "The negative log-probability of the right class. It applies the softmax itself: the network "
                         "ends without one.",
        "binary_cross_entropy": "Cross-entropy for yes or no, from one number. It applies the sigmoid itself: the "
                                "network ends without one.",
        "mse": "The average of the squared errors: large errors count most.",
        "mae": "The average absolute error: large errors count no more than their size, so outliers do little harm.",
        "huber": "Squared for small errors, absolute for large ones: smooth near zero, and outliers do little harm.",
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        "auto": (),
        "cross_entropy": (
            Real(
                name="label_smoothing",
                title="Label smoothing",
                default=0.0,
                low=0.0,
                high=0.9,
                help="Asks for a little less than full certainty (0.1: 90 % for the right class and the rest shared "
                "by all), which keeps the network from becoming over-sure.",
            ),
            _CLASS_WEIGHTS,
        ),
        "binary_cross_entropy": (_CLASS_WEIGHTS,),
        "mse": (),
        "mae": (),
        "huber": (
            Real(
                name="delta",
                title="Delta",
                default=1.0,
                low=1e-6,
                high=1e6,
                logarithmic=True,
                help="Errors larger than this count by their size, smaller ones by their square; in units of the "
                "prepared answers.",
            ),
        ),
    }


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
