"""The catalogue: what it lists is what it loads, and it is quick to open."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.memory import MemoryCache
from engine.data.sources import drawn_digits, strokes
from engine.graph.parameters import Flag, Integer, Real

NAMED = {
    "strokes", "uci-digits", "iris", "wine", "breast-cancer", "diabetes", "line", "always-five", "houses", "circles",
    "moons", "spirals", "xor", "blobs", "mnist", "mnist+strokes", "fashion-mnist", "python-topics", "own-text",
}  # fmt: skip
"""Names that stand in files: more datasets may come, none of these may go."""
DOWNLOADED = {"mnist", "mnist+strokes", "fashion-mnist"}
OF_TEXTS = {"python-topics", "own-text"}
BUILT_IN = [name for name in catalogue.names() if name not in DOWNLOADED | OF_TEXTS]


@pytest.fixture(autouse=True)
def few_strokes(monkeypatch: pytest.MonkeyPatch):
    """A quick stand-in for the generator of pen digits, which has tests of its own."""

    def generate(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        generator = np.random.default_rng(seed)
        return generator.integers(0, 256, (n, 1, 28, 28), dtype=np.uint8), np.arange(n, dtype=np.int64) % 10

    monkeypatch.setattr(strokes, "generate", generate)
    monkeypatch.setattr(strokes, "VERSION", "of-the-test")
    catalogue.CACHE.clear()
    yield
    catalogue.CACHE.clear()


def test_importing_it_brings_neither_torch_nor_the_slow_libraries(clean_environment):
    code = (
        "import sys; from engine.data import catalogue, preparation; "
        "[catalogue.entry(name).is_available() for name in catalogue.names()]; "
        "print([m for m in ('torch', 'sklearn', 'pooch', 'requests', 'scipy', 'PySide6') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment, check=True
    )
    assert found.stdout.strip() == "[]"


def test_every_dataset_is_listed():
    assert set(catalogue.names()) >= NAMED
    assert len(catalogue.names()) == len(set(catalogue.names()))


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_is_listed_is_what_is_loaded(name):
    entry = catalogue.entry(name)
    dataset = catalogue.load(name)
    schema = dataset.schema
    assert entry.name == schema.name == name
    assert entry.schema == schema
    assert entry.is_available()
    assert not entry.downloadable
    splits = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    assert {part: len(rows) for part, rows in splits.items()} == dict(entry.rows)
    assert entry.size_bytes == dataset.nbytes
    signature = catalogue.signature(name)
    assert signature.input == schema.input
    for rows in splits.values():
        assert rows.inputs.shape[1:] == signature.input.sizes
        assert rows.inputs.dtype == (np.uint8 if schema.kind == "pictures" else np.float32)
        assert np.isfinite(rows.inputs).all()
        if schema.target.kind == "values":
            assert rows.targets.shape == (len(rows), schema.target.size)
            assert rows.targets.dtype == np.float32
            assert catalogue.class_counts(rows) == ()
        else:
            assert rows.targets.shape == (len(rows),)
            assert rows.targets.dtype == (np.int64 if schema.target.kind == "classes" else np.float32)
            counts = catalogue.class_counts(rows)
            assert sum(counts) == len(rows)
            assert len(counts) == len(schema.target.names)
            assert min(counts) > 0
    low, high = schema.value_range
    assert low < high
    inside = (dataset.train.inputs >= low) & (dataset.train.inputs <= high)
    assert inside.mean() > 0.99
    assert schema.kind == "pictures" or len(schema.columns) == schema.input.count


@pytest.mark.parametrize("name", catalogue.names())
def test_every_dataset_says_what_it_is_and_whose(name):
    schema = catalogue.entry(name).schema
    assert schema.summary[-1] in ".?"
    assert schema.title
    assert schema.licence
    assert schema.origin
    if schema.target.kind != "yes-no":
        assert len(schema.target.names) == schema.target.size
    for option in catalogue.entry(name).options:
        assert option.check(option.default) == option.default
        assert option.help


def test_downloads_are_listed_with_their_size():
    for name, folder, megabytes, rows in (
        ("mnist", "mnist", 11.6, 60_000),
        ("mnist+strokes", "mnist", 11.6, 120_000),
        ("fashion-mnist", "fashion-mnist", 30.9, 60_000),
    ):
        entry = catalogue.entry(name)
        assert entry.downloadable
        assert round(entry.size_bytes / 1e6, 1) == megabytes
        assert dict(entry.rows) == {"train": rows * 9 // 10, "validation": rows // 10, "test": 10_000}
        assert entry.where_to_put().name == folder


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_same_seed_gives_the_same_rows(name):
    first = catalogue.load(name, seed=3)
    assert catalogue.load(name, seed=3) is first
    catalogue.CACHE.clear()
    again = catalogue.load(name, seed=3)
    other = catalogue.load(name, seed=4)
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(first, part).inputs, getattr(again, part).inputs)
        np.testing.assert_array_equal(getattr(first, part).targets, getattr(again, part).targets)
    assert not np.array_equal(first.train.inputs, other.train.inputs)
    # A seed deals the rows out anew; it does not make other rows.
    if not drawn_digits.STROKES.test_rows or name != "strokes":
        pools = [np.concatenate([d.train.inputs, d.validation.inputs, d.test.inputs]) for d in (first, other)]
        flat = [np.sort(pool.reshape(len(pool), -1), axis=0) for pool in pools]
        np.testing.assert_array_equal(*flat)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_option_has_an_effect_and_its_bounds_work(name):
    default = catalogue.load(name)
    for option in catalogue.entry(name).options:
        if isinstance(option, Integer):
            value = option.low if option.default != option.low else option.low + 1
        else:
            assert isinstance(option, Real)
            value = option.high
        dataset = catalogue.load(name, options={option.name: value})
        assert not np.array_equal(dataset.train.inputs, default.train.inputs) or not np.array_equal(
            dataset.train.targets, default.train.targets
        )
        rows = len(dataset.train) + len(dataset.validation)
        if option.name == "samples":
            assert rows + (0 if name == "strokes" else len(dataset.test)) == option.low
        with pytest.raises(DataError, match=option.title):
            catalogue.load(name, options={option.name: "many"})
        assert not isinstance(option, Flag)


def test_the_number_of_classes_reaches_the_signature():
    assert catalogue.signature("blobs").target.outputs == 3
    assert catalogue.signature("blobs", options={"classes": 5}).target.outputs == 5
    dataset = catalogue.load("blobs", options={"classes": 5})
    assert len(catalogue.class_counts(dataset.train)) == 5
    assert catalogue.signature("iris", "mse").loss == "mse"


def test_shares_are_kept_and_a_given_test_split_too():
    dataset = catalogue.load("iris", validation=0.2, test=0.3)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (75, 30, 45)
    digits = catalogue.load("strokes", validation=0.25, test=0.5, options={"samples": 400})
    assert (len(digits.train), len(digits.validation), len(digits.test)) == (300, 100, 4000)
    with pytest.raises(DataError, match="take more"):
        catalogue.load("iris", validation=0.6, test=0.6)


def test_unknown_names_are_answered_with_near_ones():
    with pytest.raises(DataError, match="did you mean fashion-mnist"):
        catalogue.load("fashon-mnist")
    with pytest.raises(DataError, match="there are: strokes"):
        catalogue.entry("zzz")
    with pytest.raises(DataError, match=r"no setting called 'noize'; it has: samples, noise"):
        catalogue.load("moons", options={"noize": 1})
    with pytest.raises(DataError, match="nothing to download"):
        catalogue.download("iris")


@pytest.mark.parametrize("name", ["mnist", "mnist+strokes", "fashion-mnist"])
def test_a_dataset_that_is_not_here_says_where_to_put_it(download_folder, name):
    entry = catalogue.entry(name)
    assert not entry.is_available()
    with pytest.raises(DataError) as caught:
        catalogue.load(name)
    assert str(entry.where_to_put()) in str(caught.value)
    assert "download" in str(caught.value)


def test_download_goes_through_the_catalogue(download_folder, make_server, fake, monkeypatch):
    from engine.data.sources.mnist import MNIST_SCHEMA, idx_source

    server = make_server()
    server.files = dict(fake.packed)
    monkeypatch.setitem(catalogue.SOURCES, "mnist", idx_source(MNIST_SCHEMA, fake.at(server.address), 300, 60))
    seen: list[tuple[int, int]] = []
    assert not catalogue.entry("mnist").is_available()
    catalogue.download("mnist", lambda done, total: seen.append((done, total)), lambda: False)
    assert catalogue.entry("mnist").is_available()
    assert seen[-1] == (catalogue.entry("mnist").size_bytes,) * 2
    dataset = catalogue.load("mnist")
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (270, 30, 60)
    np.testing.assert_array_equal(dataset.test.inputs[:, 0], fake.pictures[300:])


def test_nine_pictures_of_nine_classes():
    shown = catalogue.preview(catalogue.load("uci-digits"))
    assert shown.shape == (9, 1, 8, 8)
    assert shown.dtype == np.uint8
    assert shown.max() > 200
    dataset = catalogue.load("strokes", options={"samples": 100})
    ten = catalogue.preview(dataset, 10)
    firsts = [dataset.train.inputs[np.flatnonzero(dataset.train.targets == n)[0]] for n in range(10)]
    np.testing.assert_array_equal(ten, np.stack(firsts))
    assert len(catalogue.preview(dataset, 100_000)) == len(dataset.train)
    with pytest.raises(DataError, match="no images"):
        catalogue.preview(catalogue.load("iris"))


def test_tables_show_inputs_and_answers():
    for name in ("iris", "houses", "breast-cancer", "moons", "line"):
        dataset = catalogue.load(name)
        shown = catalogue.table_preview(dataset, 5)
        columns = catalogue.table_columns(dataset)
        assert shown.shape == (5, len(columns))
        rows = np.concatenate([dataset.train.inputs, dataset.train.targets.reshape(-1, 1)], axis=1)
        assert all((rows == line).all(axis=1).any() for line in shown)
    with pytest.raises(DataError, match="images"):
        catalogue.table_preview(catalogue.load("uci-digits"))


def test_memory_is_bounded_and_the_oldest_goes_first():
    made: list[str] = []
    cache = MemoryCache(100)

    def get(name: str, size: int = 40) -> str:
        return cache.get(name, lambda: made.append(name) or name, lambda _: size)

    for name in "ab":
        assert get(name) == name
    get("a")
    get("c")  # pushes b out, which was not used for longest
    assert cache.used == 80
    get("a")
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]
    assert get("huge", 1000) == "huge"
    assert cache.used <= 100
    cache.clear()
    assert cache.used == 0
