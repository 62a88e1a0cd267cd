"""Names with dots, and files that no command replaces unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.export.source import export_source
from engine.files.atomic import WriteError
from engine.project import rescue
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
    assert "old.py already exists" in refused("source", "line", "--out", "old.py")
    assert (here / "old.py").read_bytes() == b"mine"
    assert not (here / "old.safetensors").exists()
    (here / "new.safetensors").write_bytes(b"mine")
    assert "new.safetensors already exists" in refused("source", "line", "--out", "new.py")
    assert (here / "new.safetensors").read_bytes() == b"mine"
    assert not (here / "new.py").exists()
    assert main(["source", "line", "--out", "new.py", "--force"]) == 0
    assert (here / "new.safetensors").read_bytes() != b"mine"


def test_source_with_training_writes_the_rows_too_and_replaces_nothing_unasked(
    line: Path, here: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["source", "line", "--with-training"]) == 0
    text = capsys.readouterr().out
    compile(text, "line.py", "exec")
    assert "def train(inputs, answers, validation=None):" in text
    assert "DATA" not in text, "nothing lies beside what is printed"
    assert main(["source", "line", "--out", "line.py", "--with-training"]) == 0
    assert "python line.py --train" in capsys.readouterr().out
    assert {"line.py", "line.safetensors", "line-data.npz"} <= {entry.name for entry in here.iterdir()}
    with np.load(here / "line-data.npz") as file:
        assert {"inputs", "answers", "validation_inputs", "validation_answers"} == set(file.files)
    (here / "new-data.npz").write_bytes(b"mine")
    assert "new-data.npz already exists" in refused("source", "line", "--out", "new.py", "--with-training")
    assert not (here / "new.py").exists()
    assert not (here / "new.safetensors").exists()
    assert main(["source", "line", "--out", "new.py"]) == 0, "without training the rows are not in the way"
    assert (here / "new-data.npz").read_bytes() == b"mine"


def test_weights_that_a_script_will_write_replace_nothing_unasked_either(
    here: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "line", "line"]) == 0
    capsys.readouterr()
    (here / "new.safetensors").write_bytes(b"mine")
    assert "new.safetensors already exists" in refused("source", "line", "--out", "new.py", "--with-training")
    assert not (here / "new.py").exists()
    with pytest.raises(WriteError, match="already exists"):
        export_source(read(here / "line.sketchnet"), here / "new.py", new=True, with_training=True)
    assert not (here / "new.py").exists()
    assert not (here / "new-data.npz").exists()
    assert main(["source", "line", "--out", "new.py"]) == 0, "without training it writes none"


def test_a_project_on_a_dataset_that_is_not_known_is_refused_with_what_to_do(
    line: Path, here: Path, refused: Refused
) -> None:
    project = read(line)
    write(replace(project, recipe=replace(project.recipe, dataset="gone"), trained_on="gone"), here / "gone.sketchnet")
    (here / "x.csv").write_text("x\n1\n")
    for words in (("predict", "gone", "--csv", "x.csv"), ("source", "gone"), ("source", "gone", "--out", "gone.py")):
        sentence = refused(*words)
        assert "the dataset 'gone', which is not known here" in sentence
        assert "--set dataset=NAME" in sentence


def test_train_and_demo_replace_nothing_unasked(line: Path, here: Path, refused: Refused) -> None:
    other = here / "other.sketchnet"
    write(Project(recipe=Recipe(dataset="circles")), other)
    before = other.read_bytes()
    assert "--force" in refused("train", "line", "--epochs", "1", "--out", "other")
    assert "--force" in refused("demo", "--out", "other")
    assert other.read_bytes() == before
    assert main(["train", "line", "--epochs", "1", "--out", "other", "--force"]) == 0
    assert main(["train", "line", "--epochs", "1", "--out", "line"]) == 0


@pytest.mark.parametrize(
    "word", ["", ".", "..", "/", "folder/..", " ", "\t", "folder/ ", "folder/", "folder/.", "line.py/"]
)
def test_what_is_no_name_is_refused_in_a_sentence(here: Path, refused: Refused, word: str) -> None:
    assert "not the name of a file" in refused("new", "line", word)
    assert "not the name of a file" in refused("demo", "--out", word)
    assert "not the name of a file" in refused("train", "line", "--out", word)
    assert "not the name of a file" in refused("source", "line", "--out", word)
    assert not list(here.iterdir())


def test_training_makes_no_project_of_a_file_that_is_something_else(line: Path, here: Path) -> None:
    (here / "a.png").write_bytes(b"picture")
    assert main(["train", "line", "--epochs", "1", "--out", "a.png", "--force"]) == 0
    assert (here / "a.png").read_bytes() == b"picture"
    assert (here / "a.png.sketchnet").is_file()


def test_a_file_that_appears_while_a_command_is_at_work_is_not_replaced(
    line: Path, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training takes long: what has come to lie there meanwhile is somebody's, and what was learned is not lost."""
    from engine.running import folded_run

    def appears(*arguments: object, **more: object) -> object:
        (here / "other.sketchnet").write_bytes(b"mine")
        return made(*arguments, **more)

    made = folded_run.run_of
    monkeypatch.setattr(folded_run, "run_of", appears)
    monkeypatch.setattr(rescue, "rescue_folder", lambda: here / "rescued")
    assert main(["train", "line", "--epochs", "2", "--out", "other"]) == 1
    said = capsys.readouterr().err
    assert "other.sketchnet already exists" in said
    assert (here / "other.sketchnet").read_bytes() == b"mine"
    (copy,) = (here / "rescued").iterdir()
    assert str(copy) in said
    assert read(copy).run.weights is not None


def test_an_export_that_cannot_place_its_source_leaves_no_weights(
    line: Path, here: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    from engine.export import source

    def appears(*arguments: object, **named: object) -> object:
        (here / "new.py").write_bytes(b"mine")
        return text(*arguments, **named)

    text = source.source
    monkeypatch.setattr(source, "source", appears)
    assert "new.py already exists" in refused("source", "line", "--out", "new.py")
    assert (here / "new.py").read_bytes() == b"mine"
    assert not (here / "new.safetensors").exists()


@pytest.mark.skipif(not hasattr(Path, "symlink_to"), reason="needs symbolic links")
def test_links_and_folders_in_the_way_are_told_of(
    line: Path, here: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "a.safetensors").mkdir()
    (here / "b.sketchnet").mkdir()
    (here / "c.sketchnet").symlink_to(here / "nowhere.sketchnet")
    (here / "d.sketchnet").symlink_to(line)
    before = line.read_bytes()
    assert main(["new", "line", "moons"]) == 0
    capsys.readouterr()
    for more in ([], ["--force"]):
        assert "a.safetensors could not be written: it is a folder" in refused("source", "line", "--out", "a.py", *more)
        assert "b.sketchnet could not be written: it is a folder" in refused("new", "line", "b", *more)
    assert not (here / "a.py").exists()
    for name in ("c", "d"):
        assert f"{name}.sketchnet already exists" in refused("new", "line", name)
        assert f"{name}.sketchnet already exists" in refused("train", "moons", "--out", name)
    assert line.read_bytes() == before
