"""Edits of images: kept by the names of the files, made after the division so that nothing else moves, and undone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import catalogue
from engine.data.dataset import DataError, Dataset
from engine.data.pictures.edits import NONE, ImageEdit, ImageEdits
from engine.data.pictures.layout import SPLITS, GivenPart
from engine.data.sources import own_pictures
from engine.training.data_loading import load_rows, rows_key
from engine.training.recipe import Recipe


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    own_pictures.forget()
    yield
    own_pictures.forget()


def made(folder: Path, count: int = 60) -> Path:
    """``count`` images of cats, dogs and eels, each of a level of its own."""
    for number in range(count):
        path = folder / ("cats", "dogs", "eels")[number % 3] / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4), 4 * number).save(path)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path / "set")


def loaded(folder: Path, edits: ImageEdits = NONE, **how: object) -> Dataset:
    options = {"path": str(folder)} | ({"edits": edits.text()} if edits.by_name else {})
    return catalogue.load("own-pictures", options=options, validation=0.2, test=0.2, **how)


def whereabouts(data: Dataset) -> dict[int, tuple[GivenPart, str]]:
    """For each image, by its level, its split and its class."""
    return {
        int(level): (part, data.schema.target.names[label])
        for part, split in zip(SPLITS, (data.train, data.validation, data.test), strict=True)
        for level, label in zip(split.inputs[:, 0, 0, 0], split.targets, strict=True)
    }


def test_an_edit_changes_its_image_and_no_other(folder: Path) -> None:
    before = whereabouts(loaded(folder))
    tested = next(level for level, (part, _) in before.items() if part is GivenPart.TEST and level % 12 == 0)
    cats = [4 * number for number in range(0, 60, 3)]
    some = [level for level in cats if level != tested][:3]
    names = {4 * number: f"{('cats', 'dogs', 'eels')[number % 3]}/{number:03}.png" for number in range(60)}
    edits = NONE.labelled([names[some[0]]], "eels", lambda _name: "cats").excluding([names[some[1]]], True)
    edits = edits.put([names[some[2]]], GivenPart.VALIDATION).put([names[tested]], GivenPart.TRAIN)
    after = whereabouts(loaded(folder, edits))
    expected = dict(before)
    expected[some[0]] = (before[some[0]][0], "eels")
    del expected[some[1]]
    expected[some[2]] = (GivenPart.VALIDATION, "cats")
    expected[tested] = (GivenPart.TRAIN, "cats")
    assert after == expected


def test_edits_hold_for_folders_that_say_the_splits(tmp_path: Path) -> None:
    for part in ("train", "test"):
        made(tmp_path / "set" / part, 30)
    edits = NONE.put(["test/cats/000.png"], GivenPart.TRAIN).put(["train/dogs/001.png"], GivenPart.TEST)
    before, after = loaded(tmp_path / "set"), loaded(tmp_path / "set", edits)
    assert len(before.test) == len(after.test) == 30
    found = own_pictures.pictures({"path": str(tmp_path / "set")})
    tested = {found.names[place] for place in after.test.places}
    assert "train/dogs/001.png" in tested
    assert "test/cats/000.png" not in tested
    assert "test/cats/000.png" in {found.names[place] for place in after.train.places}


def test_edits_stay_with_their_files_when_the_folder_moves_and_files_come(folder: Path, tmp_path: Path) -> None:
    edits = NONE.labelled(["cats/000.png"], "dogs", lambda _name: "cats").excluding(["eels/059.png"], True)
    Image.new("L", (4, 4), 255).save(folder / "cats" / "0.png")  # before all others
    moved = tmp_path / "elsewhere"
    shutil.move(folder, moved)
    after = whereabouts(loaded(moved, edits))
    assert after[0][1] == "dogs"
    assert 4 * 59 not in after
    assert len(after) == 60
    summary = catalogue.schema("own-pictures", {"path": str(moved), "edits": edits.text()}).summary
    assert "By hand: 2 images edited, 1 of them excluded." in summary


def test_an_edit_whose_file_or_class_is_gone_waits_and_is_told(folder: Path) -> None:
    text = json.dumps({"cats/gone.png": {"excluded": True}, "cats/000.png": {"class": "unicorns"}})
    options = {"path": str(folder), "edits": text}
    data = catalogue.load("own-pictures", options=options)
    assert whereabouts(data)[0][1] == "cats"
    assert "2 edits for images or classes that are not there" in data.schema.summary
    assert len(whereabouts(data)) == 60


def test_what_was_changed_back_is_no_edit_any_more(folder: Path) -> None:
    def of_files(_name: str) -> str:
        return "cats"

    edits = NONE.labelled(["a", "b"], "dogs", of_files).labelled(["a"], "cats", of_files)
    assert edits.by_name == {"b": ImageEdit("dogs")}
    assert edits.labelled(["b"], "cats", of_files).text() == ""
    both = edits.excluding(["b"], True).put(["b"], GivenPart.TEST)
    assert both.by_name == {"b": ImageEdit("dogs", GivenPart.TEST, True)}
    assert ImageEdits.of(both.text()) == both
    assert both.without(["b"]) == NONE
    hostile = 'a"\u202e\n\udc80'
    assert ImageEdits.of(NONE.excluding([hostile], True).text()).by_name == {hostile: ImageEdit(excluded=True)}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"a": 1}',
        '{"a": {"split": "exam"}}',
        '{"a": {"colour": "red"}}',
        '{"a": {"excluded": "no"}}',
        "[" * 9_999,
    ],
)
def test_edits_that_are_none_are_refused_in_a_sentence(folder: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"edits of the images cannot be used.*dataset_options\.edits"):
        catalogue.load("own-pictures", options={"path": str(folder), "edits": text})
    with pytest.raises(DataError, match="edits of the images cannot be used"):
        catalogue.schema("own-pictures", {"path": str(folder), "edits": text})


def test_all_excluded_is_refused_in_a_sentence(folder: Path) -> None:
    names = own_pictures.pictures({"path": str(folder)}).names
    with pytest.raises(DataError, match="No image is left for training"):
        loaded(folder, NONE.excluding(names, True))


def test_a_recipe_keeps_edits_and_knows_that_they_change_the_data(folder: Path) -> None:
    plain = Recipe(dataset="own-pictures", dataset_options={"path": str(folder)})
    edits = NONE.labelled(["cats/000.png"], "dogs", lambda _name: "cats")
    recipe = plain.with_setting("dataset_options.edits", edits.text())
    assert rows_key(recipe) != rows_key(plain)
    again = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
    assert again == recipe
    assert whereabouts(load_rows(again))[0][1] == "dogs"
    assert whereabouts(load_rows(plain))[0][1] == "cats"
    assert catalogue.entry("own-pictures", recipe.dataset_options).schema.target.names == ("cats", "dogs", "eels")
    offered = catalogue.offered("own-pictures", recipe.dataset_options)
    assert "edits" not in {option.name for option in offered}


def test_edits_leave_what_is_kept_of_the_files_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(folder)
    monkeypatch.setattr(own_pictures, "listed", lambda _tree: pytest.fail("the files were listed again"))
    edits = NONE.excluding(["cats/000.png"], True)
    data = loaded(folder, edits)
    assert sum(len(split) for split in (data.train, data.validation, data.test)) == 59
    found = own_pictures.edited({"path": str(folder), "edits": edits.text()})
    assert np.flatnonzero(found.edited).tolist() == np.flatnonzero(found.excluded).tolist() == [0]
