"""What can be done to images at random: each change with its settings, and which of ``steps`` does it. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.graph.parameters import Choice, Parameter, Real


@dataclass(frozen=True)
class ImageChange:
    """One change of a batch. ``step`` is the function of ``steps`` that makes it, given its settings by name.

    It makes the change where one of its numbers is more than 0. ``number`` tells its random numbers from those of
    others and stays for good: runs are continued with the same ones. ``needs`` are the other functions it calls.
    ``mixes`` says that samples are mixed with one another, and their targets too.
    """

    step: str
    number: int
    parameters: tuple[Parameter, ...]
    needs: tuple[str, ...] = ()
    mixes: bool = False

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the step is given: of ``values`` those that are not at rest; empty where there is nothing to do."""
        found = {one.name: values[one.name] for one in self.parameters if one.name in values}
        if not any(found[one.name] > 0 for one in self.parameters if isinstance(one, Real) and one.name in found):
            return {}
        rest = {one.name: 0 if isinstance(one, Real) else one.default for one in self.parameters}
        return {name: value for name, value in found.items() if value != rest[name]}


def _amount(
    name: str, title: str, help: str, high: float, default: float = 0.0, unit: str = "", more: bool = False
) -> Real:
    """How much of a change there is, from 0, which is none; ``more`` folds it away."""
    return Real(name=name, title=title, default=default, high=high, unit=unit, help=help, advanced=more)


AFFINE = (
    _amount("rotation", "Rotation", "Images are rotated by up to this angle, either way.", 180.0, 10.0, "°"),
    _amount(
        "scale",
        "Scale",
        "Images are scaled up or down by up to this fraction: 0.1 is from 90 % to 110 %.",
        0.9,
        0.1,
    ),
    _amount(
        "shift",
        "Shift",
        "Images are shifted by up to this many pixels, horizontally and vertically.",
        1000.0,
        2.0,
        "px",
    ),
    _amount(
        "shear",
        "Shear",
        "Images are sheared, like italic writing, by up to this angle, either way.",
        80.0,
        5.0,
        "°",
    ),
)
"""The settings of ``steps.turned``."""

CHANGES = (
    ImageChange(
        step="moved",
        number=1,
        needs=("turned", "places"),
        parameters=(
            *AFFINE,
            _amount(
                "crop",
                "Random crop",
                "A random part of the image is enlarged to its size; the part leaves out up to this fraction of its "
                "width and height.",
                0.9,
            ),
            _amount(
                "horizontal_flip",
                "Flip horizontally",
                "The fraction of the images that is mirrored left to right: 0.5 is every other one.",
                1.0,
            ),
            _amount(
                "vertical_flip",
                "Flip vertically",
                "The fraction of the images that is mirrored upside down: 0.5 is every other one.",
                1.0,
            ),
            _amount(
                "elastic",
                "Elastic",
                "Images are bent like rubber: their parts are displaced by up to this many pixels.",
                100.0,
                unit="px",
                more=True,
            ),
            Choice(
                name="outside",
                title="Outside",
                default="zeros",
                options=("zeros", "border", "reflection"),
                labels=("black", "the nearest pixel", "mirrored"),
                help="What comes into view from outside the image.",
                advanced=True,
            ),
        ),
    ),
    ImageChange(
        step="lit",
        number=2,
        parameters=(
            _amount("brightness", "Brightness", "Images are made lighter or darker by up to this fraction.", 1.0),
            _amount(
                "contrast",
                "Contrast",
                "Differences from the mean brightness are made larger or smaller by up to this fraction.",
                1.0,
            ),
        ),
    ),
    ImageChange(
        step="coloured",
        number=3,
        parameters=(
            _amount(
                "saturation",
                "Saturation",
                "Colours are made stronger or weaker by up to this fraction. Grey images stay as they are.",
                1.0,
            ),
            _amount(
                "hue",
                "Hue",
                "Colours are turned around the colour wheel by up to this angle, either way. Grey images stay as they "
                "are.",
                180.0,
                unit="°",
                more=True,
            ),
        ),
    ),
    ImageChange(
        step="blurred",
        number=4,
        parameters=(
            _amount(
                "blur", "Blur", "Images are blurred by a Gaussian of up to this width.", 20.0, unit="px", more=True
            ),
        ),
    ),
    ImageChange(
        step="noisy",
        number=5,
        parameters=(
            _amount(
                "noise",
                "Noise",
                "Gaussian noise of this standard deviation is added; 1 is the way from black to white.",
                1.0,
                more=True,
            ),
        ),
    ),
    ImageChange(
        step="erased",
        number=6,
        parameters=(
            _amount(
                "erasing",
                "Erasing",
                "A rectangle of each image is filled with the image's mean colour; its sides are up to this fraction "
                "of the image's.",
                1.0,
            ),
        ),
    ),
    ImageChange(
        step="mixed",
        number=7,
        needs=("blended",),
        mixes=True,
        parameters=(
            _amount(
                "mixup",
                "Mixup",
                "Each image is mixed with another of its batch, and so is its target: 70 % cat and 30 % dog. 0 is "
                "off; at 0.2 most mixtures are nearly one of the two, at 1 all shares are as likely. For classes only.",
                1.0,
                more=True,
            ),
            _amount(
                "cutmix",
                "CutMix",
                "A rectangle of another image of the batch is put into each, and the target is mixed by its area. 0 "
                "is off; at 1 all areas are as likely. With mixup as well, each step does one of the two. For classes "
                "only.",
                1.0,
                more=True,
            ),
        ),
    ),
)
"""In the order in which they are made."""

PARAMETERS: tuple[Parameter, ...] = tuple(parameter for change in CHANGES for parameter in change.parameters)
MIXING = tuple(parameter.name for change in CHANGES if change.mixes for parameter in change.parameters)
"""The settings that mix samples and their targets."""


def mixes(values: Mapping[str, Any]) -> bool:
    """Whether samples are mixed with one another."""
    return any(values.get(name, 0) > 0 for name in MIXING)
