"""The user's own blocks: kept, found, replaced, removed; damaged files are told of and left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.graph.block import Block
from engine.graph.blocks import ready
from engine.project import my_blocks
from engine.project.my_blocks import MyBlocksError, everything, load, remove, save


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(my_blocks, "folder", lambda: tmp_path / "blocks")
    return tmp_path / "blocks"


def block(title: str = "Mine") -> Block:
    return replace(ready()["MLP"].make(), title=title)


def test_nothing_kept_yet() -> None:
    assert everything() == my_blocks.Shelf((), ())


def test_kept_and_found_again() -> None:
    path = save(block())
    assert load(path) == block()
    assert everything().blocks == (block(),)
    json.loads(path.read_text())


def test_the_same_title_replaces() -> None:
    save(block())
    other = replace(ready()["Residual"].make(), title="Mine")
    save(other)
    assert everything().blocks == (other,)


def test_titles_that_give_the_same_file_name() -> None:
    for title in ("A b", "a-B", "日本", "中国"):
        save(block(title))
    assert [b.title for b in everything().blocks] == sorted(["A b", "a-B", "日本", "中国"], key=str.casefold)
    remove("a-B")
    assert [b.title for b in everything().blocks] == ["A b", "中国", "日本"]


def test_removing_what_is_not_there() -> None:
    with pytest.raises(MyBlocksError, match="no block called"):
        remove("Nothing")


def test_a_bad_title_is_refused() -> None:
    with pytest.raises(MyBlocksError, match="title"):
        save(block(""))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ("[]", "not a block"),
        ('{"sketchnet": "block"}', "format"),
        ('{"sketchnet": "block", "format": 3}', "format 3"),
        ('{"sketchnet": "block", "format": 1}', "cannot be read"),
        ('{"sketchnet": "block", "format": 1, "node": {"id": "n1", "kind": "ReLU", "name": "a"}}', "not a block"),
        ('{"sketchnet": "block", "format": 1, "node": {"id": "n1", "kind": "Block", "name": "a"}}', "inside"),
    ],
)
def test_damaged_files_are_refused_with_a_sentence(text: str, word: str, own_folder: Path) -> None:
    save(block())
    (own_folder / "odd.block.json").write_text(text)
    shelf = everything()
    assert shelf.blocks == (block(),)
    assert len(shelf.refused) == 1
    assert word in shelf.refused[0]
    assert shelf.refused[0].startswith("odd.block.json")


def test_a_huge_file_is_not_read(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(block())
    monkeypatch.setattr(my_blocks, "LARGEST", 100)
    with pytest.raises(MyBlocksError, match="at most 100 are read"):
        load(path)


def test_a_folder_that_cannot_be_written(own_folder: Path) -> None:
    own_folder.parent.mkdir(exist_ok=True)
    own_folder.write_text("a file in the way")
    with pytest.raises(MyBlocksError, match="cannot be kept"):
        save(block())
