"""Images of the user's as a dataset: where their classes are told from, what is passed over, how they are framed."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.kinds import PictureForm
from engine.data.pictures.framing import framed, is_coloured
from engine.data.pictures.input import read_picture
from engine.data.preparation import Preparation
from engine.data.references import DatasetRef, DataState
from engine.data.sources import own_pictures
from engine.data.sources.own_pictures import pictures
from engine.training.data_loading import learned_schema, load_rows, remember
from engine.training.recipe import Recipe
from tests.engine.data.conftest import idx_bytes


@pytest.fixture(autouse=True)
def no_pictures_are_known() -> Iterator[None]:
    own_pictures.forget()
    yield
    own_pictures.forget()


def png(path: Path, colour: tuple[int, ...] | int = (200, 30, 30), size: tuple[int, int] = (20, 12)) -> Path:
    """A picture of one colour, ``size`` wide and high; grey where ``colour`` is a number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = "L" if isinstance(colour, int) else {3: "RGB", 4: "RGBA"}[len(colour)]
    Image.new(mode, size, colour).save(path)
    return path


RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten red and six blue pictures, each in the folder of its class."""
    for number in range(10):
        png(tmp_path / "set" / "red" / f"{number}.png", RED)
    for number in range(6):
        png(tmp_path / "set" / "blue" / f"{number}.jpg", BLUE)
    return tmp_path / "set"


def counts(path: Path) -> dict[str, int]:
    """How many images of each class the dataset of ``path`` has, in all splits."""
    data = catalogue.load("own-pictures", options={"path": str(path)})
    targets = np.concatenate([data.train.targets, data.validation.targets, data.test.targets])
    return {name: int((targets == number).sum()) for number, name in enumerate(data.schema.target.names)}


# Where the class is told from


def test_a_folder_for_each_class(folder: Path) -> None:
    found = pictures({"path": str(folder)})
    assert found.schema.target.names == ("blue", "red")
    assert found.schema.input.sizes == (3, 12, 20), "all have one size, which is kept"
    assert counts(folder) == {"blue": 6, "red": 10}
    data = catalogue.load("own-pictures", options={"path": str(folder)})
    is_red = data.train.inputs[:, 0].mean(axis=(1, 2)) > data.train.inputs[:, 2].mean(axis=(1, 2))
    assert np.array_equal(is_red, data.train.targets == 1), "images and classes belong together"


@pytest.mark.parametrize("outer", ["", "wrapped/", "a/b/"])
def test_folders_around_the_classes_say_nothing(tmp_path: Path, outer: str) -> None:
    for number in range(4):
        png(tmp_path / "set" / outer / "cat" / f"{number}.png", RED)
        png(tmp_path / "set" / outer / "dog" / f"{number}.png", BLUE)
    assert counts(tmp_path / "set") == {"cat": 4, "dog": 4}


@pytest.mark.parametrize("names", [("train", "val", "test"), ("Training", "Validation", "Testing")])
def test_given_parts_are_kept(tmp_path: Path, names: tuple[str, str, str]) -> None:
    for part, count in zip(names, (6, 2, 3), strict=True):
        for number in range(count):
            png(tmp_path / part / "x" / f"{number}.png", 10)
            png(tmp_path / part / "y" / f"{number}.png", 200)
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)}, validation=0.3, test=0.3)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [12, 4, 6]
    assert data.schema.target.names == ("x", "y")


def test_only_a_test_folder_is_no_part(tmp_path: Path) -> None:
    """There must be something to learn from."""
    for number in range(6):
        png(tmp_path / "test" / "x" / f"{number}.png", 10)
        png(tmp_path / "test" / "y" / f"{number}.png", 200)
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)})
    assert len(data.train) > 0


@pytest.mark.parametrize(
    "table",
    ["file,label\n{}", "label;file\n{}", "id,breed,other\n{}"],
    ids=["comma", "semicolon", "named otherwise, without endings"],
)
def test_a_table_of_labels_beside_the_images(tmp_path: Path, table: str) -> None:
    rows = []
    for number in range(8):
        png(tmp_path / f"p{number}.png", RED if number % 2 else BLUE)
        label = ("blue", "red")[number % 2]
        if table.startswith("label"):
            rows.append(f"{label};images/p{number}.png")
        else:
            rows.append(f"p{number},{label},{number}" if "breed" in table else f"p{number}.png,{label}")
    (tmp_path / "labels.csv").write_text(table.format("\n".join(rows)) + "\n")
    assert counts(tmp_path) == {"blue": 4, "red": 4}


def test_a_table_says_what_is_not_there_and_what_has_no_label(tmp_path: Path) -> None:
    for number in range(6):
        png(tmp_path / f"{number}a.png", 10 * number)
    rows = "0a.png,x\n1a.png,y\n2a.png,x\n3a.png,\ngone.png,y\n4a.png,y\n"
    (tmp_path / "labels.csv").write_text("file,label\n" + rows)
    found = pictures({"path": str(tmp_path)})
    assert counts(tmp_path) == {"x": 2, "y": 2}
    passed = {one.name: one.why for one in found.passed_over}
    assert passed["3a.png"] == "has no label"
    assert "row 5" in passed["gone.png"]
    assert passed["5a.png"] == "has no label in the table"


def test_a_zip_archive_is_read_as_its_folder_would_be(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(folder.rglob("*.*")):
            made.write(file, f"deep/{file.relative_to(folder)}")
        made.writestr("__MACOSX/deep/._0.png", b"x")
    assert counts(archive) == {"blue": 6, "red": 10}
    alone = tmp_path / "alone"
    alone.mkdir()
    archive.rename(alone / "set.zip")
    assert counts(alone) == {"blue": 6, "red": 10}, "the only archive of a folder stands for it"


def test_files_of_mnist(tmp_path: Path) -> None:
    images = np.zeros((30, 28, 28), dtype=np.uint8)
    images[:, 4:24, 9:19] = 255
    for part, count in (("train", 30), ("t10k", 12)):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(images[:count]))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes((np.arange(count) % 3).astype(np.uint8)))
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)}, validation=0.2)
    assert (len(data.train) + len(data.validation), len(data.test)) == (30, 12)
    assert 3 <= len(data.validation) <= 9
    assert np.array_equal(data.test.inputs[0, 0], images[0])
    assert data.schema.picture_form is PictureForm.DIGITS, "so that the pad prepares drawings as these lie"


def test_batches_of_cifar(tmp_path: Path) -> None:
    records = np.random.default_rng(0).integers(0, 256, (20, 3073)).astype(np.uint8)
    records[:, 0] = np.arange(20) % 2
    (tmp_path / "data_batch_1.bin").write_bytes(records.tobytes())
    (tmp_path / "batches.meta.txt").write_text("plane\ncar\n")
    assert counts(tmp_path) == {"car": 10, "plane": 10}
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)})
    wanted = {row[1:].tobytes() for row in records}
    assert {one.tobytes() for one in data.train.inputs} <= wanted


def test_sheets_whose_rows_are_images(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 16, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "sheet.png")
    lines = [f"sheet.png,{row},{('cat', 'dog')[row % 2]}" for row in range(30)]
    (tmp_path / "labels.csv").write_text("file,row,class\n" + "\n".join(lines) + "\n")
    assert counts(tmp_path) == {"cat": 15, "dog": 15}
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)})
    wanted = {row.reshape(4, 4, 3).transpose(2, 0, 1).tobytes() for row in pixels}
    assert {one.tobytes() for one in data.train.inputs} <= wanted


# What is passed over, and what is refused


def test_broken_and_foreign_files_are_named_and_passed_over(folder: Path) -> None:
    (folder / "red" / "empty.png").write_bytes(b"")
    (folder / "red" / "cut.png").write_bytes((folder / "red" / "0.png").read_bytes()[:40])
    (folder / "blue" / "text.jpg").write_bytes(b"not a picture at all")
    (folder / "readme.md").write_text("notes")
    huge = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 30_000, 30_000, 8, 2, 0, 0, 0) + b"\0" * 30
    (folder / "blue" / "huge.png").write_bytes(huge)
    png(folder / "loose.png")
    found = pictures({"path": str(folder)})
    assert counts(folder) == {"blue": 6, "red": 10}
    passed = {one.name: one.why for one in found.passed_over}
    assert set(passed) == {
        "red/empty.png", "red/cut.png", "blue/text.jpg", "readme.md", "blue/huge.png", "loose.png",
    }  # fmt: skip
    assert "empty" in passed["red/empty.png"]
    assert "in no folder" in passed["loose.png"]
    assert found.passed_count == 6


def test_a_loop_of_links_ends(folder: Path) -> None:
    try:
        os.symlink(folder, folder / "red" / "again", target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert counts(folder) == {"blue": 6, "red": 10}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "holds no images"),
        (lambda path: png(path / "one" / "a.png"), "two classes at least"),
        (lambda path: [png(path / f"{n}.png") for n in range(3)], "nothing says what they show"),
        (lambda path: [(path / c).mkdir() or (path / c / "a.png").write_bytes(b"x") for c in "xy"], "can be read"),
    ],
    ids=["empty", "one class", "no labels", "none can be read"],
)
def test_what_cannot_be_learned_from_is_refused_in_a_sentence(tmp_path: Path, make, words: str) -> None:
    make(tmp_path)
    with pytest.raises(DataError, match=words):
        pictures({"path": str(tmp_path)})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and nothing", b"\0" * 500])
def test_an_archive_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no zip archive"):
        pictures({"path": str(path)})


def test_an_archive_that_lies_about_sizes_costs_one_image(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "set.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(folder.rglob("*.*")):
            made.write(file, str(file.relative_to(folder)))
        made.writestr("red/bomb.png", bytes(150_000_000))
    data = bytearray(archive.read_bytes())
    sizes = struct.pack("<I", 150_000_000)
    for at in [place for place in range(len(data)) if data[place : place + 4] == sizes]:
        data[at : at + 4] = struct.pack("<I", 100)
    archive.write_bytes(bytes(data))
    assert counts(archive) == {"blue": 6, "red": 10}
    (bomb,) = pictures({"path": str(archive)}).passed_over
    assert bomb.name == "red/bomb.png"


# How images are framed


def test_modes_and_the_turn_of_a_camera(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    half = np.zeros((8, 8, 3), dtype=np.uint8)
    half[:, :4] = 255
    image = Image.fromarray(half)
    image.save(tmp_path / "a" / "rgb.png")
    image.convert("CMYK").save(tmp_path / "a" / "cmyk.jpg", quality=100)
    image.convert("P").save(tmp_path / "a" / "palette.gif")
    Image.fromarray(half[..., 0].astype(np.uint16) * 257).save(tmp_path / "a" / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    Image.fromarray(np.rot90(half).copy()).save(tmp_path / "a" / "turned.png", exif=exif)
    clear = np.dstack([half, np.full((8, 8), 255, np.uint8)])
    clear[:, :4, 3] = 0
    Image.fromarray(clear).save(tmp_path / "a" / "alpha.png")
    png(tmp_path / "b" / "other.png", RED, (8, 8))
    data = catalogue.load("own-pictures", options={"path": str(tmp_path)}, validation=0, test=0)
    assert len(data.train) == 7, pictures({"path": str(tmp_path)}).notes
    for picture in data.train.inputs[data.train.targets == 0]:
        assert picture[:, :, :3].min() > 240
        assert picture[:, :, 5:].max() < 15


def test_the_frame_follows_the_rule_that_is_chosen() -> None:
    wide = np.zeros((10, 30, 4), dtype=np.uint8)
    wide[..., 3] = 255
    wide[:, 10:20, 0] = 200
    cropped = framed(wide, 3, 10, 10, PictureForm.CROPPED)
    assert (cropped[0] == 200).all()
    padded = framed(wide, 3, 30, 30, PictureForm.PADDED)
    assert (padded[0, :, 12:18] == 200).all(), "the border is continued"
    assert padded[0, :, :8].max() == 0
    stretched = framed(wide, 3, 10, 10, PictureForm.STRETCHED)
    assert 2 <= int((stretched[0, 5] > 100).sum()) <= 5
    assert framed(wide, 1, 10, 10, PictureForm.CROPPED).shape == (1, 10, 10)


@given(st.tuples(*[st.integers(1, 90)] * 4), st.sampled_from([f for f in PictureForm if f.is_photograph]))
@settings(max_examples=150, deadline=None)
def test_any_size_is_framed_and_an_even_picture_stays_even(sizes: tuple[int, ...], form: PictureForm) -> None:
    height, width, to_height, to_width = sizes
    picture = np.full((height, width, 4), (10, 90, 200, 255), dtype=np.uint8)
    found = framed(picture, 3, to_height, to_width, form)
    assert found.shape == (3, to_height, to_width)
    assert (found == np.array([10, 90, 200], dtype=np.uint8).reshape(3, 1, 1)).all()


def test_grey_images_stay_grey(tmp_path: Path) -> None:
    for number in range(3):
        png(tmp_path / "a" / f"{number}.png", (9, 9, 9))
        png(tmp_path / "b" / f"{number}.png", 200)
    assert pictures({"path": str(tmp_path)}).schema.input.sizes[0] == 1
    assert pictures({"path": str(tmp_path), "colour": "colour"}).schema.input.sizes[0] == 3
    assert not is_coloured(np.full((4, 4, 4), 255, np.uint8))


def test_a_size_can_be_chosen_and_large_images_are_made_small(tmp_path: Path) -> None:
    for number in range(3):
        png(tmp_path / "a" / f"{number}.png", RED, (300, 200 + number))
        png(tmp_path / "b" / f"{number}.png", BLUE, (300, 200))
    assert pictures({"path": str(tmp_path)}).schema.input.sizes == (3, 64, 64)
    assert pictures({"path": str(tmp_path), "size": 24}).schema.input.sizes == (3, 24, 24)


def test_a_picture_that_is_tried_is_framed_as_those_learned_from(folder: Path) -> None:
    schema = pictures({"path": str(folder)}).schema
    data = catalogue.load("own-pictures", options={"path": str(folder)}, validation=0, test=0)
    red = data.train.inputs[data.train.targets == 1][0]
    assert np.array_equal(read_picture(folder / "red" / "0.png", schema), red)


# Read once, and kept


def test_a_second_reading_decodes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pictures({"path": str(folder)})
    own_pictures.forget()

    def refuse(*_args: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(own_pictures, "decoded", refuse)
    again = pictures({"path": str(folder)})
    assert again.schema == first.schema
    assert np.array_equal(again.stored.arrays["inputs"], first.stored.arrays["inputs"])


def test_a_file_more_is_seen_and_the_data_has_changed(folder: Path) -> None:
    options = {"path": str(folder)}
    before = catalogue.version("own-pictures", options)
    reference = DatasetRef("own-pictures", options, catalogue.fingerprint_now("own-pictures", options))
    assert reference.status().state is DataState.KNOWN
    png(folder / "red" / "new.png", RED)
    os.utime(folder / "red", (5e9, 5e9))
    assert catalogue.version("own-pictures", options) != before
    assert counts(folder) == {"blue": 6, "red": 11}
    assert reference.status().state is DataState.CHANGED


def test_a_folder_that_is_gone_keeps_its_shapes(folder: Path, tmp_path: Path) -> None:
    recipe = Recipe().with_settings({"dataset": "own-pictures", "dataset_options.path": str(folder)})
    preparation = Preparation.fit(load_rows(recipe))
    saved = Preparation.from_json(preparation.to_json())
    assert saved == preparation
    folder.rename(tmp_path / "elsewhere")
    own_pictures.forget()
    remember(recipe, saved)
    known = catalogue.schema("own-pictures", recipe.dataset_options)
    assert (known.target.names, known.input.sizes) == (("blue", "red"), (3, 12, 20))
    assert learned_schema(recipe, saved).target.names == ("blue", "red")
    status = DatasetRef("own-pictures", recipe.dataset_options).status()
    assert status.state is DataState.MISSING
    assert "is not there" in status.words


def test_a_record_that_was_tampered_with_is_refused(folder: Path) -> None:
    recipe = Recipe().with_settings({"dataset": "own-pictures", "dataset_options.path": str(folder)})
    saved = Preparation.fit(load_rows(recipe)).to_json()
    for change in ({"sizes": [3, 12]}, {"sizes": [5, 12, 20]}, {"form": "round"}, {"target": {}}, {"file": None}):
        with pytest.raises(DataError, match=r"description of the images|fingerprint"):
            Preparation.from_json({**saved, "pictures": {**saved["pictures"], **change}})


