"""The network to begin with for images of the user's: convolutions in stages, as deep and wide as the images ask for.

The figures are rules of thumb, tried on sets from 500 to 60,000 images of 28 to 64 pixels: a stage halves height and
width until about 4 pixels are left, the mean of each channel is what the classes are told by, and training looks at
some 250,000 images, in fewer epochs the more there are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.data.augmentation.doubts import doubts
from engine.data.dataset import DataError, Schema
from engine.data.kinds import PictureForm
from engine.data.sources import own_pictures
from engine.graph.templates.photographs import staged
from engine.tasks import template_proposal
from engine.tasks.proposed import Proposal
from engine.tasks.registry import KINDS
from engine.training.recipe import Recipe

SUFFIXES = (".zip",)
_LOOKED_AT = 250_000
_FEW = 3_000
_SMALLEST = 4
"""Pixels, height or width, that the last stage leaves at least."""


def propose(path: Path, target: str = "", task: str = "") -> Proposal:
    """A drawing and a recipe for a folder or archive of images. Raises DataError: it cannot be read, or the task does
    not fit."""
    if target:
        raise DataError(f"{path.name} holds images: their class is learned. Leave --target out.")
    if task and task not in KINDS:
        raise DataError(f"There is no kind of learning called {task!r}; there are: {', '.join(KINDS)}.")
    options = {"path": str(path.absolute())}
    if task and not KINDS[task].automatic:
        return template_proposal.propose(KINDS[task], own_pictures.NAME, options, path)
    found = own_pictures.pictures(options)
    if task and (unfit := KINDS[task].unfit(found.schema, KINDS[task].row_settings())):
        raise DataError(f"{unfit} Choose another task.")
    widths = _widths(found.schema)
    epochs = max(4, min(60, round(_LOOKED_AT / found.rows)))
    recipe = Recipe().with_settings(
        {
            "dataset": own_pictures.NAME,
            "optimizer.kind": "AdamW",
            "optimizer.learning_rate": 0.005,
            "optimizer.weight_decay": 0.05,
            "schedule.kind": "one-cycle",
            "loss.kind": "cross_entropy",
            "loss.label_smoothing": 0.1,
            "batch_size": 32 if found.rows < _FEW else 64,
            "epochs": epochs,
            "precision": "auto",
            **_augmentation(found.schema),
        }
    )
    recipe = recipe.with_setting("dataset_options", options)
    return Proposal(
        staged(widths),
        recipe,
        path.stem,
        f"convolutions of {', '.join(map(str, widths))} channels, {epochs} epochs of randomly changed images",
    )


def _widths(schema: Schema) -> tuple[int, ...]:
    """The channels of each stage."""
    _, height, width = schema.input.sizes
    left, widths = min(height, width), [32]
    while left // 2 >= 2 * _SMALLEST and len(widths) < 5:
        left //= 2
        widths.append(min(128, 2 * widths[-1]))
    return tuple(widths)


def _augmentation(schema: Schema) -> dict[str, Any]:
    """Changes that leave an image what it is. Whether it may be mirrored depends on what the classes mean."""
    _, height, width = schema.input.sizes
    changes: dict[str, Any] = {
        "augmentation.kind": "affine",
        "augmentation.rotation": 10.0,
        "augmentation.scale": 0.1,
        "augmentation.shear": 0.0,
        "augmentation.shift": max(1.0, round(min(height, width) / 12)),
    }
    if schema.picture_form in (PictureForm.DIGITS, PictureForm.THINGS):
        return changes
    changes |= {"augmentation.brightness": 0.1, "augmentation.contrast": 0.2}
    if not any(doubts({"horizontal_flip": 0.5}, schema.target.names)):
        changes["augmentation.horizontal_flip"] = 0.5
    return changes
