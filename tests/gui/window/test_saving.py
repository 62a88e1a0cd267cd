"""Saving that cannot be, files that others have or have changed: nothing is lost, and nothing overwritten unasked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from engine.files.lock import Lock
from engine.project.file import SUFFIX, read, write
from engine.project.project import Project
from engine.project.recovery import Journal, journal_folder
from engine.project.rescue import left_out_folder
from engine.training.recipe import Recipe
from gui.dialogs import Dialogs
from gui.picture import DiagramPictureError, save_picture
from gui.project_session import look_into
from gui.recent import recent_files
from gui.settings_file import settings

posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX systems have")


def project_file(path: Path, name: str = "first") -> Path:
    write(Project(Project().graph.add("Dropout", name=name), Recipe(dataset="circles")), path)
    return path


def edit(desk, name: str = "unsaved") -> None:
    desk.window.document.edit("Add", desk.graph.add("ReLU", name=name))


def names(graph) -> set[str]:
    return {node.name for node in graph.nodes.values()}


@pytest.fixture
def gone(desk, tmp_path) -> Path:
    """A project with unsaved work, whose folder has been renamed."""
    folder = tmp_path / "inside"
    folder.mkdir()
    desk.answers.path = folder / f"mine{SUFFIX}"
    desk.do("save")
    edit(desk)
    folder.rename(tmp_path / "elsewhere")
    return desk.answers.path


# Saving that fails


def test_another_place_is_asked_for_until_it_is_saved(desk, tmp_path, gone) -> None:
    good = tmp_path / f"good{SUFFIX}"
    desk.answers.instead = [tmp_path / "nowhere" / f"a{SUFFIX}", good]
    desk.do("save")
    assert len(desk.answers.told) == 2
    assert "there is no folder" in desk.answers.told[0]
    assert desk.window.session.path == good
    assert not desk.window.isWindowModified()
    assert "unsaved" in names(read(good).graph)
    assert Lock.on(good).is_mine
    assert not Lock.on(gone).is_mine


@posix
def test_a_project_can_be_saved_to_its_renamed_folder_and_opened_there(desk, tmp_path, gone) -> None:
    there = tmp_path / "elsewhere" / gone.name
    desk.answers.choice = "cancel"
    assert not desk.window.files.open(there)
    assert desk.answers.asked == ["unsaved mine"], "nobody else is at work on it"
    desk.answers.instead = [there]
    desk.do("save")
    assert desk.window.session.path == there
    assert "unsaved" in names(read(there).graph)
    desk.window.close()
    assert [entry.name for entry in there.parent.iterdir()] == [there.name]


def test_giving_up_leaves_everything_unsaved_and_the_journal(desk, gone) -> None:
    desk.window.session.write_journal()
    (journal,) = journal_folder().glob("*.journal")
    desk.do("save")
    assert len(desk.answers.told) == 1
    assert desk.window.isWindowModified()
    assert desk.window.session.path == gone
    assert "unsaved" in names(read(journal).graph)
    desk.answers.choice = "save"
    assert not desk.window.close()
    assert desk.window.isVisible()
    assert journal.exists()


def test_what_was_learned_stays_when_it_cannot_be_saved_on_leaving(desk, tmp_path, gone) -> None:
    desk.use("points-2d", epochs=100_000, dataset_options__samples=200)
    desk.do("train")
    desk.until(lambda: desk.steps() > 3, "the first steps")
    desk.answers.choice, desk.answers.path = "save", gone
    assert not desk.window.close()
    trained = desk.window.session.trained
    assert trained is not None
    assert desk.window.isWindowModified()
    good = tmp_path / f"good{SUFFIX}"
    desk.answers.instead = [good]
    assert desk.window.close()
    assert read(good).run.weights is not None


def test_the_folder_suggested_is_one_that_is_there(desk, tmp_path, gone) -> None:
    assert desk.window.files.suggestion(SUFFIX).parent.is_dir()


# Files that others have


HOLDER = """
import sys
from pathlib import Path
from engine.files.lock import Lock
Lock.on(Path(sys.argv[1])).acquire("a training run")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path, clean_environment) -> Iterator[Path]:
    """A project that is being trained by another process."""
    path = project_file(tmp_path / f"held{SUFFIX}")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean_environment, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield path
    process.kill()
    process.communicate()


@pytest.mark.parametrize("copies", [True, False])
def test_a_file_in_use_is_opened_as_a_copy_or_not_at_all(desk, tmp_path, held, copies) -> None:
    edit(desk)
    desk.answers.copies = copies
    assert desk.window.files.open(held) == copies
    assert desk.answers.asked[0].startswith("in use held.sketchnet a training run (process ")
    assert ("first" in names(desk.graph)) == copies
    assert ("unsaved" in names(desk.graph)) != copies
    assert len(desk.answers.asked) == 1 + copies, "work is given up only for what is opened"
    assert desk.window.session.path is None
    assert recent_files() == []
    if copies:
        assert desk.window.session.name == "held (copy)"
        desk.answers.path, desk.answers.instead = held, [tmp_path / f"other{SUFFIX}"]
        before = held.read_bytes()
        edit(desk)
        desk.do("save")
        assert "is in use by a training" in desk.answers.told[0]
        assert held.read_bytes() == before
        assert desk.window.session.name == "other"


def test_the_start_asks_about_a_file_in_use_that_is_named_and_passes_over_the_last_one(desk, held) -> None:
    files = desk.window.files
    assert files.will_ask(held)
    files.begin(held)
    assert desk.window.session.name == "held (copy)"
    settings().setValue("last", str(held))
    desk.answers.asked.clear()
    assert not files.will_ask(None)
    files.begin(None)
    assert desk.answers.asked == []
    assert "first" not in names(desk.graph)


def test_lost_work_on_a_file_in_use_is_kept_for_later(desk, held) -> None:
    journal = Journal.of(held)
    write(Project(title="lost"), journal.path)
    desk.answers.recovers = True
    assert desk.window.files.open(held)
    assert "recover" not in " ".join(desk.answers.asked)
    assert journal.is_left_over()
    desk.window.session.recover(journal)
    assert desk.window.session.path is None, "it is another's file by now"
    assert desk.window.session.title == "lost"


def test_others_may_have_what_is_open_no_more(desk, tmp_path) -> None:
    one, two = (project_file(tmp_path / f"{name}{SUFFIX}") for name in ("one", "two"))
    desk.window.files.open(one)
    assert Lock.on(one).is_mine
    desk.window.files.open(two)
    assert Lock.on(two).is_mine
    assert not Lock.on(one).is_mine
    desk.answers.path = one
    desk.do("save_as")
    assert Lock.on(one).is_mine
    assert not Lock.on(two).is_mine
    desk.window.files.new("empty")
    assert not Lock.on(one).is_mine
    desk.window.files.open(one)
    desk.window.close()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [one.name, two.name]


# Files that others have changed


@pytest.mark.parametrize("over", ["overwrite", "save as", "cancel"])
def test_what_others_have_written_is_not_overwritten_unasked(desk, tmp_path, over) -> None:
    path, other = project_file(tmp_path / f"mine{SUFFIX}"), tmp_path / f"other{SUFFIX}"
    desk.window.files.open(path)
    desk.answers.path, desk.answers.over = other, over
    edit(desk)
    desk.do("save")
    assert desk.answers.asked == [], "our own saving is no change"
    edit(desk, "again")
    project_file(path, "theirs")
    desk.do("save")
    assert desk.answers.asked == ["changed mine.sketchnet"]
    assert ("theirs" in names(read(path).graph)) == (over != "overwrite")
    assert other.exists() == (over == "save as")
    assert desk.window.isWindowModified() == (over == "cancel")


def test_a_file_that_was_deleted_is_simply_written_again(desk, tmp_path) -> None:
    path = project_file(tmp_path / f"mine{SUFFIX}")
    desk.window.files.open(path)
    path.unlink()
    edit(desk)
    desk.do("save")
    assert desk.answers.asked == []
    assert "unsaved" in names(read(path).graph)


@pytest.mark.parametrize("newer", [True, False])
def test_recovered_work_that_is_older_than_its_file_asks_too(desk, tmp_path, newer) -> None:
    path = project_file(tmp_path / f"mine{SUFFIX}")
    journal = Journal.of(path)
    project_file(journal.path, "lost")
    os.utime(path, (2e9, 2e9) if newer else (1e9, 1e9))
    os.utime(journal.path, (1.5e9, 1.5e9))
    desk.answers.recovers, desk.answers.over = True, "cancel"
    assert desk.window.files.open(path)
    desk.do("save")
    assert ("changed mine.sketchnet" in desk.answers.asked) == newer


def test_what_a_crash_has_left_is_cleared_when_the_file_is_opened(desk, tmp_path) -> None:
    path = project_file(tmp_path / f"mine{SUFFIX}")
    left = tmp_path / f".{path.name}.0123abcd.tmp"
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    desk.window.files.open(path)
    assert not left.exists()


# Other files that are written


@posix
def test_a_picture_goes_into_a_file_or_nowhere(desk, tmp_path) -> None:
    paths = [tmp_path / f"a.{suffix}" for suffix in ("pdf", "png", "svg")]
    for path in paths:
        os.mkfifo(path)
        with pytest.raises(DiagramPictureError, match="a pipe"):
            save_picture(desk.window.canvas, path)
    assert sorted(tmp_path.iterdir()) == paths


@posix
def test_a_table_and_a_source_go_into_files_or_nowhere(desk, tmp_path, monkeypatch) -> None:
    for name in ("a.csv", "a.py"):
        os.mkfifo(tmp_path / name)
    desk.answers.path = tmp_path / "a.py"
    desk.do("source")
    monkeypatch.setattr(desk.answers, "file_for_table", lambda _suggestion: tmp_path / "a.csv", raising=False)
    desk.do("table")
    assert len(desk.answers.told) == 2
    assert all("it is a pipe" in sentence for sentence in desk.answers.told)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.csv", "a.py"]


# The questions themselves


def test_each_button_is_an_answer(desk) -> None:
    dialogs = Dialogs(desk.window)

    def answered(button: str, ask: Callable[[], object]) -> object:
        def press() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            next(each for each in box.buttons() if each.text() == button).click()

        QTimer.singleShot(0, press)
        return ask()

    assert answered("Open a copy", lambda: dialogs.in_use("a", "a training (process 7)")) is True
    assert answered("Cancel", lambda: dialogs.in_use("a", "another process")) is False
    assert answered("Overwrite", lambda: dialogs.changed("a")) == "overwrite"
    assert answered("Save as…", lambda: dialogs.changed("a")) == "save as"
    assert answered("Cancel", lambda: dialogs.changed("a")) == "cancel"
    assert answered("Replace", lambda: dialogs.replace("a")) is True
    assert answered("Cancel", lambda: dialogs.replace("a")) is False


@pytest.mark.parametrize("name", ["a", "net v1.2", "a.txt.bak"])
def test_a_file_whose_ending_was_left_out_is_not_replaced_unasked(desk, tmp_path, monkeypatch, name) -> None:
    dialogs, asked = Dialogs(desk.window), []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), "SVG drawing (*.svg)"))
    monkeypatch.setattr(dialogs, "replace", lambda name: asked.append(name))
    for ask, ending in (
        (dialogs.file_to_save, SUFFIX),
        (dialogs.file_for_picture, ".svg"),
        (dialogs.file_for_table, ".csv"),
        (dialogs.file_for_source, ".py"),
    ):
        path = tmp_path / f"{name}{ending}"
        assert ask(tmp_path) == path
        path.touch()
        assert ask(tmp_path) is None
        assert asked.pop() == path.name


@pytest.mark.parametrize("whose", ["nobody's", "another's", "its own"])
def test_weights_of_something_else_are_not_replaced_by_an_export_unasked(desk, tmp_path, monkeypatch, whose) -> None:
    desk.use(epochs=1)
    desk.train_to_the_end()
    desk.answers.path, weights, asked = tmp_path / "a b v1.2.py", tmp_path / "a b v1.2.safetensors", []
    monkeypatch.setattr(desk.answers, "replace", lambda name: asked.append(name), raising=False)
    if whose == "its own":  # the system's dialog has asked about the source, and the weights go with it
        desk.do("source")
    elif whose == "another's":
        desk.answers.path.write_text("print('not made here')")
    weights.write_bytes(b"others")
    desk.do("source")
    assert asked == ([] if whose == "its own" else [weights.name])
    assert (weights.read_bytes() == b"others") != (whose == "its own")


@pytest.mark.parametrize("title", ["/etc/x", "../../x", "a/b\\c", "..", "x" * 200, "a\x00\n\x1b[2J", 'a:b*"?<c>|'])
def test_a_title_leads_to_no_other_folder(desk, tmp_path, title) -> None:
    desk.window.session.title = title
    suggested = desk.window.files.suggestion(SUFFIX)
    assert suggested.parent == Path.home()
    assert suggested.name.isprintable()
    assert not suggested.name.startswith(".")
    assert len(suggested.name) < 120
    assert not set(suggested.name) & set('/\\:*?"<>|')
    assert suggested.name != SUFFIX


def test_unsaved_work_on_a_file_that_is_replaced_is_put_aside(desk, tmp_path) -> None:
    """Of a crash: the journal of what is open now would take its place."""
    path = desk.answers.path = tmp_path / f"victim{SUFFIX}"
    project_file(path, "victim")
    lost = Journal.of(path)
    project_file(lost.path, "lost")
    before = set(left_out_folder().glob("*"))
    desk.do("save_as")
    assert desk.window.session.path == path
    assert not lost.path.exists()
    (aside,) = set(left_out_folder().glob("*")) - before
    assert "lost" in names(read(aside).graph)


def test_what_tells_strange_pictures_is_saved_with_the_weights_and_opened_again(desk, tmp_path) -> None:
    desk.use("digit-mlp", epochs=1, dataset_options__samples=1000)
    desk.train_to_the_end()
    trained = desk.window.session.trained
    assert trained.novelty is not None
    desk.window.session.save(tmp_path / "digits.sketchnet")
    desk.window.session.open(look_into(tmp_path / "digits.sketchnet"))
    assert desk.window.session.trained.novelty == trained.novelty


def test_the_export_with_training_brings_all_it_needs(desk, tmp_path, monkeypatch) -> None:
    desk.answers.path, asked = tmp_path / "rings.py", []
    monkeypatch.setattr(desk.answers, "replace", lambda name: asked.append(name), raising=False)
    desk.do("source_training")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["rings-data.npz", "rings.py"]
    assert "Wrote rings.py, rings-data.npz." in desk.notices
    text = desk.answers.path.read_text(encoding="utf-8")
    compile(text, "rings.py", "exec")
    assert "def train(" in text
    desk.do("source_training")
    assert asked == [], "the rows belong to the source that is replaced"
    desk.answers.path = tmp_path / "other.py"
    (tmp_path / "other-data.npz").write_bytes(b"mine")
    desk.do("source_training")
    assert asked == ["other-data.npz"]
    assert (tmp_path / "other-data.npz").read_bytes() == b"mine"


def test_weights_that_an_exported_training_will_write_are_asked_about_too(desk, tmp_path, monkeypatch) -> None:
    desk.answers.path, asked = tmp_path / "rings.py", []
    monkeypatch.setattr(desk.answers, "replace", lambda name: asked.append(name), raising=False)
    (tmp_path / "rings.safetensors").write_bytes(b"mine")
    desk.do("source_training")
    assert asked == ["rings.safetensors"]
    assert not desk.answers.path.exists()
    desk.do("source")
    assert asked == ["rings.safetensors"], "without training it writes none"
    desk.do("source_training")
    assert asked == ["rings.safetensors"] * 2, "the source that was there does not load them"
