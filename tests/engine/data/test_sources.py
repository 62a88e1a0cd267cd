"""The rules the program's own data is made by, and the facts of the tables it ships."""

from __future__ import annotations

import os
import tracemalloc

import numpy as np
import pytest

from engine.data import catalogue, disk_cache, folders
from engine.data.dataset import Dataset
from engine.data.sources import drawn_digits, houses, strokes


def everything(name: str, **options) -> tuple[np.ndarray, np.ndarray]:
    """All rows of a dataset: inputs and answers."""
    dataset = catalogue.load(name, options=options)
    parts = (dataset.train, dataset.validation, dataset.test)
    return np.concatenate([part.inputs for part in parts]), np.concatenate([part.targets for part in parts])


def test_the_line_is_2x_plus_1():
    x, y = everything("line", noise=0, samples=500)
    np.testing.assert_allclose(y, 2 * x + 1, atol=1e-5)
    x, y = everything("line", noise=0.5, samples=20_000)
    assert np.std(y - 2 * x - 1) == pytest.approx(0.5, rel=0.05)
    slope, start = np.polyfit(x[:, 0], y[:, 0], 1)
    assert (slope, start) == (pytest.approx(2, abs=0.02), pytest.approx(1, abs=0.02))


def test_always_five_is_always_five():
    inputs, answers = everything("always-five")
    assert inputs.shape[1] == 10
    assert (answers == 5).all()
    assert np.std(inputs, axis=0).min() > 0.4


def test_houses_follow_the_rules_that_are_stated():
    inputs, answers = everything("houses", noise=0)
    np.testing.assert_allclose(answers[:, 0], houses.price(inputs.astype(np.float64)), rtol=1e-5)
    # One house by hand: 100 m², 3 bedrooms, 10 years, 12 km.
    by_hand = 30 + 100 * (1.5 + 2.5 / np.e) * (1 - 0.06) + 18
    assert houses.price(np.array([[100.0, 3, 10, 12]]))[0] == pytest.approx(by_hand)
    assert "1.5" in catalogue.schema("houses").summary
    noisy, prices = everything("houses", noise=5, samples=20_000)
    ratio = prices[:, 0] / houses.price(noisy.astype(np.float64))
    assert ratio.std() == pytest.approx(0.05, rel=0.05)


def test_houses_look_like_houses():
    inputs, answers = everything("houses", samples=5000)
    area, bedrooms, age, distance = inputs.T
    assert (area.min() >= 28) & (area.max() <= 320)
    assert set(np.unique(bedrooms)) <= set(range(1, 8))
    assert (age.min() >= 0) & (age.max() <= 120)
    assert (distance.min() > 0) & (distance.max() <= 40)
    assert np.corrcoef(area, bedrooms)[0, 1] > 0.6
    assert answers.min() > 0
    assert 150 < np.median(answers) < 450


def test_points_without_noise_lie_where_they_should():
    points, labels = everything("circles", noise=0)
    np.testing.assert_allclose(np.hypot(*points.T), np.where(labels == 0, 0.45, 1.0), rtol=1e-5)
    points, labels = everything("xor", noise=0)
    np.testing.assert_array_equal(points.prod(axis=1) < 0, labels == 1)
    points, labels = everything("moons", noise=0)
    centres = np.array([[-0.5, -0.25], [0.5, 0.25]])[labels]
    np.testing.assert_allclose(np.hypot(*(points - centres).T), 1, rtol=1e-4)
    points, labels = everything("spirals", noise=0, classes=4)
    radius, angle = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    off = np.exp(1j * (angle - 3 * np.pi * radius - np.pi / 2 * labels))
    np.testing.assert_allclose(off, 1, atol=1e-3)
    points, labels = everything("blobs", noise=0, classes=6)
    assert len(np.unique(points.round(4), axis=0)) == 6


@pytest.mark.parametrize("name", ["circles", "moons", "spirals", "xor", "blobs"])
def test_classes_are_of_equal_size_and_noise_is_as_stated(name):
    calm, labels = everything(name, noise=0, samples=2000)
    noisy, _ = everything(name, noise=0.3, samples=2000)
    counts = np.bincount(labels)
    assert counts.max() - counts.min() <= 1
    # Rows are dealt out by class alone, so both draws stand in the same order.
    assert np.std(noisy - calm) == pytest.approx(0.3, rel=0.05)


def test_the_tables_are_the_published_ones():
    inputs, answers = everything("iris")
    np.testing.assert_allclose(inputs.mean(axis=0), [5.843, 3.057, 3.758, 1.199], atol=1e-3)
    assert np.bincount(answers).tolist() == [50, 50, 50]
    inputs, answers = everything("breast-cancer")
    assert inputs.shape == (569, 30)
    # 212 malignant ones, and malignant lumps have the larger nuclei.
    assert answers.sum() == 212
    assert inputs[answers == 1, 0].mean() > inputs[answers == 0, 0].mean()
    assert catalogue.schema("breast-cancer").target.names[1] == "malignant"
    inputs, answers = everything("wine")
    assert np.bincount(answers).tolist() == [59, 71, 48]
    inputs, answers = everything("diabetes")
    assert (answers.min(), answers.max()) == (25, 346)
    assert inputs[:, 0].max() == 79  # years: the raw columns, not scikit-learn's scaled ones
    inputs, answers = everything("uci-digits")
    assert (inputs.min(), inputs.max(), len(inputs)) == (0, 255, 1797)
    assert len(np.unique(inputs)) == 17


class Generator:
    """Stands in for the generator of pen digits and counts its work."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def __call__(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        self.calls.append((n, seed))
        pictures = np.random.default_rng(seed).integers(0, 256, (n, 1, 28, 28), dtype=np.uint8)
        return pictures, np.arange(n, dtype=np.int64) % 10


@pytest.fixture
def generator(tmp_path, monkeypatch) -> Generator:
    found = Generator()
    monkeypatch.setattr(strokes, "generate", found)
    monkeypatch.setattr(strokes, "VERSION", 1)
    monkeypatch.setattr(folders, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(drawn_digits, "TEST_ROWS", 50)
    return found


def digits(count: int = 200) -> Dataset:
    catalogue.CACHE.clear()
    dataset = catalogue.load("strokes", options={"samples": count})
    catalogue.CACHE.clear()
    return dataset


def test_pen_digits_have_test_pictures_from_another_stream(generator):
    dataset = digits()
    (train, train_seed), (test, test_seed) = generator.calls
    assert (train, test) == (200, 50)
    assert train_seed != test_seed
    seen = {picture.tobytes() for part in (dataset.train, dataset.validation) for picture in part.inputs}
    assert not seen & {picture.tobytes() for picture in dataset.test.inputs}


def test_pen_digits_are_made_once_for_each_number_and_version(generator, monkeypatch):
    first = digits()
    again = digits()
    assert len(generator.calls) == 2
    np.testing.assert_array_equal(first.train.inputs, again.train.inputs)
    np.testing.assert_array_equal(first.train.targets, again.train.targets)
    digits(210)
    assert len(generator.calls) == 3  # the test pictures are the same
    monkeypatch.setattr(strokes, "VERSION", 2)
    digits()
    assert len(generator.calls) == 5


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "rubbish", "other content", "other type", "huge"])
def test_a_damaged_cache_is_made_again(generator, tmp_path, damage):
    whole = digits()
    for path in (tmp_path / "cache" / "strokes").iterdir():
        data = path.read_bytes()
        if damage == "other content":
            np.savez(path, pictures=np.zeros((3, 1, 28, 28), np.uint8), labels=np.zeros(3, np.int64))
            continue
        if damage == "other type":
            with np.load(path) as stored:
                labels = stored["labels"]
            np.savez(path, pictures=np.zeros((len(labels), 1, 28, 7), np.int32), labels=labels)
            continue
        middle = len(data) // 2
        path.write_bytes(
            {
                "cut": data[:middle],
                "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "empty": b"",
                "rubbish": b"PK\x03\x04" + b"\x7f" * 400,
                "huge": data + bytes(1_000_000),
            }[damage]
        )
    again = digits()
    assert len(generator.calls) == 4
    np.testing.assert_array_equal(whole.train.inputs, again.train.inputs)
    digits()
    assert len(generator.calls) == 4  # the cache was mended


def test_a_cache_that_unpacks_to_any_size_is_not_unpacked(generator, tmp_path):
    digits()
    folder = tmp_path / "cache" / "strokes"
    for path in folder.iterdir():
        np.savez_compressed(path, pictures=np.zeros((60_000, 1, 28, 28), np.uint8), labels=np.zeros(9, np.int64))
    tracemalloc.start()
    digits()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(generator.calls) == 4
    assert peak < 20_000_000  # the pictures would be 47,040,000


def test_a_cache_that_cannot_be_written_costs_only_time(generator, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert len(digits().train) == 180
    assert len(digits().train) == 180
    assert len(generator.calls) == 4


def test_old_caches_are_forgotten_and_nothing_half_written_is_left(generator, tmp_path, monkeypatch):
    for count in range(100, 110):
        digits(count)
    folder = tmp_path / "cache" / "strokes"
    assert len(list(folder.iterdir())) == disk_cache.MOST_FILES

    def fail(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    digits(120)
    assert all(path.suffix == ".npz" for path in folder.iterdir())
