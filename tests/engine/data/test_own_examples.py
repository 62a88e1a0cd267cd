"""Datasets of the user's own examples: kept line by line, read again as they were, learned from alone and with others.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.data import catalogue
from engine.data.dataset import DataError
from engine.data.examples import export, file, library
from engine.data.examples.values import Description, Example, ExampleKind
from engine.data.sources.own_examples import base_options
from engine.graph.targets import TargetKind
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe

DIGITS = Description("My digits", ExampleKind.PICTURES, tuple("0123456789"), (1, 28, 28))
POINTS = Description("My points", ExampleKind.POINTS, ("blue", "orange"), axes=("width", "height"))


pytestmark = pytest.mark.usefixtures("own_library")


def picture(seed: int, size: tuple[int, ...] = (1, 28, 28)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)


def drawn(count: int, label: str = "7") -> library.OwnDataset:
    kept = library.begin(DIGITS, "digits")
    file.add(kept.path, [(label, picture(index)) for index in range(count)])
    return kept


def shown(path: Path) -> list[tuple[str, bytes, bool]]:
    return [(one.label, one.values.tobytes(), one.held) for one in file.read(path).examples]


def test_examples_are_read_as_they_were_added() -> None:
    kept = drawn(4)
    before = shown(kept.path)
    file.forget()
    assert shown(kept.path) == before
    assert [one.values.tobytes() for one in file.read(kept.path).examples] == [picture(i).tobytes() for i in range(4)]
    points = library.begin(POINTS)
    file.add(points.path, [("orange", np.array([0.1, -2.5])), ("blue", np.array([1e-7, 3]))])
    file.forget()
    found = file.read(points.path)
    assert found.description == POINTS
    assert [one.values.tolist() for one in found.examples] == [
        np.array(pair, np.float32).tolist() for pair in ([0.1, -2.5], [1e-7, 3])
    ]


def test_damage_to_one_example_loses_only_that_one() -> None:
    kept = drawn(5)
    lines = kept.path.read_bytes().split(b"\n")
    at = next(number for number, line in enumerate(lines) if b'"picture"' in line) + 2
    broken = bytearray(lines[at])
    broken[len(broken) // 2] ^= 1
    lines[at] = bytes(broken)
    kept.path.write_bytes(b"\n".join(lines))
    file.forget()
    found = file.read(kept.path)
    assert len(found.examples) == 4
    assert found.damaged == 1
    assert {one.values.tobytes() for one in found.examples} < {picture(index).tobytes() for index in range(5)}


@pytest.mark.parametrize("lost", range(2, 400, 13))
def test_a_kill_while_something_is_added_loses_only_that(lost: int) -> None:
    kept = drawn(2)
    kept.path.write_bytes(kept.path.read_bytes()[:-lost])
    file.forget()
    left = len(file.read(kept.path).examples)
    assert left in (0, 1)
    file.add(kept.path, [("3", picture(9))])
    assert [one.label for one in file.read(kept.path).examples].count("3") == 1
    assert len(file.read(kept.path).examples) == left + 1


def test_without_its_description_the_examples_are_still_there() -> None:
    kept = drawn(3)
    kept.path.write_bytes(kept.path.read_bytes().split(b"\n", 1)[1])
    file.forget()
    assert len(file.read(kept.path).examples) == 3


@pytest.mark.parametrize(
    "line",
    [
        {"id": "a", "class": "7", "size": [1, 28, 28], "picture": "AAAA"},
        {"id": "a", "class": "7", "size": [1, 10**6, 10**6], "picture": ""},
        {"id": "a", "class": "7", "size": [9, 2, 2], "picture": ""},
        {"id": "a", "class": 7, "point": [0, 0]},
        {"id": "a", "class": "7", "point": [1]},
        {"id": "a", "class": "7", "point": ["nan", 0]},
        {"dataset": {"title": "x", "kind": "code", "classes": ["a", "b"], "size": [2]}},
        {"dataset": {"title": "x", "kind": "points", "classes": ["a"], "size": [2]}},
        ["id"],
    ],
)
def test_a_line_that_makes_no_sense_is_passed_over(line: Any) -> None:
    import zlib

    kept = drawn(2)
    text = json.dumps(line).encode()
    with kept.path.open("ab") as stream:
        stream.write(b"%08x %s\n" % (zlib.crc32(text), text))
    assert len(file.read(kept.path).examples) == 2
    assert file.read(kept.path).damaged == 1
    assert file.read(kept.path).description == DIGITS


def test_a_picture_that_unpacks_to_gigabytes_is_refused() -> None:
    import base64
    import zlib

    kept = drawn(1)
    packed = base64.b64encode(zlib.compress(bytes(64 * 2**20), 9)).decode()
    text = json.dumps({"id": "a", "class": "7", "size": [1, 28, 28], "picture": packed}).encode()
    with kept.path.open("ab") as stream:
        stream.write(b"%08x %s\n" % (zlib.crc32(text), text))
    assert file.read(kept.path).damaged == 1


def test_two_processes_add_to_one_dataset(clean_environment: dict[str, str]) -> None:
    kept = drawn(0)
    script = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom engine.data.examples import file\n"
        "for n in range(40): file.add(Path(sys.argv[1]), [(sys.argv[2], np.full((1, 28, 28), n, np.uint8))])"
    )
    commands = [[sys.executable, "-c", script, str(kept.path), label] for label in "36"]
    running = [subprocess.Popen(command, env=clean_environment) for command in commands]
    assert [process.wait(120) for process in running] == [0, 0]
    found = file.read(kept.path)
    assert found.damaged == 0
    assert (found.counts["3"], found.counts["6"]) == (40, 40)


def test_what_was_taken_away_can_be_put_back_as_it_was() -> None:
    kept = drawn(4)
    before, gone = shown(kept.path), file.read(kept.path).examples[3]
    file.remove(kept.path, [gone.id])
    assert shown(kept.path) == before[:3]
    file.restore(kept.path, [gone])
    assert shown(kept.path) == before


def test_every_third_picture_of_a_class_is_held_out_for_ever() -> None:
    kept = drawn(7)
    held = [one.held for one in file.read(kept.path).examples]
    assert held == [False, True, False, False, True, False, False]
    file.remove(kept.path, [file.read(kept.path).examples[0].id])
    assert [one.held for one in file.read(kept.path).examples] == held[1:]
    data = load_rows(Recipe(dataset="own-examples", dataset_options={"path": "digits"}, validation=0.2))
    learned = {row.tobytes() for split in (data.train, data.validation) for row in split.inputs}
    assert not learned & {one.values.tobytes() for one in file.read(kept.path).held_out}
    assert len(data.test) == 2
    rows = catalogue.entry("own-examples", {"path": "digits"}).rows
    assert (sum(rows.values()), rows["test"]) == (6, 2)


def test_alone_it_is_a_dataset_like_any_other() -> None:
    points = library.begin(POINTS)
    generator = np.random.default_rng(0)
    file.add(points.path, [("blue", generator.random(2)) for _ in range(30)])
    file.add(points.path, [("orange", generator.random(2)) for _ in range(30)])
    recipe = Recipe(dataset="own-examples", dataset_options={"path": points.name})
    data = load_rows(recipe)
    assert data.schema.columns == ("width", "height")
    assert data.schema.target.kind is TargetKind.CLASSES
    assert (len(data.train), len(data.validation), len(data.test)) == (45, 6, 9)
    before = catalogue.version(recipe.dataset, recipe.dataset_options)
    file.add(points.path, [("blue", np.zeros(2))])
    assert catalogue.version(recipe.dataset, recipe.dataset_options) != before
    assert len(load_rows(recipe).train) == 46


def test_with_another_dataset_its_validation_and_test_rows_stay() -> None:
    kept = drawn(6)
    plain = Recipe(dataset="strokes", dataset_options={"samples": 400}, seed=3)
    given = {"path": kept.name, "base": "strokes", "base_options": base_options({"samples": 400}), "share": 0.25}
    mixed = Recipe(dataset="own-examples", dataset_options=given, seed=3)
    old, new = load_rows(plain), load_rows(mixed)
    assert np.array_equal(old.test.inputs, new.test.inputs)
    assert np.array_equal(old.validation.targets, new.validation.targets)
    assert np.array_equal(old.train.inputs, new.train.inputs[: len(old.train)])
    own = len(new.train) - len(old.train)
    assert own / len(new.train) == pytest.approx(0.25, abs=0.01)
    assert {row.tobytes() for row in new.train.inputs[len(old.train) :]} == {
        one.values.tobytes() for one in file.read(kept.path).to_learn_from
    }
    assert set(new.train.targets[len(old.train) :].tolist()) == {7}
    assert (new.schema.input, new.schema.target) == (old.schema.input, old.schema.target)
    few = mixed.with_setting("dataset_options.base_rows", 100)
    assert len(load_rows(few).train) == 133
    assert np.array_equal(load_rows(few).train.inputs, load_rows(few).train.inputs)


def test_classes_that_the_other_dataset_lacks_are_added() -> None:
    letters = Description("Letters", ExampleKind.PICTURES, ("7", "A"), (1, 28, 28))
    kept = library.begin(letters)
    file.add(kept.path, [("A", picture(1)), ("7", picture(2))])
    given = {"path": kept.name, "base": "strokes", "base_options": base_options({"samples": 100})}
    data = load_rows(Recipe(dataset="own-examples", dataset_options=given))
    assert data.schema.target.names == (*"0123456789", "A")
    assert sorted(data.train.targets[-2:].tolist()) == [7, 10]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "No dataset of yours is chosen yet"),
        ({"path": "nowhere"}, "nowhere"),
        ({"path": "digits", "base": "moons"}, "cannot be learned from together with Moons"),
        ({"path": "digits", "base": "own-examples"}, "together with itself"),
        ({"path": "digits", "base": "strokes", "base_options": "{"}, "no JSON"),
        ({"path": "digits", "base": "mnits"}, "mnits"),
    ],
)
def test_what_cannot_be_had_says_why(given: dict[str, Any], words: str) -> None:
    drawn(2)
    with pytest.raises(DataError, match=words):
        load_rows(Recipe(dataset="own-examples", dataset_options=given))


def test_only_held_out_examples_are_judged_by_once_somebody_has_learned_from_it() -> None:
    kept = drawn(3)
    assert not library.was_learned_from(kept.path)
    catalogue.learned_from("own-examples", {"path": kept.name})
    assert library.was_learned_from(kept.path)
    assert [one.name for one in library.everything()] == ["digits"]


def test_exports_hold_what_was_drawn(tmp_path: Path) -> None:
    kept = drawn(3)
    collection = file.read(kept.path)
    export.export(collection, "folder", tmp_path / "out")
    pictures = sorted((tmp_path / "out" / "7").glob("*.png"))
    assert [np.asarray(Image.open(one)).tobytes() for one in pictures] == [picture(i).tobytes() for i in range(3)]
    export.export(collection, "npz", tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz", allow_pickle=False) as arrays:
        assert arrays["inputs"].shape == (3, 1, 28, 28)
        assert arrays["classes"][arrays["targets"]].tolist() == ["7", "7", "7"]
    with pytest.raises(DataError, match="already exists"):
        export.export(collection, "folder", tmp_path / "out")
    points = library.begin(POINTS)
    file.add(points.path, [("orange", np.array([0.1, 2.5]))])
    export.export(file.read(points.path), "csv", tmp_path / "points.csv")
    assert (tmp_path / "points.csv").read_text(encoding="utf-8") == "width,height,class\n0.100000001,2.5,orange\n"
    assert export.formats(file.read(points.path)) == ("csv", "npz")


def test_one_dataset_goes_into_another_once() -> None:
    kept, other = drawn(2), library.begin(Description("Other", ExampleKind.PICTURES, ("7", "A"), (1, 28, 28)))
    file.add(other.path, [("A", picture(50))])
    assert export.merge(kept.path, other.path) == 1
    assert export.merge(kept.path, other.path) == 0
    found = file.read(kept.path)
    assert (len(found.examples), found.counts["A"]) == (3, 1)
    with pytest.raises(DataError, match="other sizes"):
        export.merge(kept.path, library.begin(POINTS).path)


def test_a_dataset_is_not_written_over(own_library: Path) -> None:
    one, other = library.begin(POINTS), library.begin(POINTS)
    assert one.name != other.name
    assert isinstance(file.add(one.path, [("blue", np.zeros(2))])[0], Example)
    assert library.begin(DIGITS, one.name).collection.examples  # it is there already
    library.delete(other)
    assert [kept.name for kept in library.everything()] == [one.name]
