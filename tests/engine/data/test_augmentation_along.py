"""Masks and boxes move with their pictures."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.data.augmentation.along import augment_with
from engine.data.augmentation.applying import augment
from engine.training.recipe import Augmentation
from tests.engine.data.test_augmentation_combined import seeded, settings

MOVES: list[dict[str, Any]] = [
    {"rotation": 90.0}, {"scale": 0.4}, {"shift": 6.0}, {"shear": 30.0}, {"crop": 0.5}, {"horizontal_flip": 0.5},
    {"vertical_flip": 0.5}, {"elastic": 2.0},
    {"rotation": 20.0, "scale": 0.2, "shift": 3.0, "horizontal_flip": 0.5, "elastic": 1.0, "noise": 0.1, "blur": 1.0},
]  # fmt: skip


def blocks(count: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    """White blocks on black, each somewhere else, N×1×30×36, and their boxes N×1×4."""
    images, boxes = torch.zeros(count, 1, 30, 36), torch.zeros(count, 1, 4)
    for number in range(count):
        left, top = 4 + number % 17, 3 + number % 13
        images[number, 0, top : top + 9, left : left + 12] = 1
        boxes[number, 0] = torch.tensor([left, top, left + 12, top + 9])
    return images, boxes


@pytest.mark.parametrize("moves", MOVES, ids=lambda moves: "-".join(moves))
def test_masks_and_boxes_stay_on_what_they_are_of(moves: dict[str, Any]) -> None:
    images, boxes = blocks()
    masks = (images > 0.5).long() * 7
    chosen = settings(**moves)
    found = augment_with(images, chosen, seeded(), masks=masks, boxes=boxes)
    assert torch.equal(found.images, augment(images, chosen, seeded())), "the same as without"
    assert found.masks is not None
    assert found.boxes is not None
    assert found.masks.dtype == masks.dtype
    assert set(found.masks.unique().tolist()) <= {0, 7}
    if not {"noise", "blur"} & moves.keys():
        sure = (found.images < 0.02) | (found.images > 0.98)
        agrees = (found.images > 0.5) == (found.masks == 7)
        assert agrees[sure].float().mean() > 0.999
    for mask, box in zip(found.masks[:, 0], found.boxes[:, 0], strict=True):
        rows, columns = (mask == 7).any(dim=1).nonzero().flatten(), (mask == 7).any(dim=0).nonzero().flatten()
        if not len(rows):
            assert box.tolist() == [0, 0, 0, 0]
            continue
        assert box.tolist() == [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


def test_at_rest_all_stays_and_the_generator_goes_on_alike() -> None:
    images, boxes = blocks(3)
    found = augment_with(images, Augmentation("none"), seeded(), masks=images, boxes=boxes)
    assert found.images is images
    assert found.masks is images
    assert found.boxes is boxes
    one, other = seeded(), seeded()
    augment(images, settings(rotation=9.0), one)
    augment_with(images, settings(rotation=9.0), other, boxes=boxes)
    assert torch.equal(one.get_state(), other.get_state())
    affine = augment_with(images, Augmentation("affine", shift=8), seeded(), masks=images, boxes=boxes)
    assert affine.boxes is not None
    assert not torch.equal(affine.boxes, boxes)


def test_a_box_that_leaves_the_image_is_empty() -> None:
    image, box = torch.zeros(1, 1, 10, 10), torch.tensor([[[0.0, 0.0, 1.0, 1.0], [2.0, 2.0, 8.0, 8.0]]])
    for seed in range(40):
        found = augment_with(image, settings(shift=4.0), seeded(seed), boxes=box).boxes
        assert found is not None
        if found[0, 0].sum() == 0:
            assert found[0, 1].sum() > 0
            return
    raise AssertionError("it never left")
