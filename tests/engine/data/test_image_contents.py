"""All images of a dataset in one row: each once, with its own pixels, class, split and name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.image_contents import UNKNOWN, contents
from engine.data.pictures.layout import GivenPart
from engine.data.sources import own_pictures


def made(folder: Path, count: int = 24) -> Path:
    """``count`` grey images in two folders, each of a level of its own."""
    for number in range(count):
        path = folder / ("left" if number % 3 else "right") / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (6, 4), 10 * number).save(path)
    return folder


def test_images_of_files_stand_in_the_order_of_their_names_with_what_they_are(tmp_path: Path) -> None:
    options = {"path": str(made(tmp_path / "set"))}
    data = catalogue.load("own-pictures", options=options, validation=0.2, test=0.2)
    names = own_pictures.pictures(options).names
    found = contents(data, names)
    assert found.names == names == tuple(sorted(names))
    levels = found.images(np.arange(len(found)))[:, 0, 0, 0].tolist()
    assert levels == [10 * int(name.rpartition("/")[2][:3]) for name in names]
    assert [found.classes[label] for label in found.labels] == [name.partition("/")[0] for name in names]
    for part, split in zip(
        (GivenPart.TRAIN, GivenPart.VALIDATION, GivenPart.TEST), (data.train, data.validation, data.test), strict=True
    ):
        there = found.images(np.flatnonzero(found.parts == part))[:, 0, 0, 0]
        assert len(there) > 0
        assert sorted(there.tolist()) == sorted(split.inputs[:, 0, 0, 0].tolist())


def test_given_splits_are_told_and_some_images_can_be_had_in_any_order(tmp_path: Path) -> None:
    for part in ("train", "test"):
        made(tmp_path / "set" / part, 9)
    options = {"path": str(tmp_path / "set")}
    names = own_pictures.pictures(options).names
    found = contents(catalogue.load("own-pictures", options=options), names)
    assert found.names == names
    is_test = np.array([name.startswith("test/") for name in names])
    assert np.array_equal(found.parts == GivenPart.TEST, is_test)
    assert {int(part) for part in found.parts[~is_test]} == {GivenPart.TRAIN, GivenPart.VALIDATION}
    backwards = np.arange(len(found))[::-1].copy()
    assert np.array_equal(found.images(backwards), found.images(np.arange(len(found)))[::-1])


def test_a_dataset_that_is_built_in_has_no_names() -> None:
    data = catalogue.load("uci-digits")
    found = contents(data)
    assert len(found) == sum(len(split) for split in (data.train, data.validation, data.test)) == 1797
    assert found.names == ()
    assert UNKNOWN not in found.labels
    counts = catalogue.class_counts(data.test, 10)
    of_test = found.labels[found.parts == GivenPart.TEST]
    assert tuple(np.bincount(of_test, minlength=10)) == counts


def test_a_table_has_no_images() -> None:
    with pytest.raises(DataError, match="not a dataset of images"):
        contents(catalogue.load("iris"))
