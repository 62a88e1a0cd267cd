"""Nearly equal images: copies are found however they were saved, others are not, and no pair within reach is missed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.data import catalogue
from engine.data.image_contents import contents
from engine.data.pictures import duplicates
from engine.data.pictures.duplicates import FURTHEST, Looks, looks, near_pairs

Pixels = NDArray[np.uint8]


def nobody(_share: float) -> None:
    """Does not want to know how far it is."""


def photo(seed: int, side: int = 64) -> Image.Image:
    """Something with shapes and shades of all sizes, as a photograph has."""
    chance = np.random.default_rng(seed)
    made = np.zeros((side, side, 3))
    for cells in (3, 6, 12):
        coarse = Image.fromarray(chance.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        made += np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), dtype=float) / cells
    return Image.fromarray((made / made.max() * 255).astype(np.uint8))


def planes(*images: Image.Image) -> Pixels:
    """Pictures of one size as a dataset has them."""
    return np.stack([np.asarray(image.resize((64, 64))).transpose(2, 0, 1) for image in images])


def found(pixels: Pixels) -> list[tuple[int, int]]:
    seen = looks(lambda numbers: pixels[numbers], len(pixels), pixels.shape[1:], nobody)
    return [(one, other) for one, other in near_pairs(seen, nobody).pairs.tolist()]


def saved_again(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=40)
    return Image.open(stream).convert("RGB")


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        saved_again,
        lambda image: image.resize((23, 23)).resize((64, 64), Image.Resampling.BICUBIC),
        lambda image: image.point(lambda level: min(255, int(level * 0.93) + 12)),
        lambda image: image.filter(ImageFilter.GaussianBlur(0.7)),
    ],
    ids=["copy", "saved again", "smaller", "lighter", "blurred"],
)
def test_a_changed_copy_is_found_among_others(change) -> None:
    others = [photo(seed) for seed in range(1, 30)]
    pixels = planes(photo(0), *others, change(photo(0)))
    assert found(pixels) == [(0, 30)]


def test_a_mirrored_or_turned_image_is_another_one() -> None:
    image = photo(0)
    assert found(planes(image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), image.rotate(90))) == []


def test_a_heap_of_copies_gives_a_pair_for_each_of_them() -> None:
    blank = np.zeros((500, 1, 28, 28), dtype=np.uint8)
    assert found(blank) == [(0, number) for number in range(1, 500)]


def test_small_drawings_that_share_a_hash_are_told_apart() -> None:
    images = contents(catalogue.load("uci-digits"))
    seen = looks(images.images, len(images), images.sizes, nobody)
    pairs = near_pairs(seen, nobody)
    assert len(pairs) < len(images) / 2
    assert (images.labels[pairs.pairs[:, 0]] == images.labels[pairs.pairs[:, 1]]).mean() > 0.95


def every_pair(hashes: NDArray[np.uint64]) -> set[tuple[int, int]]:
    near = np.bitwise_count(hashes[:, None] ^ hashes[None, :]) <= FURTHEST
    return {(int(one), int(other)) for one, other in zip(*np.nonzero(np.triu(near, 1)), strict=True)}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 8), st.booleans())
def test_no_pair_within_reach_is_missed(seed: int, flips: int, is_skewed: bool) -> None:
    chance = np.random.default_rng(seed)
    few = chance.integers(0, 2**63, 12, dtype=np.uint64) & np.uint64(0xFFFF if is_skewed else 2**64 - 1)
    hashes = chance.choice(few, 300)
    for _ in range(flips):
        hashes = hashes ^ (np.uint64(1) << chance.integers(0, 64, 300).astype(np.uint64)) * chance.integers(
            0, 2, 300
        ).astype(np.uint64)
    unique = np.unique(hashes)
    close = {
        (int(min(pair)), int(max(pair))) for part, _ in duplicates._close(unique, FURTHEST) for pair in part.tolist()
    }
    assert close == every_pair(unique)


def test_large_buckets_are_compared_block_by_block_and_none_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_DOWN", 7)
    monkeypatch.setattr(duplicates, "_ACROSS", 11)
    hashes = np.unique(np.random.default_rng(0).integers(0, 2**11, 900, dtype=np.uint64) << np.uint64(20))
    close = {
        (int(min(pair)), int(max(pair))) for part, _ in duplicates._close(hashes, FURTHEST) for pair in part.tolist()
    }
    assert len(hashes) > 500
    assert close == every_pair(hashes)


def test_it_can_be_ended_and_tells_how_far_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2_000, 1, 8, 8), dtype=np.uint8)
    shares: list[float] = []

    def stopping(share: float) -> None:
        shares.append(share)
        if share > 0.5:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        looks(lambda numbers: pixels[numbers], len(pixels), (1, 8, 8), stopping)
    assert shares == sorted(shares)
    seen = looks(lambda numbers: pixels[numbers], len(pixels), (1, 8, 8), nobody)
    shares.clear()
    near_pairs(seen, shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_nothing_and_one_image_have_no_pairs() -> None:
    none = np.empty(0, dtype=np.uint64)
    empty = Looks(none, none, np.empty((0, 256), np.uint8), np.empty(0, np.float32), np.empty(0, np.float32))
    assert len(near_pairs(empty, nobody)) == 0
    assert found(planes(photo(0))) == []
