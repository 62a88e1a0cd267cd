"""Files that were put somewhere by hand: found under their usual names, refused when they are not what they seem."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue, folders
from engine.data.dataset import DataError
from engine.data.sources import mnist
from engine.data.sources.mnist import idx_source
from engine.graph.parameters import Params
from engine.graph.targets import Categories

from .conftest import make_fake

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@pytest.fixture
def named(tmp_path: Path, download_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that SKETCHNET_DATA names, second of two."""
    folder = tmp_path / "my data"
    folder.mkdir()
    monkeypatch.setenv(folders.VARIABLE, os.pathsep.join([str(tmp_path / "absent"), str(folder)]))
    return folder


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def source(fake):
    return idx_source(mnist.MNIST_SCHEMA, fake.files, 300, 60)


@pytest.mark.parametrize("place", ["fake-digits", "fake_digits", ""])
@pytest.mark.parametrize("form", ["packed", "plain", "dotted", "packed anew"])
def test_files_are_found_where_and_as_people_keep_them(named, fake, place, form):
    def renamed(name: str) -> str:
        plain = name.removesuffix(".gz")
        return {"packed": name, "packed anew": name, "plain": plain, "dotted": plain.replace("-idx", ".idx")}[form]

    contents = {
        "packed": fake.packed,
        "packed anew": {name: gzip.compress(data, 1) for name, data in fake.content.items()},
    }.get(form, fake.content)
    assert not fake.files.is_available()
    put(named / place, {renamed(name): data for name, data in contents.items()})
    assert fake.files.is_available()
    pool = source(fake).make(Params())
    np.testing.assert_array_equal(pool.rows.inputs, fake.pictures[:300, None])
    np.testing.assert_array_equal(pool.rows.targets, fake.labels[:300])
    assert pool.test is not None
    np.testing.assert_array_equal(pool.test.inputs, fake.pictures[300:, None])


def test_the_download_folder_serves_files_put_there_by_hand(download_folder, fake):
    put(download_folder / "fake-digits", fake.packed)
    assert fake.files.folder == download_folder / "fake-digits"
    assert fake.files.is_available()
    assert len(source(fake).make(Params()).rows) == 300


def test_absent_files_are_one_sentence_with_the_folder_and_the_names(download_folder, fake):
    with pytest.raises(DataError) as caught:
        source(fake).make(Params())
    message = str(caught.value)
    assert str(download_folder / "fake-digits") in message
    for name in fake.packed:
        assert name in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda files: {IMAGES: files[IMAGES][:50_000]}, "cut short"),
        (lambda files: {IMAGES: files[TEST_IMAGES]}, "is not the published train-images"),
        (lambda files: {IMAGES: files[LABELS], LABELS: files[IMAGES]}, "is not the published train-images"),
        (lambda _: {IMAGES: b"<html>404</html>"}, "is a web page, not the file train-images"),
        (lambda files: {IMAGES: files[IMAGES][:900] + b"X" + files[IMAGES][901:]}, "damaged|not the published"),
        (lambda _: {IMAGES: b""}, "is not the published train-images"),
        (lambda _: {IMAGES: bytes(10_000_000)}, "10,000,000 bytes long"),
    ],
    ids=["truncated", "renamed", "swapped", "html", "flipped", "empty", "huge"],
)
def test_a_wrong_file_is_refused_by_its_path(named, fake, damage, reason):
    put(named / "fake-digits", {**fake.packed, **damage(fake.packed)})
    with pytest.raises(DataError, match=reason) as caught:
        source(fake).make(Params())
    assert str(named / "fake-digits" / IMAGES) in str(caught.value)


def test_a_plain_file_with_one_wrong_byte_is_refused(named, fake):
    changed = bytearray(fake.content[IMAGES])
    changed[-1] ^= 1
    put(named, {**fake.packed, IMAGES.removesuffix(".gz"): bytes(changed)})
    (named / IMAGES).unlink()
    with pytest.raises(DataError, match="checksum"):
        source(fake).make(Params())


def test_a_whole_copy_elsewhere_stands_in_for_a_damaged_one(named, download_folder, fake):
    put(download_folder / "fake-digits", {**fake.packed, IMAGES: fake.packed[IMAGES][:-5]})
    put(named, fake.packed)
    assert len(source(fake).make(Params()).rows) == 300


def test_another_dataset_with_the_same_file_names_is_not_mistaken(named, fake):
    other = make_fake("other-digits", 300, 60, seed=2)
    put(named, other.packed)
    assert not fake.files.is_available()
    assert other.files.is_available()
    put(named, fake.packed)
    assert fake.files.is_available()
    assert not other.files.is_available()


def test_files_that_do_not_hold_what_the_schema_says_are_refused(named, fake):
    put(named, fake.packed)
    with pytest.raises(DataError, match=r"t10k-images.*\(60, 28, 28\).*\(61, 28, 28\)"):
        idx_source(mnist.MNIST_SCHEMA, fake.files, 300, 61).make(Params())
    fewer = replace(mnist.MNIST_SCHEMA, target=Categories(5, tuple("01234")))
    with pytest.raises(DataError, match="300 labels from 0 to 4"):
        idx_source(fewer, fake.files, 300, 60).make(Params())


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "ones"), [("mnist", (6742, 1135)), ("fashion-mnist", (6000, 1000))])
def test_the_real_files_are_accepted(real_data, monkeypatch, download_folder, name, ones):
    monkeypatch.setenv(folders.VARIABLE, str(real_data))
    catalogue.CACHE.clear()
    assert catalogue.entry(name).is_available()
    dataset = catalogue.load(name, validation=0.2)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (48_000, 12_000, 10_000)
    assert catalogue.class_counts(dataset.train)[1] + catalogue.class_counts(dataset.validation)[1] == ones[0]
    assert catalogue.class_counts(dataset.test)[1] == ones[1]
    catalogue.CACHE.clear()
