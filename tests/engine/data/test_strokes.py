"""The handwriting that the program makes itself."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import idx
from engine.data.digit import prepare_strokes
from engine.data.sources.digit_paths import WAYS, read_ways
from engine.data.sources.pen_paths import compiled, shares
from engine.data.sources.strokes import drawing, generate


@pytest.fixture(scope="module")
def digits():
    return generate(2_000, 3)


def test_shapes_types_and_balance(digits):
    pictures, labels = digits
    assert pictures.shape == (2_000, 1, 28, 28)
    assert pictures.dtype == np.uint8
    assert labels.dtype == np.int64
    assert np.bincount(labels).tolist() == [200] * 10
    assert len(set(labels[:10].tolist())) > 3  # in random order


@pytest.mark.parametrize("count", [0, 1, 7, 23])
def test_any_count_is_balanced_to_within_one(count):
    pictures, labels = generate(count, 0)
    assert pictures.shape == (count, 1, 28, 28)
    assert np.ptp(np.bincount(labels, minlength=10)) <= 1


def test_a_seed_gives_the_same_again_and_another_seed_does_not(digits):
    pictures, labels = digits
    again, same = generate(2_000, 3)
    assert np.array_equal(pictures, again)
    assert np.array_equal(labels, same)
    assert not np.array_equal(pictures, generate(2_000, 4)[0])


def test_every_picture_is_prepared_like_mnist(digits):
    pictures = digits[0][:, 0]
    ink = pictures > 0
    heights = np.ptp(np.where(ink.any(axis=2), np.arange(28), 14), axis=1) + 1
    widths = np.ptp(np.where(ink.any(axis=1), np.arange(28), 14), axis=1) + 1
    assert (pictures.max(axis=(1, 2)) >= 200).all()
    assert np.maximum(heights, widths).max() <= 20
    assert np.median(np.maximum(heights, widths)) == 20
    weights = pictures.astype(float)
    mass = weights.sum(axis=(1, 2))
    y = weights.sum(axis=2) @ np.arange(28) / mass
    x = weights.sum(axis=1) @ np.arange(28) / mass
    off = np.maximum(np.abs(y - 14), np.abs(x - 14))
    # Half a pixel, but for the rare digit with its mass so far to one side that its ink would be pushed over the edge.
    assert (off <= 0.5 + 1e-6).mean() > 0.99
    assert off.max() < 2


def test_no_two_digits_are_alike(digits):
    pictures, labels = digits
    assert len(np.unique(pictures.reshape(len(pictures), -1), axis=0)) == len(pictures)
    for digit in range(10):
        spread = pictures[labels == digit].astype(float).std(axis=0).mean()
        assert spread > 20  # grey levels a pixel: a fixed shape would give next to none


def test_classes_can_be_told_apart(digits):
    """The nearest mean picture of other digits reads most of these: the labels belong to the pictures."""
    pictures, labels = digits
    flat = pictures.reshape(len(pictures), -1).astype(float)
    means = np.stack([flat[:1000][labels[:1000] == digit].mean(axis=0) for digit in range(10)])
    guess = ((flat[1000:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (guess == labels[1000:]).mean() > 0.6


@pytest.mark.parametrize("digit", range(10))
def test_drawings_are_pen_paths_for_the_pad(digit):
    first = drawing(digit, np.random.default_rng(1))
    assert first == drawing(digit, np.random.default_rng(1))
    assert first != drawing(digit, np.random.default_rng(2))
    assert all(len(stroke) >= 2 for stroke in first)
    picture = prepare_strokes(first)
    assert picture.max() == 255


def test_every_digit_has_several_ways():
    for digit in range(10):
        assert len(compiled(digit)) >= 5
        assert shares(digit).sum() == pytest.approx(1.0)
    assert len({(way.digit, way.name) for way in WAYS}) == len(WAYS)


def test_curves_run_through_their_first_and_last_points():
    for digit in range(10):
        for paths in compiled(digit):
            points = paths.curve @ paths.shapes[0]
            for stroke, (first, last) in zip(paths.strokes, paths.ends[:, 0].reshape(-1, 2), strict=True):
                assert points[stroke][0] == pytest.approx(paths.shapes[0][first], abs=1e-6)
                assert points[stroke][-1] == pytest.approx(paths.shapes[0][last], abs=1e-6)


def test_key_shapes_that_do_not_match_are_refused():
    text = "7 odd | share 1 | aspect 0.5\n  0,0 10,10 20,20\n  0,0 10,10! 20,20"
    with pytest.raises(ValueError, match="odd"):
        read_ways(text)


@pytest.mark.real_data
def test_real_handwriting_looks_like_the_nearest_digit_made_here(real_data):
    """The nearest of 6,000 digits written here reads 300 of MNIST: likeness, without training."""
    made, labels = generate(6_000, 8)
    pictures = idx.read(real_data / "mnist" / "t10k-images-idx3-ubyte.gz")[:300]
    truth = idx.read(real_data / "mnist" / "t10k-labels-idx1-ubyte.gz")[:300]
    known = made.reshape(6_000, -1).astype(np.float32)
    asked = pictures.reshape(300, -1).astype(np.float32)
    distance = (known**2).sum(axis=1) - 2 * asked @ known.T
    share = (labels[distance.argmin(axis=1)] == truth).mean()
    assert share > 0.85
