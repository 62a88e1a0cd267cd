"""The session: what counts as unsaved, which weights are saved, and what is left after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import wire
from engine.project import recovery
from engine.project.file import read, write
from engine.project.project import Project, ProjectError
from engine.project.recovery import Journal, journal_folder, left_over
from gui.project_session import ProjectSession, look_into
from gui.training.trained import Trained


@pytest.fixture
def session(qapp: QApplication) -> Iterator[ProjectSession]:
    made = ProjectSession(journal_ms=0)
    made.new("points-2d")
    yield made
    made.discard_journal()


def learn(session: ProjectSession) -> Trained:
    """Weights as a run would leave them."""
    document = session.document
    assert document.signature is not None
    layers = [node for node in document.graph.nodes.values() if node.kind == "Linear"]
    weights = {f"{node.name}.weight": np.full((2, 2), n, np.float32) for n, node in enumerate(layers)}
    trained = Trained(document.graph, document.recipe, document.signature, weights=weights, history=({"epoch": 1},))
    session.set_trained(trained)
    return trained


def linear(session: ProjectSession) -> str:
    return next(id for id, node in session.document.graph.nodes.items() if node.kind == "Linear")


def change(session: ProjectSession) -> None:
    session.document.edit("Move", session.document.graph.move({linear(session): (-321, 7)}))


def test_edits_and_learning_make_it_dirty_and_saving_settles_both(session: ProjectSession, tmp_path: Path) -> None:
    assert not session.dirty
    change(session)
    assert session.dirty
    session.document.undo()
    assert not session.dirty
    learn(session)
    assert session.dirty
    session.save(tmp_path / "a.sketchnet")
    assert not session.dirty
    assert session.name == "a"


def test_weights_that_no_longer_fit_are_left_out_of_the_file_but_come_back(
    session: ProjectSession, tmp_path: Path
) -> None:
    path = tmp_path / "a.sketchnet"
    trained = learn(session)
    assert not session.save(path)
    id = linear(session)
    session.document.edit("Set units", session.document.graph.set_params(id, out_features=3))
    assert session.fitting is None
    assert session.save(path), "saving says that weights were left out"
    found = read(path)
    assert (found.run.weights, found.run.history, found.run.test) == (None, (), None)
    session.document.undo()
    assert session.fitting is trained
    assert not session.save(path)
    stored = read(path).run.weights
    assert stored is not None
    assert stored.keys() == trained.weights.keys()


def test_a_renamed_layer_keeps_its_weights_under_the_new_name(session: ProjectSession, tmp_path: Path) -> None:
    learn(session)
    id = linear(session)
    old = session.document.graph.nodes[id].name
    session.document.edit("Rename", session.document.graph.rename(id, "first"))
    session.save(tmp_path / "a.sketchnet")
    weights = read(tmp_path / "a.sketchnet").run.weights
    assert weights is not None
    assert "first.weight" in weights
    assert f"{old}.weight" not in weights
    session.close()
    other = ProjectSession()
    other.open(look_into(tmp_path / "a.sketchnet"))
    assert other.fitting is not None
    assert other.trained is not None
    assert not other.dirty


def test_moving_things_about_and_loose_layers_do_not_cost_the_weights(session: ProjectSession) -> None:
    trained = learn(session)
    document = session.document
    document.edit("Add", document.graph.add("ReLU"))
    change(session)
    assert session.fitting is trained
    first = document.graph.wires[0]
    document.edit("Cut", document.graph.disconnect(first))
    assert session.fitting is None
    document.edit("Mend", document.graph.connect(wire(first.source, first.target, first.input, first.output)))
    assert session.fitting is trained


def test_the_journal_lies_beside_the_file_and_never_over_it(session: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "a.sketchnet"
    session.save(path)
    before = path.read_bytes()
    change(session)
    session.write_journal()
    assert path.read_bytes() == before
    beside = sorted(p.name for p in tmp_path.iterdir() if p != path)
    assert beside == [".a.sketchnet.journal", ".a.sketchnet.journal.lock", ".a.sketchnet.lock"]
    assert read(tmp_path / beside[0]).graph == session.document.graph
    session.save(path)
    session.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.sketchnet"]


def test_the_journal_follows_an_edit_by_itself_and_goes_with_its_undo(session: ProjectSession, tmp_path: Path) -> None:
    session.save(tmp_path / "a.sketchnet")
    journal = Journal.of(tmp_path / "a.sketchnet")
    change(session)
    until(journal.path.exists)
    session.document.undo()
    assert not journal.path.exists(), "there is nothing left to recover"


def until(true: Callable[[], bool]) -> None:
    """Let the event loop turn until something is so."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        QApplication.processEvents()


def test_another_project_takes_the_journal_of_the_last_one_away(session: ProjectSession, tmp_path: Path) -> None:
    change(session)
    session.write_journal()
    assert list(journal_folder().glob("*.journal"))
    session.new("empty")
    assert not list(journal_folder().glob("*.journal"))


def test_a_journal_that_cannot_lie_beside_the_file_lies_in_the_users_folder(
    session: ProjectSession, tmp_path: Path
) -> None:
    session.save(tmp_path / "a.sketchnet")
    change(session)
    beside = Journal.of(tmp_path / "a.sketchnet").path
    beside.mkdir()
    session.write_journal()
    (spare,) = journal_folder().glob("*.journal")
    assert read(spare).graph == session.document.graph
    beside.rmdir()
    session.write_journal()
    assert beside.is_file()
    assert not list(journal_folder().iterdir())


def test_a_journal_that_cannot_be_written_is_told_once_and_in_words(
    session: ProjectSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.save(tmp_path / "a.sketchnet")
    told: list[str] = []
    session.journal_failed.connect(told.append)
    change(session)
    beside = Journal.of(tmp_path / "a.sketchnet").path
    beside.mkdir()
    monkeypatch.setattr(recovery, "journal_folder", lambda: tmp_path / "a.sketchnet" / "no folder")
    session.write_journal()
    assert len(told) == 1
    assert told[0].endswith(".")
    beside.rmdir()


def test_a_damaged_file_leaves_the_session_as_it_is(session: ProjectSession, tmp_path: Path) -> None:
    change(session)
    before, name = session.document.sketch, session.name
    bad = tmp_path / "bad.sketchnet"
    bad.write_bytes(b"PK\x03\x04 not a project")
    with pytest.raises(ProjectError) as caught:
        session.open(look_into(bad))
    assert str(caught.value).strip().endswith(".")
    assert session.document.sketch is before
    assert session.dirty
    assert session.document.can_undo
    assert session.name == name


CRASH = """
import os, signal, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui import theme
from gui.project_session import look_into
from gui.window import Window
app = QApplication([])
theme.apply(app, "light")
window = Window()
window.show()
path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
if path is None:
    window.session.new("points-2d")
else:
    window.session.open(look_into(path))
document = window.document
document.edit("Add", document.graph.add("Dropout", name="precious"))
window.session.write_journal()
print("ready", flush=True)
app.exec()
"""


def crash(environment: dict[str, str], *words: str) -> None:
    """Open a real window in a process of its own, edit, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, *words], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_work_on_a_file_survives_a_killed_window(
    session: ProjectSession, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    path = tmp_path / "a.sketchnet"
    write(Project(session.document.graph, session.document.recipe), path)
    before = path.read_bytes()
    crash(clean_environment, str(path))
    assert path.read_bytes() == before
    journal = Journal.of(path)
    assert journal.is_left_over()
    session.recover(journal)
    assert session.document.graph.find("precious").kind == "Dropout"
    assert session.path == path
    assert session.dirty
    assert journal.path.exists(), "until it is saved, the journal is all there is"
    session.save(path)
    session.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.sketchnet"]
    assert read(path).graph.find("precious").kind == "Dropout"


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_work_without_a_file_survives_a_killed_window(
    session: ProjectSession, clean_environment: dict[str, str]
) -> None:
    assert left_over() == ()
    crash(clean_environment)
    (journal,) = left_over()
    session.recover(journal)
    assert session.document.graph.find("precious").kind == "Dropout"
    assert session.path is None
    assert session.dirty
    assert left_over() == (), "it is this process's work now"
    session.discard_journal()
    assert not list(journal_folder().iterdir())
