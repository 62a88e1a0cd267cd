"""start.py where its surroundings are unkind: links, full disks, stray modules, settings of pip, closed output."""

from __future__ import annotations

import ast
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.start.starting import VERSION, Recorder, assert_one_sentence, make_up_venv, posix, run_start

NOWHERE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_RETRIES": "0",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_TIMEOUT": "1",
}
STRAY = ("json", "random", "subprocess", "re", "contextlib", "collections", "hashlib", "typing", "logging", "shutil")


@pytest.fixture
def stray(tmp_path: Path) -> Path:
    """A folder with modules that are called like those of the standard library, and say so when they are imported."""
    place = tmp_path / "strays"
    place.mkdir()
    for name in (*STRAY, "torch", "engine", "pip", "startup"):
        (place / f"{name}.py").write_text(f"raise SystemExit('a stray {name}.py was imported')\n")
    return place


# --- links


@posix
@pytest.mark.parametrize("kind", ["file", "folder", "link to a link", "relative"])
def test_it_starts_through_a_link(start: ModuleType, folder: Path, tmp_path: Path, kind: str) -> None:
    make_up_venv(folder, start, 'echo "$0"')
    place = tmp_path / "elsewhere"
    place.mkdir()
    if kind == "folder":
        (place / "checkout").symlink_to(folder, target_is_directory=True)
        called = place / "checkout" / "start.py"
    else:
        called = place / "sketchnet.py"
        called.symlink_to(os.path.relpath(folder / "start.py", place) if kind == "relative" else folder / "start.py")
        if kind == "link to a link":
            (place / "again.py").symlink_to(called)
            called = place / "again.py"
    answer = subprocess.run([sys.executable, str(called), "info"], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.strip() == os.path.realpath(start.venv_python())
    assert sorted(path.name for path in place.iterdir() if not path.is_symlink()) == []


# --- full disks


def full(*_words: object, **_more: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def assert_says_what_room_is_needed(said: str, folder: Path) -> None:
    assert "disk is full" in said
    assert f"about 3 GB in {folder}" in said
    assert "same command again" in said
    assert "Errno" not in said


@posix
@pytest.mark.parametrize("place", ["the lock", "the venv", "pip", "the stamp"])
def test_a_full_disk_is_a_sentence_that_says_what_is_needed(
    start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    if place != "the venv":
        make_up_venv(folder, start, f"echo {VERSION}", stamped=False)
    recorder = Recorder(start)
    talk = "Error: [Errno 28] No space left on device: '/somewhere'"

    def venv(command: list[str], title: str, lock: int, **environment: str) -> tuple[int, str]:
        if "venv" in command:
            (folder / ".venv" / "half").mkdir(parents=True)
            return 1, talk
        return recorder(command, title, lock)

    monkeypatch.setattr(start, "run_logged", venv)
    monkeypatch.setattr(start, "hand_over", lambda errand: 0)
    with monkeypatch.context() as patch:
        if place == "the lock":
            patch.setattr(start.os, "open", full)
        elif place == "pip":
            patch.setattr(start, "run_logged", Recorder(start, (" install ", 1, "ERROR: " + talk)))
        elif place == "the stamp":
            patch.setattr(start.json, "dump", full)
        assert start.main(["--help"]) == 1
    assert_says_what_room_is_needed(capsys.readouterr().err, folder)
    assert not start.installed(start.read_stamp(), ())
    if place == "the venv":
        assert not (folder / ".venv").exists(), "what is half made only takes room"
        make_up_venv(folder, start, f"echo {VERSION}", stamped=False)
    assert start.main(["--help"]) == 0
    assert start.installed(start.read_stamp(), ())


def test_a_log_that_cannot_be_written_stops_nothing(start: ModuleType, folder: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    (folder / ".venv").mkdir()
    os.symlink("/dev/full", start.LOG)
    with start.locked() as lock:
        assert start.run_logged([sys.executable, "-c", "print('said')"], "A title", lock) == (0, "said\n")


@pytest.fixture
def small_disk(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The checkout on a disk of 6 MB, which only root can make."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or not shutil.which("mount") or os.geteuid():
        pytest.skip("only root on Linux can make a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield Path(shutil.copytree(folder, place / "checkout"))
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    answer = run_start(small_disk, "--help", **NOWHERE)
    assert_one_sentence(answer, "disk is full", f"about 3 GB in {small_disk} (0.0 GB are free)", "same command again")
    resize = ["mount", "-o", "remount,size=200m", str(small_disk.parent)]
    subprocess.run(resize, check=True)
    assert_one_sentence(run_start(small_disk, "--help", **NOWHERE), "could not be fetched")


# --- stray modules and settings


def test_no_network_is_one_sentence_and_the_next_try_goes_on(
    start: ModuleType, folder: Path, stray: Path, tmp_path: Path
) -> None:
    """The real venv and pip, with nowhere to fetch from, and every module and setting that could lead them astray."""
    (tmp_path / "pip.conf").write_text("[install]\ntarget = /elsewhere\nuser = true\n[global]\nno-deps = 1\n")
    (folder / "random.py").write_text("raise SystemExit('the random.py beside start.py was imported')\n")
    environment = {
        **NOWHERE,
        "PYTHONPATH": f"{stray}{os.pathsep}",  # an empty part is the present folder
        "PYTHONSTARTUP": str(stray / "startup.py"),
        "PYTHONINSPECT": "",
        "PYTHONWARNINGS": "error",
        "PYTHONUSERBASE": str(stray),
        "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"),
        "PIP_REQUIREMENT": str(stray / "none.txt"),
        "PIP_PREFIX": str(tmp_path / "prefix"),
        "PIP_USER": "1",
        "PIP_PYTHON": str(tmp_path / "nothing"),
    }
    answer = subprocess.run(
        [sys.executable, str(folder / "start.py"), "--help"],
        cwd=stray,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "stray" not in answer.stderr
    assert_one_sentence(answer, "could not be fetched", "no network", "same command again")
    assert "Making room" in answer.stderr
    assert "127.0.0.1" in Path(start.LOG).read_text(encoding="utf-8")
    again = run_start(folder, "--help", **NOWHERE)
    assert_one_sentence(again, "could not be fetched")
    assert "Making room" not in again.stderr, "the sound .venv was made anew"


@posix
def test_what_runs_afterwards_finds_its_own_modules(start: ModuleType, folder: Path, stray: Path) -> None:
    script = "import json, random, subprocess, os; print(sorted(n for n in os.environ if n.startswith('PYTHON')))"
    make_up_venv(folder, start, f'exec {sys.executable} -c "{script}"')
    answer = subprocess.run(
        [sys.executable, str(folder / "start.py"), "info"],
        cwd=stray.parent,
        env={**os.environ, "PYTHONPATH": str(stray), "PYTHONHOME": sys.base_prefix, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    kept = ast.literal_eval(answer.stdout)
    assert "PYTHONUTF8" in kept
    assert {"PYTHONPATH", "PYTHONHOME"}.isdisjoint(kept)


def test_of_pips_settings_only_those_about_fetching_count(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pip")
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://global/simple\ntimeout = 7\nproxy = http://p:1\n"
        "[install]\ntimeout = 8\ntarget = /elsewhere\nprefix = /elsewhere\n[download]\ntimeout = 9\n"
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment/simple")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setattr(start, "venv_python", lambda: sys.executable)
    settings = start.pip_settings()
    assert settings.pop("PIP_TARGET") == ""
    assert {name: value for name, value in settings.items() if "CERT" not in name} == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://environment/simple",
        "PIP_PROXY": "http://p:1",
        "PIP_TIMEOUT": "8",
    }
    (tmp_path / "pip.conf").write_text("index-url = no section\n")
    with pytest.raises(start.SetupError, match="pip said"):
        start.pip_settings()


@pytest.mark.parametrize("damage", ["no pyvenv.cfg", "an empty pyvenv.cfg", "half a pip"])
def test_a_venv_that_would_install_elsewhere_or_cannot_install_does_not_work(
    start: ModuleType, folder: Path, damage: str
) -> None:
    command = [sys.executable, "-I", "-m", "venv", "--without-pip", start.VENV]
    subprocess.run(command, check=True)
    site = Path(start.site_packages())
    (site / "pip").mkdir()
    (site / "pip" / "__init__.py").touch()
    (site / "pip-1.dist-info").mkdir()
    (site / "pip-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: pip\nVersion: 1\n")
    assert start.venv_works()
    if damage == "half a pip":
        start.forget_halves()  # its record is missing
    elif damage == "an empty pyvenv.cfg":
        (folder / ".venv" / "pyvenv.cfg").write_text("")  # the Python then finds the system's packages, too
    else:
        (folder / ".venv" / "pyvenv.cfg").unlink()  # the Python is then the system's
    assert not start.venv_works()


# --- output that nobody can hear


@posix
@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_set_up_goes_on_when_nobody_can_hear_it(
    start: ModuleType, folder: Path, tmp_path: Path, closed: str
) -> None:
    if "full" in closed and not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    make_up_venv(folder, start, f'case "$*" in *" install "*) exit 1;; *) echo {VERSION};; esac', stamped=False)
    script = f'exec "{sys.executable}" "{folder}/start.py" --help {closed}'
    before = (folder / "constraints.txt").read_bytes()
    answer = subprocess.run(["sh", "-c", script], capture_output=True, check=False)
    assert answer.returncode == 1
    assert answer.stdout == b""
    assert (folder / "constraints.txt").read_bytes() == before
    assert (folder / ".venv.lock").read_bytes() == b"", "something was written into the lock"
    assert " install " in (folder / ".venv" / "setup.log").read_text(encoding="utf-8"), "it did not come to pip"


@posix
def test_what_commands_a_terminal_is_said_as_text(folder: Path) -> None:
    place = folder.rename(folder.with_name("a\x1b[2J\x9bcheckout"))
    (place / "constraints.txt").unlink()
    answer = run_start(place, "--help")
    assert_one_sentence(answer, r"a\x1b[2J\x9bcheckout")
    assert "\x1b" not in answer.stderr
    assert "\x9b" not in answer.stderr
