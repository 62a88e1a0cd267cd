"""The file a command writes: refused at once where it cannot be written, held meanwhile, never lost at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.cli import main
from engine.files.lock import Lock
from engine.project import rescue
from engine.project.file import read, write
from engine.project.project import Project
from engine.project.rescue import rescue_folder

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]
posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX systems have")


@pytest.fixture
def moons(here: Path, capsys: Shown) -> Path:
    """A small project, not trained."""
    assert main(["new", "points-2d", "moons"]) == 0
    capsys.readouterr()
    return here / "moons.sketchnet"


@pytest.fixture
def rescued() -> Iterator[Callable[[], list[Path]]]:
    """What has been rescued, newest last."""

    def found() -> list[Path]:
        return sorted(rescue_folder().glob("*.sketchnet"), key=lambda path: path.stat().st_mtime_ns)

    for path in found():
        path.unlink()
    yield found
    for path in found():
        path.unlink()


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes so far as to load the rows has begun."""

    def begun(_recipe: object) -> None:
        raise AssertionError("it has begun")

    monkeypatch.setattr("engine.training.data_loading.load_rows", begun)


def pipe(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes in folders here")
    os.mkfifo(path)


def circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [pipe, circle, Path.mkdir])
@pytest.mark.parametrize("command", ["train", "demo"])
def test_a_target_that_is_no_file_is_refused_before_anything_begins(
    make: Callable[[Path], None], command: str, moons: Path, here: Path, refused: Refused, no_training: None
) -> None:
    out = here / "out.sketchnet"
    make(out)
    kind = out.lstat().st_mode
    words = ["train", "moons"] if command == "train" else ["demo"]
    assert "could not be written: it is " in refused(*words, "--out", "out.sketchnet")
    assert out.lstat().st_mode == kind
    assert sorted(entry.name for entry in here.iterdir()) == ["moons.sketchnet", "out.sketchnet"]


def test_a_folder_that_is_not_there_is_told_before_training(moons: Path, refused: Refused, no_training: None) -> None:
    assert "there is no folder nowhere" in refused("train", "moons", "--out", "nowhere/a.sketchnet")
    assert "there is no folder nowhere" in refused("new", "points-2d", "nowhere/a")


@posix
def test_a_file_that_is_protected_is_told_before_training(moons: Path, refused: Refused, no_training: None) -> None:
    moons.chmod(0o444)
    assert "protected" in refused("train", "moons")


HOLDER = """
import sys
from pathlib import Path
from engine.files.lock import Lock
Lock.on(Path(sys.argv[1])).acquire("a window")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(moons: Path, clean_environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the project open."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(moons)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean_environment, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_file_that_another_process_has_is_refused_with_its_name(
    moons: Path, here: Path, held: subprocess.Popen[str], refused: Refused, capsys: Shown
) -> None:
    before = moons.read_bytes()
    said = refused("train", "moons", "--epochs", "1")
    assert f"a window (process {held.pid} on " in said
    assert "--out" in said
    assert f"process {held.pid}" in refused("new", "points-2d", "moons", "--force")
    assert f"process {held.pid}" in refused("demo", "--force", "--out", "moons")
    assert moons.read_bytes() == before
    assert Lock.on(moons).holder() is not None
    # Reading needs nobody's leave, and neither does training into another file.
    assert main(["info", "moons"]) == 0
    assert main(["train", "moons", "--epochs", "1", "--out", "other"]) == 0
    if os.name == "posix":
        held.kill()
        held.wait()
        assert main(["train", "moons", "--epochs", "1"]) == 0
        assert sorted(entry.name for entry in here.iterdir()) == ["moons.sketchnet", "other.sketchnet"]


def test_the_lock_goes_however_the_command_ends(moons: Path, here: Path, capsys: Shown) -> None:
    for words in (["--epochs", "1"], ["--set", "dataset=strokes"], ["--set", "x=1"], ["--device", "tpu"]):
        main(["train", "moons", *words])
        assert [entry.name for entry in here.iterdir()] == ["moons.sketchnet"]


SIGNALLED = """
import os, signal, sys
import engine.training.data_loading
real = engine.training.data_loading.load_rows
def load_rows(recipe):
    assert len(os.listdir(".")) == 2, os.listdir(".")
    os.kill(os.getpid(), signal.SIGTERM)
    return real(recipe)
engine.training.data_loading.load_rows = load_rows
from engine.cli import main
sys.exit(main(sys.argv[1:]))
"""


@posix
def test_the_lock_goes_when_a_signal_ends_the_command_before_the_run(
    moons: Path, here: Path, clean_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, "train", "moons", "--epochs", "1"],
        env=clean_environment, capture_output=True, text=True, encoding="utf-8", cwd=here, timeout=100,
    )  # fmt: skip
    assert done.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in here.iterdir()] == ["moons.sketchnet"]


# The end of a run


def at_the_end(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], stop: bool = False) -> None:
    """Do something between the end of the run and the saving of what it has made."""
    from engine.cli.session import ConsoleRun

    real = ConsoleRun.carry_out

    def carry_out(self: ConsoleRun) -> object:
        if stop:
            self._run.control.stop()
        outcome = real(self)
        act()
        return outcome

    monkeypatch.setattr(ConsoleRun, "carry_out", carry_out)


def vanish() -> None:
    """Somebody renames the folder that is written to."""
    if os.path.exists("inside"):
        os.rename("inside", "elsewhere")


DIVERGES = ["--epochs", "50", "--set", "optimizer.kind=SGD", "--set", "optimizer.learning_rate=100"]
ENDINGS = {
    "finished": ["--epochs", "2"],
    "stopped": ["--epochs", "50"],
    "failed": [*DIVERGES, "--set", "loss.kind=cross_entropy"],
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_learned_is_rescued_when_the_folder_is_gone(
    ending: str, moons: Path, here: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch,
    rescued: Callable[[], list[Path]],
) -> None:  # fmt: skip
    (here / "inside").mkdir()
    at_the_end(monkeypatch, vanish, stop=ending == "stopped")
    status = main(["train", "moons", "--json", "--out", "inside/a.sketchnet", *ENDINGS[ending]])
    shown = capsys.readouterr()
    last = json.loads(shown.out.splitlines()[-1])
    (copy,) = rescued()
    assert status == (130 if ending == "stopped" else 1)
    assert (last["state"], last["file"]) == (ending, str(copy))
    assert shown.err.count("\n") == 1
    assert f"there is no folder inside. It is saved in {copy} instead." in shown.err
    project = read(copy)
    assert project.run.weights
    assert project.run.training is not None
    assert (project.run.test is not None) == (ending == "finished")
    if ending == "stopped":
        monkeypatch.undo()
        assert main(["train", str(copy), "--resume", "--epochs", "2"]) == 0


def test_the_demo_is_rescued_too(
    here: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch, rescued: Callable[[], list[Path]]
) -> None:
    from engine.cli import demo

    monkeypatch.setattr(demo, "ROWS", 200)
    monkeypatch.setattr(demo, "EPOCHS", 1)
    (here / "inside").mkdir()
    at_the_end(monkeypatch, vanish)
    assert main(["demo", "--out", "inside/a.sketchnet"]) == 1
    (copy,) = rescued()
    assert f"It is saved in {copy} instead." in capsys.readouterr().err
    assert read(copy).run.weights


def test_when_no_place_takes_it_that_is_said(
    moons: Path, here: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> None:
        vanish()
        monkeypatch.setattr(rescue, "rescue_folder", lambda: moons / "rescued")
        monkeypatch.setattr(tempfile, "tempdir", str(moons))

    (here / "inside").mkdir()
    at_the_end(monkeypatch, nowhere)
    assert main(["train", "moons", "--json", "--epochs", "1", "--out", "inside/a.sketchnet"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out.splitlines()[-1])["file"] is None
    assert "No copy could be saved elsewhere either." in shown.err
    assert shown.err.count("\n") == 1


def test_an_error_that_ends_the_run_costs_nothing_of_what_was_reached(
    moons: Path, here: Path, capsys: Shown, monkeypatch: pytest.MonkeyPatch, rescued: Callable[[], list[Path]]
) -> None:
    """The folder is gone while the run goes on, and then the run does not end well either."""
    from engine.cli import session

    class Patience(Exception):
        pass

    monkeypatch.setattr(session, "KEEP_EVERY", 0.0)
    monkeypatch.setattr(session, "LOOK_EVERY", 0.0)
    monkeypatch.setattr("engine.training.runner.GOOD_EVERY", 0.0)
    real = session.ConsoleRun.keep

    def save(self: session.ConsoleRun, state: object) -> None:
        vanish()
        real(self, state)  # type: ignore[arg-type]
        if getattr(state, "position", {}).get("epoch", 0) >= 2:
            raise Patience

    monkeypatch.setattr(session.ConsoleRun, "keep", save)
    (here / "inside").mkdir()
    with pytest.raises(Patience):
        main(["train", "moons", "--json", "--epochs", "100000", "--out", "inside/a.sketchnet"])
    (copy,) = rescued()
    assert len(read(copy).run.history) >= 2
    assert str(copy) in capsys.readouterr().err


@posix
def test_what_a_killed_command_has_left_goes_with_the_next(
    moons: Path, here: Path, clean_environment: dict[str, str]
) -> None:
    script = (
        "import os, signal, zipfile\n"
        "zipfile.ZipFile.open = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from engine.cli import main\nmain(['new', 'points-2d', 'moons', '--force'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=here, env=clean_environment, timeout=100)
    assert done.returncode == -signal.SIGKILL
    assert len(list(here.iterdir())) == 3, "a lock and half a file"
    assert main(["train", "moons", "--epochs", "1"]) == 0
    assert [entry.name for entry in here.iterdir()] == ["moons.sketchnet"]


def test_the_file_is_not_touched_by_what_is_refused(moons: Path, here: Path, refused: Refused) -> None:
    write(Project(title="x"), here / "other.sketchnet")
    before = (here / "other.sketchnet").stat()
    refused("train", "moons", "--set", "x=1", "--out", "other")
    assert (here / "other.sketchnet").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("name", ["/", "a\0b"])
def test_what_no_file_can_be_called_is_refused(name: str, moons: Path, refused: Refused) -> None:
    refused("new", "line", name, "--force")
    refused("train", name, "--epochs", "1")
    refused("train", "moons", "--epochs", "1", "--out", name)
