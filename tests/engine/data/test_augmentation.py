"""Random changes to pictures while they are learned from."""

from __future__ import annotations

import pytest
import torch

from engine.data.augmentation.applying import augment
from engine.training.recipe import Augmentation


def affine(rotation=0.0, scale=0.0, shift=0.0, shear=0.0):
    return Augmentation("affine", rotation=rotation, scale=scale, shift=shift, shear=shear)


FULL = affine(rotation=15.0, scale=0.2, shift=2.0, shear=10.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def batch():
    pictures = torch.zeros(6, 2, 24, 24)
    pictures[:, 0, 6:18, 10:13] = 1.0
    pictures[:, 1, 10:13, 6:18] = 0.5
    return pictures


def test_none_and_zero_amounts_leave_the_batch(batch):
    assert augment(batch, Augmentation("none"), seeded()) is batch
    torch.testing.assert_close(augment(batch, affine(), seeded()), batch, atol=1e-4, rtol=0)


def test_same_generator_same_pictures(batch):
    first = augment(batch, FULL, seeded(3))
    torch.testing.assert_close(first, augment(batch, FULL, seeded(3)), atol=0, rtol=0)
    assert not torch.equal(first, augment(batch, FULL, seeded(4)))
    assert first.shape == batch.shape
    assert first.dtype == batch.dtype


def test_every_picture_has_its_own_change(batch):
    changed = augment(batch, FULL, seeded())
    assert not torch.equal(changed[0], changed[1])


def test_the_batch_itself_is_not_touched(batch):
    before = batch.clone()
    augment(batch, FULL, seeded())
    assert torch.equal(batch, before)


@pytest.mark.parametrize("settings", [affine(shift=3.0), affine(shift=3.0, scale=0.4, shear=30.0)])
def test_shift_moves_by_at_most_that_many_pixels(settings):
    dot = torch.zeros(200, 1, 21, 41)
    dot[:, 0, 10, 20] = 1.0
    moved = augment(dot, settings, seeded())
    mass = moved.sum(dim=(1, 2, 3))
    y = (moved.sum(dim=(1, 3)) * torch.arange(21)).sum(dim=1) / mass - 10
    x = (moved.sum(dim=(1, 2)) * torch.arange(41)).sum(dim=1) / mass - 20
    for offset in (x, y):
        assert offset.abs().max() <= 3.01
        assert offset.max() > 2
        assert offset.min() < -2


def test_rotation_keeps_lengths_in_pictures_that_are_not_square():
    line = torch.zeros(100, 1, 20, 60)
    line[:, 0, 9:11, 24:36] = 1.0
    turned = augment(line, affine(rotation=90.0), seeded())
    assert turned.sum(dim=(1, 2, 3)).sub(24).abs().max() < 2.5
    tall = (turned > 0.3).any(dim=3).sum(dim=(1, 2))
    assert tall.max() >= 11  # some stand upright, as long as they lay


def test_scale_changes_the_area_within_its_limits():
    square = torch.zeros(200, 1, 30, 30)
    square[:, 0, 10:20, 10:20] = 1.0
    area = augment(square, affine(scale=0.2), seeded()).sum(dim=(1, 2, 3))
    assert area.min() >= 100 * 0.8**2 - 4
    assert area.max() <= 100 * 1.2**2 + 4
    assert area.max() - area.min() > 50


def test_slant_keeps_rows_and_area():
    square = torch.zeros(50, 1, 30, 30)
    square[:, 0, 10:20, 10:20] = 1.0
    slanted = augment(square, affine(shear=30.0), seeded())
    assert slanted.sum(dim=(1, 2, 3)).sub(100).abs().max() < 1.0
    assert (slanted.sum(dim=(1, 3)) > 0.01).sum(dim=1).max() == 10
    assert (slanted > 0.01).any(dim=2).sum(dim=(1, 2)).max() > 12


@pytest.mark.parametrize("fill", [-0.42, torch.tensor([-0.42, 1.5])])
def test_what_comes_into_view_is_background(fill):
    level = torch.as_tensor(fill).reshape(1, -1, 1, 1).expand(4, 2, 1, 1)
    even = level.expand(4, 2, 16, 16).clone()
    torch.testing.assert_close(augment(even, FULL, seeded(), fill=fill), even, atol=1e-5, rtol=0)


def test_empty_batches_and_wrong_input():
    assert augment(torch.zeros(0, 1, 8, 8), FULL, seeded()).shape == (0, 1, 8, 8)
    with pytest.raises(ValueError, match="images"):
        augment(torch.zeros(4, 8), FULL, seeded())
    with pytest.raises(ValueError, match="floating point"):
        augment(torch.zeros(4, 1, 8, 8, dtype=torch.uint8), FULL, seeded())


def test_changes_that_are_off_take_no_random_numbers(batch):
    """So a run that was begun before there were any goes on bit for bit."""
    used, expected = seeded(2), seeded(2)
    augment(batch, FULL, used)
    torch.rand((5, len(batch)), generator=expected)
    assert torch.equal(used.get_state(), expected.get_state())
