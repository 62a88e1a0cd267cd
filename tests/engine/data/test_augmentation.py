"""Random changes to pictures while they are learned from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch

from engine.data.augmentation import augment


@dataclass(frozen=True)
class Settings:
    kind: str = "affine"
    rotation: float = 0.0
    scale: float = 0.0
    shift: float = 0.0
    shear: float = 0.0
    horizontal_flip: float = 0.0
    vertical_flip: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    noise: float = 0.0
    erasing: float = 0.0


FULL = Settings(rotation=15.0, scale=0.2, shift=2.0, shear=10.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def batch():
    pictures = torch.zeros(6, 2, 24, 24)
    pictures[:, 0, 6:18, 10:13] = 1.0
    pictures[:, 1, 10:13, 6:18] = 0.5
    return pictures


def test_none_and_zero_amounts_leave_the_batch(batch):
    assert augment(batch, Settings(kind="none", rotation=90), seeded()) is batch
    torch.testing.assert_close(augment(batch, Settings(), seeded()), batch, atol=1e-4, rtol=0)


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


@pytest.mark.parametrize("settings", [Settings(shift=3.0), Settings(shift=3.0, scale=0.4, shear=30.0)])
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
    turned = augment(line, Settings(rotation=90.0), seeded())
    assert turned.sum(dim=(1, 2, 3)).sub(24).abs().max() < 2.5
    tall = (turned > 0.3).any(dim=3).sum(dim=(1, 2))
    assert tall.max() >= 11  # some stand upright, as long as they lay


def test_scale_changes_the_area_within_its_limits():
    square = torch.zeros(200, 1, 30, 30)
    square[:, 0, 10:20, 10:20] = 1.0
    area = augment(square, Settings(scale=0.2), seeded()).sum(dim=(1, 2, 3))
    assert area.min() >= 100 * 0.8**2 - 4
    assert area.max() <= 100 * 1.2**2 + 4
    assert area.max() - area.min() > 50


def test_slant_keeps_rows_and_area():
    square = torch.zeros(50, 1, 30, 30)
    square[:, 0, 10:20, 10:20] = 1.0
    slanted = augment(square, Settings(shear=30.0), seeded())
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
    with pytest.raises(ValueError, match="'mirror'"):
        augment(torch.zeros(4, 1, 8, 8), Settings(kind="mirror"), seeded())


# What does not move

OTHERS = ("horizontal_flip", "vertical_flip", "brightness", "contrast", "saturation", "noise", "erasing")


@pytest.fixture
def photographs():
    return torch.rand(200, 3, 9, 7, generator=seeded(1)) * 2 - 1


@pytest.mark.parametrize("name", OTHERS)
def test_each_change_is_drawn_for_each_image_and_stays_within_black_and_white(name, photographs):
    settings = Settings(**{name: 0.5})
    changed = augment(photographs, settings, seeded(2), fill=-1.0, white=1.0)
    assert changed.shape == photographs.shape
    assert changed.min() >= -1.0001
    assert changed.max() <= 1.0001
    other = (changed - photographs).abs().amax(dim=(1, 2, 3)) > 1e-3
    assert other.any()
    torch.testing.assert_close(changed, augment(photographs, settings, seeded(2), fill=-1.0, white=1.0), atol=0, rtol=0)
    assert not torch.equal(changed, augment(photographs, settings, seeded(3), fill=-1.0, white=1.0))


def test_changes_that_are_off_take_no_random_numbers(photographs):
    """So a run that was begun before there were any goes on bit for bit."""
    used, expected = seeded(2), seeded(2)
    augment(photographs, FULL, used)
    torch.rand((5, len(photographs)), generator=expected)
    assert torch.equal(used.get_state(), expected.get_state())


@pytest.mark.parametrize(("name", "axis"), [("horizontal_flip", 3), ("vertical_flip", 2)])
def test_flips_mirror_the_share_that_is_asked_for(name, axis, photographs):
    changed = augment(photographs, Settings(**{name: 0.3}), seeded(5))
    mirrored = (changed - photographs.flip(axis)).abs().amax(dim=(1, 2, 3)) < 1e-4
    same = (changed - photographs).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert (mirrored | same).all()
    assert 0.15 < mirrored.float().mean() < 0.45


def test_brightness_is_a_share_of_the_whole_range():
    even = torch.full((300, 1, 4, 4), 0.0)
    levels = augment(even, Settings(brightness=0.25), seeded(), fill=-2.0, white=2.0)[:, 0, 0, 0]
    assert levels.abs().max() <= 1.0001
    assert levels.max() > 0.9
    assert levels.min() < -0.9


def test_contrast_keeps_the_mean_and_saturation_the_grey(photographs):
    mild = photographs * 0.3
    flatter = augment(mild, Settings(contrast=0.5), seeded(), fill=-1.0, white=1.0)
    torch.testing.assert_close(flatter.mean(dim=(1, 2, 3)), mild.mean(dim=(1, 2, 3)), atol=1e-4, rtol=0)
    paler = augment(mild, Settings(saturation=0.5), seeded(), fill=-1.0, white=1.0)
    torch.testing.assert_close(paler.mean(dim=1), mild.mean(dim=1), atol=1e-4, rtol=0)


def test_erasing_blackens_a_rectangle_no_larger_than_asked():
    bright = torch.ones(300, 2, 20, 30)
    black = augment(bright, Settings(erasing=0.5), seeded(), fill=-3.0)[:, 0] < -2.9
    assert black.any(dim=2).sum(dim=1).max() <= 10
    assert black.any(dim=1).sum(dim=1).max() <= 15
    filled = black.any(dim=2).sum(dim=1) * black.any(dim=1).sum(dim=1)
    assert torch.equal(filled, black.sum(dim=(1, 2)))
