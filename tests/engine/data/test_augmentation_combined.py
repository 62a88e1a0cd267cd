"""Several random changes of pictures at once: each does what it says, and all of them keep what pictures are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance
from scipy import ndimage

from engine.data.augmentation import steps
from engine.data.augmentation.applying import augment, mix
from engine.data.augmentation.changes import CHANGES, PARAMETERS
from engine.data.augmentation.variants import variants
from engine.graph.parameters import Real
from engine.training.recipe import Augmentation

OFF = {parameter.name: 0.0 for parameter in PARAMETERS if isinstance(parameter, Real)}
STRENGTHS = {
    "rotation": 40.0, "scale": 0.3, "shift": 3.0, "shear": 20.0, "crop": 0.4, "horizontal_flip": 0.5,
    "vertical_flip": 0.5, "elastic": 3.0, "brightness": 0.5, "contrast": 0.5, "saturation": 0.8, "hue": 90.0,
    "blur": 1.5, "noise": 0.2, "erasing": 0.6,
}  # fmt: skip
MIXING = {"mixup": 0.8, "cutmix": 1.0}


def settings(**values: Any) -> Augmentation:
    return Augmentation("affine", **{**OFF, **values})


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 8, channels: int = 3, height: int = 20, width: int = 26) -> torch.Tensor:
    return torch.rand((count, channels, height, width), generator=seeded(9))


def test_every_strength_has_a_test() -> None:
    assert STRENGTHS.keys() | MIXING.keys() == OFF.keys()
    numbers = [change.number for change in CHANGES]
    assert len(set(numbers)) == len(numbers), "changes that shared their random numbers would go together"


@pytest.mark.parametrize("name", STRENGTHS)
@pytest.mark.parametrize("channels", [1, 3])
def test_each_change_keeps_what_pictures_are(name: str, channels: int) -> None:
    batch = pictures(channels=channels)
    before = batch.clone()
    chosen = settings(**{name: STRENGTHS[name]})
    changed = augment(batch, chosen, seeded(3))
    assert torch.equal(batch, before)
    assert changed.shape == batch.shape
    assert changed.dtype == batch.dtype
    assert changed.min() >= -1e-5
    assert changed.max() <= 1 + 1e-5
    assert torch.equal(changed, augment(batch, chosen, seeded(3)))
    if channels == 1 and name in ("saturation", "hue"):
        torch.testing.assert_close(changed, batch)
        return
    assert not torch.allclose(changed, augment(batch, chosen, seeded(4)))
    # The weakest strength that is not 0 leaves the pictures nearly as they are.
    if not name.endswith("flip"):
        torch.testing.assert_close(augment(batch, settings(**{name: 1e-5}), seeded(3)), batch, atol=2e-3, rtol=0)
    assert augment(batch[:1], chosen, seeded()).shape == batch[:1].shape
    assert augment(batch[:0], chosen, seeded()).shape == batch[:0].shape


def test_all_at_rest_leaves_the_batch() -> None:
    batch = pictures()
    torch.testing.assert_close(augment(batch, settings(outside="border"), seeded()), batch, atol=1e-4, rtol=0)
    assert mix(batch, torch.ones(8), settings(), seeded())[0] is batch


def test_moving_stays_as_it_was_when_something_else_is_set() -> None:
    """What was all there was at first is done by itself: beside other changes it gives the same but for rounding."""
    batch = pictures()
    moves = {"rotation": 20.0, "scale": 0.2, "shift": 2.0, "shear": 10.0}
    alone = augment(batch, settings(**moves), seeded(), fill=-1.0, white=2.0)
    beside = augment(batch, settings(**moves, saturation=1e-6), seeded(), fill=-1.0, white=2.0)
    torch.testing.assert_close(beside, alone, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", STRENGTHS)
def test_one_setting_leaves_the_random_numbers_of_the_others(name: str) -> None:
    """A slider that is moved changes what it is for, and does not shuffle everything else."""
    batch = pictures()
    other = "noise" if name != "noise" else "brightness"
    alone = augment(batch, settings(**{other: 1e-3}), seeded())
    both = augment(batch, settings(**{other: 1e-3, name: 1e-6}), seeded())
    if not name.endswith("flip"):
        torch.testing.assert_close(both, alone, atol=1e-4, rtol=0)


def test_prepared_pictures_are_changed_as_raw_ones() -> None:
    batch, chosen = pictures(), settings(**STRENGTHS, outside="reflection")
    shift, scale = torch.tensor([0.1, 0.2, 0.3]).reshape(1, 3, 1, 1), torch.tensor([2.0, 3.0, 0.5]).reshape(1, 3, 1, 1)
    raw = augment(batch, chosen, seeded())
    fill, white = ((level - shift).div(scale).flatten() for level in (0.0, 1.0))
    prepared = augment((batch - shift) / scale, chosen, seeded(), fill=fill, white=white)
    torch.testing.assert_close(prepared * scale + shift, raw, atol=1e-4, rtol=0)


def test_flips_mirror() -> None:
    batch = pictures()
    for name, axis in (("horizontal_flip", 3), ("vertical_flip", 2)):
        found = augment(batch, settings(**{name: 1.0}), seeded())
        torch.testing.assert_close(found, batch.flip(axis), atol=1e-5, rtol=0)
    many = pictures(400, 1, 4, 5)
    flipped = augment(many, settings(horizontal_flip=0.25), seeded())
    mirrored = (flipped - many.flip(3)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert 0.15 < mirrored.float().mean() < 0.35


@pytest.mark.parametrize("outside", ["zeros", "border", "reflection"])
def test_moving_is_what_scipy_does(outside: str) -> None:
    image = pictures(1, 1, 15, 15)
    draws = torch.tensor([[0.5], [0.3], [0.2], [0.6], [-0.4]])
    matrices = steps.turned(draws, 15, 15, 60.0, 0.5, 4.0, 30.0)
    grid = torch.nn.functional.affine_grid(matrices, [1, 1, 15, 15], align_corners=False)
    found = torch.nn.functional.grid_sample(image, grid, padding_mode=outside, align_corners=False)[0, 0]
    # Places -1 to 1, x before y, are rows and columns of scipy about the middle of the image.
    turn = matrices[0, :, :2].numpy()[::-1, ::-1]
    middle = np.array([7.0, 7.0])
    move = matrices[0, :, 2].numpy()[::-1] * 7.5
    mode = {"zeros": "grid-constant", "border": "nearest", "reflection": "reflect"}[outside]
    wanted = ndimage.affine_transform(
        image[0, 0].double().numpy(), turn, offset=middle - turn @ middle + move, order=1, mode=mode
    )
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-4)


def test_a_crop_shows_a_part_of_the_image_and_nothing_from_outside() -> None:
    ramp = torch.arange(40.0).expand(50, 1, 40, 40) / 40 + 0.01
    cropped = augment(ramp, settings(crop=0.5), seeded())
    span = (cropped[:, 0, 20, 39] - cropped[:, 0, 20, 0]) * 40
    assert span.min() > 18
    assert span.max() < 39.5
    assert cropped.min() >= 0.005, "no black from outside"
    assert cropped[:, 0, 20, 0].std() > 0.05, "at random places"


def test_elastic_bends_by_at_most_so_many_pixels() -> None:
    shape, rest = torch.Size((30, 1, 24, 30)), torch.zeros(5, 30)
    grid, still = steps.places(rest, shape, seeded(), elastic=2.0), steps.places(rest, shape, seeded())
    pixels = (grid - still) / torch.tensor([2 / 30, 2 / 24])
    assert 1.5 < pixels.abs().max() <= 2.0001
    assert (pixels[:, 1:] - pixels[:, :-1]).abs().max() < 1.5, "neighbours move together"


def test_brightness_and_contrast_are_those_of_pillow() -> None:
    grey = pictures(1, 1, 12, 12) * 0.5 + 0.2
    draws = torch.rand((2, 1), generator=seeded(2)) * 2 - 1
    image = Image.fromarray((grey[0, 0] * 255).round().byte().numpy())
    for name, draw, enhance in (
        ("brightness", draws[0], ImageEnhance.Brightness), ("contrast", draws[1], ImageEnhance.Contrast)
    ):  # fmt: skip
        found = steps.lit(grey, seeded(2), **{name: 0.4})[0, 0]
        wanted = np.asarray(enhance(image).enhance(1 + 0.4 * float(draw)))
        np.testing.assert_allclose(found.numpy() * 255, wanted, atol=1.6)


def test_colours_change_and_brightness_stays() -> None:
    batch = pictures() * 0.2 + 0.4
    luma = torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
    changed = steps.coloured(batch, seeded(), saturation=0.5, hue=120.0)
    torch.testing.assert_close((changed * luma).sum(1), (batch * luma).sum(1), atol=1e-3, rtol=0)
    assert (changed - batch).abs().max() > 0.05
    grey = torch.full((4, 3, 5, 5), 0.3)
    torch.testing.assert_close(steps.coloured(grey, seeded(), saturation=0.9, hue=180.0), grey, atol=1e-3, rtol=0)


def test_blur_is_the_gaussian_of_scipy() -> None:
    batch = pictures(2, 3, 16, 18)
    width = torch.rand(2, generator=seeded(1)) * 1.4
    found = steps.blurred(batch, seeded(1), blur=1.4)
    for number in range(2):
        wanted = ndimage.gaussian_filter(
            batch[number].double().numpy(), (0, float(width[number]), float(width[number])), mode="nearest", radius=4
        )
        np.testing.assert_allclose(found[number].numpy(), wanted, atol=3e-3)


def test_noise_has_its_standard_deviation() -> None:
    grey = torch.full((4, 1, 50, 50), 0.5)
    added = steps.noisy(grey, seeded(), noise=0.1) - grey
    assert abs(float(added.std()) - 0.1) < 0.004
    assert abs(float(added.mean())) < 0.004


def test_erasing_fills_one_rectangle_with_the_mean_colour() -> None:
    batch = pictures(200, 3, 20, 30)
    gone = steps.erased(batch, seeded(), erasing=0.5)
    hole = (gone != batch).any(dim=1)
    for number in range(200):
        rows, columns = hole[number].any(dim=1).nonzero(), hole[number].any(dim=0).nonzero()
        if not len(rows):
            continue
        assert hole[number].sum() == len(rows) * len(columns), "a whole rectangle"
        assert len(rows) <= 10
        assert len(columns) <= 15
        values = gone[number][:, hole[number]]
        torch.testing.assert_close(values, batch[number].mean(dim=(1, 2)).unsqueeze(1).expand_as(values))
    assert hole[:, 0].any()
    assert hole[:, -1].any()
    assert hole[:, :, 0].any()
    assert hole[:, :, -1].any(), "it reaches every edge"


@pytest.mark.parametrize("chosen", [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 1.0, "cutmix": 1.0}])
def test_targets_are_mixed_as_their_pictures_are(chosen: dict[str, float]) -> None:
    # Picture i is all i / 9, so that what is in it tells what was mixed, and by how much.
    batch = torch.arange(10.0).reshape(10, 1, 1, 1).expand(10, 1, 12, 12) / 9
    targets = torch.eye(10)
    seen = set()
    for seed in range(12):
        images, shares = mix(batch, targets, settings(**chosen), seeded(seed))
        torch.testing.assert_close(shares.sum(1), torch.ones(10))
        levels = (shares * torch.arange(10.0)).sum(1) / 9
        torch.testing.assert_close(images.mean(dim=(1, 2, 3)), levels, atol=1e-5, rtol=0)
        cut = any(len(image.unique()) > 1 for image in images)
        seen.add("cutmix" if cut else "mixup")
        if cut:
            assert set(images.unique().tolist()) <= set(batch.unique().tolist()), "pieces, not mixtures"
    assert seen >= {"cutmix"} if "mixup" not in chosen else seen >= {"mixup"}
    if len(chosen) == 2:
        assert seen == {"mixup", "cutmix"}


def test_mixing_a_batch_of_one_and_yes_or_no() -> None:
    one = pictures(1)
    images, shares = mix(one, torch.ones(1), settings(**MIXING), seeded())
    torch.testing.assert_close(images, one)
    torch.testing.assert_close(shares, torch.ones(1))
    _, shares = mix(pictures(40), torch.tensor([0.0, 1.0] * 20), settings(mixup=1.0), seeded(3))
    assert shares.shape == (40,)
    assert shares.min() >= 0
    assert shares.max() <= 1
    assert len(shares.unique()) > 2


def test_small_alphas_mostly_leave_one_of_the_two() -> None:
    kept = [steps.blended(pictures(1), pictures(1), seeded(seed), mixup=0.1)[1] for seed in range(300)]
    even = [steps.blended(pictures(1), pictures(1), seeded(seed), mixup=1.0)[1] for seed in range(300)]
    assert np.mean([0.1 < part < 0.9 for part in kept]) < 0.3
    assert np.mean([0.1 < part < 0.9 for part in even]) > 0.7
    assert abs(np.mean(kept) - 0.5) < 0.1


def test_variants_are_what_training_sees_and_change_live() -> None:
    shown = (pictures(1)[0] * 255).byte().numpy()
    others = (pictures(3) * 255).byte().numpy()
    first = variants(shown, others, settings(brightness=0.3), seed=4)
    assert first.shape == (12, 3, 20, 26)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, variants(shown, others, settings(brightness=0.3), seed=4))
    assert not np.array_equal(first, variants(shown, others, settings(brightness=0.3), seed=5))
    # What stays set looks as before when something else is set as well.
    also = variants(shown, others, settings(brightness=0.3, erasing=0.2), seed=4)
    assert np.mean(np.abs(first.astype(int) - also) <= 1) > 0.9
    assert not np.array_equal(variants(shown, others, settings(mixup=1.0), seed=4), np.stack([shown] * 12))
    np.testing.assert_array_equal(variants(shown, others, Augmentation("none"), seed=4), np.stack([shown] * 12))


def test_what_is_no_combined_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="images"):
        augment(torch.zeros(4, 8), settings(noise=0.1), seeded())
