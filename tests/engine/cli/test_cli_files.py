"""Names with dots, and files that no command replaces unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main
from engine.project.file import read, write
from engine.project.project import Project
from engine.training.recipe import Recipe
from resources import examples

Refused = Callable[..., str]


@pytest.mark.parametrize("word", ["net v1.2", "a.png", ".hidden", "x.sketchnet.bak"])
def test_a_new_project_has_its_whole_name_and_the_ending(here: Path, word: str) -> None:
    assert main(["new", "line", word]) == 0
    assert [entry.name for entry in here.iterdir()] == [f"{word}.sketchnet"]
    assert main(["info", word]) == 0


def test_a_file_that_is_no_project_is_never_made_one(here: Path) -> None:
    (here / "a.png").write_bytes(b"picture")
    assert main(["new", "line", "a.png", "--force"]) == 0
    assert (here / "a.png").read_bytes() == b"picture"
    assert (here / "a.png.sketchnet").is_file()


@pytest.fixture
def line(here: Path) -> Path:
    path = here / "line.sketchnet"
    write(read(examples.path("line")), path)
    return path


def test_source_keeps_dots_and_replaces_neither_of_its_files_unasked(
    line: Path, here: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["source", "line", "--out", "plain v1.2.py"]) == 0
    assert {"plain v1.2.py", "plain v1.2.safetensors"} <= {entry.name for entry in here.iterdir()}
    capsys.readouterr()
    (here / "old.py").write_bytes(b"mine")
    assert "old.py is there already" in refused("source", "line", "--out", "old.py")
    assert (here / "old.py").read_bytes() == b"mine"
    assert not (here / "old.safetensors").exists()
    (here / "new.safetensors").write_bytes(b"mine")
    assert "new.safetensors is there already" in refused("source", "line", "--out", "new.py")
    assert (here / "new.safetensors").read_bytes() == b"mine"
    assert not (here / "new.py").exists()
    assert main(["source", "line", "--out", "new.py", "--force"]) == 0
    assert (here / "new.safetensors").read_bytes() != b"mine"


def test_train_and_demo_replace_nothing_unasked(line: Path, here: Path, refused: Refused) -> None:
    other = here / "other.sketchnet"
    write(Project(recipe=Recipe(dataset="circles")), other)
    before = other.read_bytes()
    assert "--force" in refused("train", "line", "--epochs", "1", "--out", "other")
    assert "--force" in refused("demo", "--out", "other")
    assert other.read_bytes() == before
    assert main(["train", "line", "--epochs", "1", "--out", "other", "--force"]) == 0
    assert main(["train", "line", "--epochs", "1", "--out", "line"]) == 0
