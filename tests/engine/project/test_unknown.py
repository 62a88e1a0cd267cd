"""What a newer version has put into a file is written back as it was, wherever it stands, or the file is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.data.preparation import Preparation
from engine.graph.blocks import ready
from engine.graph.nesting import with_block
from engine.graph.note_edits import add_note
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from tests.engine.project.projects import example, parts_of, zipped

NEW = {"deep": [1, {"id": "n1", "x": None}], "text": "é"}


def rich() -> Project:
    """A project with every kind of object in it: blocks in blocks, notes, a run, a test."""
    whole = example()
    block = ready()["Residual"].make()
    graph = whole.graph.add_block(block, name="more")
    return replace(whole, graph=add_note(graph, text="a note"))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all objects in a JSON value."""
    if isinstance(value, dict):
        yield path
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    write(rich(), tmp_path / "rich.sketchnet")
    return parts_of(tmp_path / "rich.sketchnet")


def saved_again(parts: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    one, two = folder / "one.sketchnet", folder / "two.sketchnet"
    one.write_bytes(zipped(parts))
    write(read(one), two)
    return parts_of(two)


def same(one: dict[str, bytes], two: dict[str, bytes]) -> bool:
    """Equal JSON, whatever the order of its names, and all else bit for bit."""

    def value(name: str, data: bytes) -> Any:
        return json.loads(data) if name.endswith(".json") else data

    return {name: value(name, data) for name, data in one.items()} == {name: value(name, two[name]) for name in two}


def test_a_file_is_saved_as_it_was(parts: dict[str, bytes], tmp_path: Path) -> None:
    assert same(saved_again(parts, tmp_path), parts)


def test_a_name_that_is_not_known_is_kept_in_any_object_or_the_file_is_refused(
    parts: dict[str, bytes], tmp_path: Path
) -> None:
    """Refused are unknown settings of what is trained, as without them it is another network, and odd figures."""
    refused = {}
    for name in ("project.json", "history.json", "training.json"):
        for path in places(json.loads(parts[name])):
            document = json.loads(parts[name])
            at(document, path)["later"] = NEW
            newer = {**parts, name: json.dumps(document).encode()}
            try:
                assert same(saved_again(newer, tmp_path), newer), (name, path)
            except ProjectError as error:
                refused[next(part for part in reversed((name, *path)) if isinstance(part, str))] = str(error)
    assert all("later" in sentence for sentence in refused.values())
    settings = {"params", "recipe", "task", "augmentation", "loss", "optimizer", "schedule", "dataset_options"}
    assert set(refused) == settings | {"test", "history.json"}


def changed(parts: dict[str, bytes], path: tuple[Any, ...], **values: Any) -> dict[str, bytes]:
    """The parts with other values at a place of ``project.json``."""
    document = json.loads(parts["project.json"])
    at(document, path).update(values)
    return {**parts, "project.json": json.dumps(document).encode()}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("graph", "nodes", 1), {"kind": "Hyperbolic"}),
        (("recipe", "optimizer"), {"kind": "Lion"}),
        (("recipe", "loss"), {"kind": "ranking"}),
        (("recipe", "schedule"), {"kind": "later"}),
        (("recipe",), {"precision": "float8"}),
        (("recipe",), {"preparation": "whiten"}),
        (("recipe",), {"format": 5}),
        (("recipe", "task"), {"kind": "clairvoyance"}),
        (("preparation",), {"inputs": "whiten"}),
        ((), {"format": 3}),
    ],
)
def test_a_kind_that_is_not_known_is_refused_in_a_sentence(
    parts: dict[str, bytes], tmp_path: Path, path: tuple[Any, ...], values: dict[str, Any]
) -> None:
    with pytest.raises(ProjectError) as caught:
        saved_again(changed(parts, path, **values), tmp_path)
    assert str(next(iter(values.values()))) in str(caught.value)
    assert not (tmp_path / "two.sketchnet").exists()


def test_it_stays_with_its_object_while_the_drawing_is_edited(parts: dict[str, bytes], tmp_path: Path) -> None:
    for path in (("graph", "nodes", 1), ("graph", "nodes", 2), ("graph", "notes", 0)):
        parts = changed(parts, path, later=path[-1])
    path = tmp_path / "one.sketchnet"
    path.write_bytes(zipped(parts))
    opened = read(path)
    first, second = list(opened.graph.nodes)[1:3]
    graph = opened.graph.rename(first, "renamed").remove([second]).add("ReLU")
    write(replace(opened, graph=graph), path)
    saved = json.loads(parts_of(path)["project.json"])["graph"]
    assert [(node["id"], node["later"]) for node in saved["nodes"] if "later" in node] == [(first, 1)]
    assert saved["notes"][0]["later"] == 0


def test_what_says_something_of_an_outcome_goes_when_there_is_another(parts: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "one.sketchnet"
    path.write_bytes(zipped(changed(parts, ("preparation",), median=[1, 2])))
    opened = read(path)
    write(opened, path)
    assert json.loads(parts_of(path)["project.json"])["preparation"]["median"] == [1, 2]
    write(replace(opened, run=replace(opened.run, preparation=Preparation((0.0,) * 4, (1.0,) * 4))), path)
    assert "median" not in json.loads(parts_of(path)["project.json"])["preparation"]
    write(replace(opened, run=replace(opened.run, preparation=None)), path)
    assert json.loads(parts_of(path)["project.json"])["preparation"] is None


def test_from_what_a_block_was_made_is_kept_till_the_block_is_changed(parts: dict[str, bytes], tmp_path: Path) -> None:
    number = next(k for k, node in enumerate(json.loads(parts["project.json"])["graph"]["nodes"]) if "block" in node)
    made = {"name": "A block of a newer version", "params": {"width": [3, {"x": 1}]}}
    path = tmp_path / "one.sketchnet"
    path.write_bytes(zipped(changed(parts, ("graph", "nodes", number, "block"), made=made)))
    opened = read(path)
    write(opened, path)
    assert json.loads(parts_of(path)["project.json"])["graph"]["nodes"][number]["block"]["made"] == made
    id = list(opened.graph.nodes)[number]
    block = opened.graph.nodes[id].block
    assert block is not None
    inside = block.graph.rename(block.contents[0].id, "other")
    write(replace(opened, graph=with_block(opened.graph, id, block.drawn(inside))), path)
    assert "made" not in json.loads(parts_of(path)["project.json"])["graph"]["nodes"][number]["block"]


def test_parts_of_a_newer_version_are_written_back_bit_for_bit(parts: dict[str, bytes], tmp_path: Path) -> None:
    newer = {
        "runs/2026-11-30/record.json": b' {"a": 1e3}\n',
        "runs/2026-11-30/weights.safetensors": bytes(range(256)),
        "tryout/pad.png": b"\x89PNG",
        "data/own-table.csv": b"a;b\r\n",
    }
    saved = saved_again({**parts, **newer}, tmp_path)
    assert {name: saved[name] for name in newer} == newer
    assert saved_again(saved, tmp_path) == saved


@pytest.mark.parametrize("name", ["runs/../x.json", "/x.json", "runs//x.json", "a/b/c/d/e/f.json", "run.py", "x.so"])
def test_parts_that_lead_elsewhere_or_may_hold_code_are_refused(
    parts: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    with pytest.raises(ProjectError, match="part named"):
        saved_again({**parts, name: b"{}"}, tmp_path)


def test_only_so_many_parts_are_kept(parts: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="at most 32 are kept"):
        saved_again({**parts, **{f"runs/{k}.json": b"{}" for k in range(33)}}, tmp_path)
