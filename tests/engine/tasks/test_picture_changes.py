"""Augmentation that does not fit what is learned is refused in words that say what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.data import catalogue
from engine.graph.targets import Quantities, YesNo
from engine.tasks.picture_changes import need_pictures
from engine.tasks.setup import TaskError
from engine.training.recipe import Recipe

MIXED = Recipe().with_settings({"augmentation.kind": "affine", "augmentation.mixup": 0.2})
DIGITS = catalogue.schema("strokes")


def test_what_fits_is_let_through() -> None:
    need_pictures(MIXED, DIGITS)
    need_pictures(MIXED, replace(DIGITS, target=YesNo(1, ("no", "yes"))))
    numbers = replace(DIGITS, target=Quantities(1, ("angle",)))
    need_pictures(MIXED.with_setting("augmentation.mixup", 0), numbers)


def test_only_classes_are_mixed() -> None:
    with pytest.raises(TaskError, match="not learned as classes"):
        need_pictures(MIXED, replace(DIGITS, target=Quantities(1, ("angle",))))
    with pytest.raises(TaskError, match="is for images"):
        need_pictures(MIXED, catalogue.schema("iris"))


def test_a_loss_of_something_else_is_refused() -> None:
    with pytest.raises(TaskError, match="Cross-entropy"):
        need_pictures(MIXED.with_setting("loss", "mse"), DIGITS)
