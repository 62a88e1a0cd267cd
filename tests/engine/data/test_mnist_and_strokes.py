"""MNIST and pen digits as one dataset: whose rows are learned from, whose are tested, and what has to be fetched."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import catalogue, folders
from engine.data.dataset import DataError
from engine.data.sources import drawn_digits
from engine.data.sources.mnist import MNIST_SCHEMA, idx_source
from engine.data.sources.mnist_and_strokes import with_pen_digits

TOGETHER = "mnist+strokes"


@pytest.fixture(autouse=True)
def small_mnist(download_folder, make_server, fake, monkeypatch):
    """A small set of files in the place of MNIST's, served by this computer, and nothing remembered of it after."""
    server = make_server()
    server.files = dict(fake.packed)
    mnist = idx_source(MNIST_SCHEMA, fake.at(server.address), 300, 60)
    monkeypatch.setitem(catalogue.SOURCES, "mnist", mnist)
    monkeypatch.setitem(catalogue.SOURCES, TOGETHER, with_pen_digits(mnist))
    monkeypatch.setattr(folders, "cache", lambda: download_folder.parent / "cache")
    catalogue.CACHE.clear()
    yield
    catalogue.CACHE.clear()


def as_rows(*parts):
    """Pictures with their labels, one row each, in an order that does not depend on how they were divided."""
    inputs = np.concatenate([part.inputs.reshape(len(part), -1) for part in parts])
    answers = np.concatenate([part.targets for part in parts])
    rows = np.concatenate([inputs, answers[:, None].astype(np.uint8)], axis=1)
    return rows[np.lexsort(rows.T)]


@pytest.mark.parametrize(("fetched", "other"), [("mnist", TOGETHER), (TOGETHER, "mnist")])
def test_what_is_fetched_for_the_one_is_there_for_the_other(fetched, other):
    assert not catalogue.entry(other).is_available()
    catalogue.download(fetched)
    assert catalogue.entry(fetched).is_available()
    assert catalogue.entry(other).is_available()
    assert catalogue.entry(fetched).where_to_put() == catalogue.entry(other).where_to_put()


def test_it_is_learned_from_both_and_tested_on_mnist_alone():
    catalogue.download(TOGETHER)
    both = catalogue.load(TOGETHER, options={"samples": 200}, validation=0.2)
    mnist = catalogue.load("mnist", validation=0.2)
    assert (len(both.train), len(both.validation), len(both.test)) == (400, 100, 60)
    np.testing.assert_array_equal(both.test.inputs, mnist.test.inputs)
    np.testing.assert_array_equal(both.test.targets, mnist.test.targets)
    learned = as_rows(mnist.train, mnist.validation, drawn_digits.training_digits(200))
    np.testing.assert_array_equal(as_rows(both.train, both.validation), learned)


def test_a_seed_deals_the_same_rows_out_anew_and_every_class_is_in_both_parts():
    catalogue.download(TOGETHER)
    first, other = (catalogue.load(TOGETHER, options={"samples": 200}, validation=0.2, seed=seed) for seed in (0, 1))
    assert not np.array_equal(first.train.inputs, other.train.inputs)
    np.testing.assert_array_equal(as_rows(first.train, first.validation), as_rows(other.train, other.validation))
    assert catalogue.class_counts(first.train) == (40,) * 10
    assert catalogue.class_counts(first.validation) == (10,) * 10


def test_it_can_be_looked_at_and_its_pictures_are_prepared_alike():
    catalogue.download(TOGETHER)
    dataset = catalogue.load(TOGETHER, options={"samples": 100})
    assert catalogue.preview(dataset).shape == (9, 1, 28, 28)
    assert dataset.schema.input == catalogue.schema("mnist").input == catalogue.schema("strokes").input
    assert dataset.schema.target == catalogue.schema("mnist").target == catalogue.schema("strokes").target
    assert dataset.schema.picture_form == catalogue.schema("mnist").picture_form


def test_its_setting_has_bounds():
    for wrong in (0, 200_001, "many"):
        with pytest.raises(DataError, match="Samples"):
            catalogue.load(TOGETHER, options={"samples": wrong})


@pytest.mark.real_data
def test_the_real_files_are_accepted(real_data, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv(folders.VARIABLE, str(real_data))
    catalogue.CACHE.clear()
    dataset = catalogue.load(TOGETHER, options={"samples": 100}, validation=0.1)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (54_090, 6_010, 10_000)
    assert catalogue.class_counts(dataset.test)[1] == 1135
