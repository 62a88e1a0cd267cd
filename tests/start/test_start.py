"""start.py: what it decides, what it keeps, and that whatever stands in its way is one sentence and status 1.

A copy of start.py works in a temporary folder there, on a made-up .venv where a real one would take minutes.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.start.starting import ROOT, VERSION, Recorder, assert_one_sentence, make_up_venv, posix, run_start

# --- what the words ask for


@pytest.mark.parametrize(
    ("words", "platform", "environment", "module", "passed", "plugin"),
    [
        ([], "linux", {"DISPLAY": ":0"}, "gui", [], "xcb"),
        ([], "linux", {"WAYLAND_DISPLAY": "wayland-0"}, "gui", [], "wayland"),
        ([], "linux", {"QT_QPA_PLATFORM": "offscreen"}, "gui", [], "offscreen"),
        ([], "linux", {"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":0"}, "gui", [], "wayland"),
        ([], "darwin", {}, "gui", [], ""),
        ([], "win32", {}, "gui", [], ""),
        (["a b.sketchnet"], "darwin", {}, "gui", ["a b.sketchnet"], ""),
        (["A.SKETCHNET"], "linux", {"DISPLAY": ":0"}, "gui", ["A.SKETCHNET"], "xcb"),
        ([], "linux", {}, "engine.cli", ["demo"], ""),
        ([], "linux", {"DISPLAY": ""}, "engine.cli", ["demo"], ""),
        (["a.sketchnet"], "linux", {}, "engine.cli", ["info", "a.sketchnet"], ""),
        (["train", "a.sketchnet"], "linux", {}, "engine.cli", ["train", "a.sketchnet"], ""),
        (["--help"], "linux", {"DISPLAY": ":0"}, "engine.cli", ["--help"], ""),
        (["demo"], "win32", {}, "engine.cli", ["demo"], ""),
        (["test", "-n", "0", "-x"], "linux", {}, "pytest", ["-n", "0", "-x"], "offscreen"),
        (["test", "--pdb"], "darwin", {}, "pytest", ["--pdb"], "offscreen"),
        (["--install-desktop"], "linux", {}, "gui", ["--install-desktop"], ""),
        (["--uninstall-desktop"], "linux", {"DISPLAY": ":0"}, "gui", ["--uninstall-desktop"], ""),
        (["--new-window", "a.sketchnet"], "darwin", {}, "gui", ["--new-window", "a.sketchnet"], ""),
        (["--new-window"], "linux", {"DISPLAY": ":0"}, "gui", ["--new-window"], "xcb"),
    ],
)
def test_the_words_decide(
    start: ModuleType,
    words: list[str],
    platform: str,
    environment: dict[str, str],
    module: str,
    passed: list[str],
    plugin: str,
) -> None:
    errand = start.decide(words, platform, environment)
    assert (errand.module, errand.words, errand.plugin) == (module, passed, plugin)
    assert errand.extras == (("test",) if module == "pytest" else ())
    assert ("no display" in errand.note) == (module == "engine.cli" and words in ([], ["a.sketchnet"]))


def test_a_bundle_is_made_for_both_platforms_of_a_linux_desktop(start: ModuleType) -> None:
    errand = start.decide(["bundle", "--deb"], "linux", {})
    assert (errand.words, errand.extras, errand.plugin) == (["--deb"], ("bundle",), "wayland,xcb")


def test_a_bundle_is_made_from_packages_of_its_own(start: ModuleType, folder: Path) -> None:
    errand = start.decide(["bundle", "--deb"], "linux", {"DISPLAY": ":0"})
    assert errand.words == ["--deb"]
    assert errand.extras == ("bundle",)
    assert (ROOT / errand.module).is_file()
    usual = start.VENV
    start.use(errand.venv)
    assert usual not in (start.VENV, os.path.dirname(start.STAMP))
    assert all(path.startswith(start.VENV) for path in (start.STAMP, start.LOG, start.venv_python()))


@posix
def test_a_script_of_ours_is_run_with_the_packages_of_the_errand(start: ModuleType, folder: Path) -> None:
    start.use(start.BUNDLE_VENV)
    make_up_venv(folder, start, 'printf "%s\\n" "$@"')
    stamp = json.loads(Path(start.STAMP).read_text())
    start.write_stamp({**stamp, "extras": ["bundle"]})
    answer = run_start(folder, "bundle", "--deb")
    assert answer.stdout.splitlines() == ["-P", str(folder / "packaging" / "make_bundle.py"), "--deb"], answer.stderr


def test_tests_are_spread_over_the_processors(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert start.decide(["test", "-x"], "linux", {}).words == ["-n", "2", "--dist", "loadfile", "-x"]
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert start.decide(["test"], "linux", {}).words == []


# --- what counts as set up


def test_the_fingerprint_follows_the_requirements_and_the_place(start: ModuleType, folder: Path) -> None:
    seen = {start.fingerprint()}
    assert start.fingerprint() in seen
    for name in ("pyproject.toml", "constraints.txt"):
        with open(folder / name, "a") as file:
            file.write("\n# another\n")
        assert start.fingerprint() not in seen
        seen.add(start.fingerprint())
    start.HERE = str(shutil.copytree(folder, folder.with_name("elsewhere")))
    assert start.fingerprint() not in seen


@posix
def test_what_is_missing_from_the_venv_is_noticed(start: ModuleType, folder: Path) -> None:
    make_up_venv(folder, start, "exit 0")
    site = Path(start.site_packages())
    assert start.installed(start.read_stamp(), ("test",))
    assert not start.installed(start.read_stamp(), ("dev",))
    for victim in (site / "torch-2.13.0.dist-info", site / "torch" / "__init__.py", Path(start.venv_python())):
        hidden = victim.with_name("hidden")
        victim.rename(hidden)
        assert not start.installed(start.read_stamp(), ()), victim
        hidden.rename(victim)
    assert start.installed(start.read_stamp(), ())


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"key": 1}', "\x00\x01"])
def test_a_damaged_stamp_is_no_stamp(start: ModuleType, folder: Path, content: str) -> None:
    (folder / ".venv").mkdir()
    Path(start.STAMP).write_text(content)
    assert not start.installed(start.read_stamp(), ())


def test_packages_that_are_only_half_there_are_forgotten(start: ModuleType) -> None:
    site = Path(start.site_packages())
    for name, record in {
        "whole": "whole.py,sha256=x,4\nwhole-1.dist-info/RECORD,,\n",
        "short": "short.py,sha256=x,400\n",
        "gone": "gone.py,sha256=x,4\nnowhere.py,sha256=x,4\n",
        "garbled": "garbled.py,sha256=x,four\n",
    }.items():
        (site / f"{name}-1.dist-info").mkdir(parents=True)
        (site / f"{name}-1.dist-info" / "RECORD").write_text(record)
        (site / f"{name}.py").write_text("pass")
    (site / "unrecorded-1.dist-info").mkdir()
    (site / "~orch").mkdir()
    start.forget_halves()
    assert start.packages() == ["whole-1.dist-info"]
    assert not (site / "~orch").exists()


# --- what happens


@posix
def test_a_warm_start_only_hands_over(start: ModuleType, folder: Path, tmp_path: Path) -> None:
    make_up_venv(folder, start, 'for word in "$@"; do echo "<$word>"; done; exit 7')
    answer = run_start(folder, "predict", "a b.sketchnet", "*.png", "")
    assert answer.returncode == 7
    assert answer.stdout == "<-P>\n<-m>\n<engine.cli>\n<predict>\n<a b.sketchnet>\n<*.png>\n<>\n"
    assert answer.stderr == ""


@posix
def test_a_warm_start_imports_little_and_writes_nothing(start: ModuleType, folder: Path) -> None:
    make_up_venv(folder, start, "exit 0")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    script = (
        "import os, runpy, sys\n"
        "os.execv = lambda *words: (print(*sorted(sys.modules)), os._exit(0) if sys.stdout.flush() else os._exit(0))\n"
        f"sys.argv = ['start.py', 'train']\nrunpy.run_path({str(folder / 'start.py')!r}, run_name='__main__')\n"
    )
    answer = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    modules = set(answer.stdout.split())
    assert "json" in modules
    assert modules.isdisjoint({"pip", "subprocess", "venv", "ssl", "csv", "tempfile", "importlib.metadata"})
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@posix
def test_without_a_display_it_says_so_and_runs_the_demo(start: ModuleType, folder: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    make_up_venv(folder, start, 'echo "$@"')
    answer = run_start(folder, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert answer.returncode == 0
    assert answer.stdout == "-P -m engine.cli demo\n"
    assert "no display" in answer.stderr


@posix
def test_the_tests_run_from_the_checkout(start: ModuleType, folder: Path) -> None:
    make_up_venv(folder, start, "pwd")
    assert run_start(folder, "test").stdout.strip() == os.path.realpath(folder)


@posix
def test_the_test_errand_adds_to_what_is_there(
    start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_venv(folder, start, f"echo {VERSION}")
    stamp = start.read_stamp()
    start.write_stamp({**stamp, "extras": ["dev"]})
    recorder = Recorder(start)
    monkeypatch.setattr(start, "run_logged", recorder)
    start.prepare(start.Errand("pytest", [], ("test",)))
    assert [line.rpartition("--editable ")[2] for line in recorder.commands if " pip " in line] == [".[dev,test]"]
    assert "--constraint constraints.txt" in recorder.commands[0]
    assert start.read_stamp()["extras"] == ["dev", "test"]
    recorder.commands.clear()
    start.prepare(start.Errand("pytest", [], ("test",)))
    start.prepare(start.Errand("engine.cli", []))
    assert recorder.commands == []


@posix
def test_a_failed_install_leaves_no_stamp(start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_up_venv(folder, start, f"echo {VERSION}", stamped=False)
    recorder = Recorder(start, (" pip ", 1, "ERROR: No matching distribution found for torch (from versions: 1.0)"))
    monkeypatch.setattr(start, "run_logged", recorder)
    with pytest.raises(start.SetupError, match="No matching distribution found for torch"):
        start.prepare(start.Errand("engine.cli", []))
    assert not start.installed(start.read_stamp(), ())
    recorder.answers = (("import numpy", 1, "ImportError: libgomp.so.1 is not there"),)
    with pytest.raises(start.SetupError, match=r"PyTorch does not start.*libgomp"):
        start.prepare(start.Errand("engine.cli", []))
    assert not start.installed(start.read_stamp(), ())


@posix
@pytest.mark.parametrize("kind", ["dangling", "dies", "other version", "a file", "empty"])
def test_a_broken_venv_is_made_anew(
    start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    python = Path(start.venv_python())
    if kind == "a file":
        (folder / ".venv").write_text("not a folder")
    elif kind == "empty":
        (folder / ".venv").mkdir()
    else:
        make_up_venv(folder, start, {"dies": "exit 1", "other version": "echo 3.2"}.get(kind, ""), stamped=False)
    if kind == "dangling":
        python.unlink()
        python.symlink_to(folder / "nowhere")
    old = folder / ".venv" / "old"
    if old.parent.is_dir():
        old.touch()

    recorder = Recorder(start)

    def run(command: list[str], title: str, lock: int, **environment: str) -> tuple[int, str]:
        if "venv" in command:
            assert not os.path.lexists(folder / ".venv")
            make_up_venv(folder, start, f"echo {VERSION}", stamped=False)
        return recorder(command, title, lock)

    monkeypatch.setattr(start, "run_logged", run)
    start.prepare(start.Errand("engine.cli", []))
    assert start.installed(start.read_stamp(), ())
    assert not old.exists()


# --- what can stand in the way


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_another_python_is_told_so(folder: Path, version: tuple[int, int]) -> None:
    script = (
        f"import runpy, sys\nsys.version_info = ({version[0]}, {version[1]}, 0, 'final', 0)\n"
        f"runpy.run_path({str(folder / 'start.py')!r}, run_name='__main__')\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert_one_sentence(answer, "3.11, 3.12 or 3.13", f"this is Python {version[0]}.{version[1]}")
    assert not (folder / ".venv").exists()


def test_a_folder_that_cannot_be_written_to(
    start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*words: Any) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(start.os, "open", refuse)
    assert start.main(["--help"]) == 1
    said = capsys.readouterr().err
    assert str(folder) in said
    assert "nothing can be written there" in said
    assert "Copy the folder" in said


@posix
def test_a_folder_that_cannot_be_written_to_still_starts_once_set_up(
    start: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_up_venv(folder, start, "exit 0")
    handed: list[list[str]] = []
    monkeypatch.setattr(start.os, "open", lambda *words: pytest.fail("it asked for the lock"))
    monkeypatch.setattr(start.os, "execv", lambda path, words: handed.append(words))
    monkeypatch.setattr(subprocess, "call", lambda words: 0)
    monkeypatch.setattr("signal.signal", lambda *words: None)
    assert start.main(["--help"]) == 0
    assert handed[0][1:] == ["-P", "-m", "engine.cli", "--help"]


def test_ctrl_c_is_one_sentence(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*words: Any, **more: Any) -> tuple[int, str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "run_logged", interrupt)
    assert start.main(["--help"]) == 1
    assert "Stopped. Run the same command again" in capsys.readouterr().err


def test_a_missing_file_of_the_checkout_is_named(
    start: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "constraints.txt").unlink()
    assert start.main(["--help"]) == 1
    assert "constraints.txt is missing" in capsys.readouterr().err


def test_a_python_without_venv_is_told_how_to_get_it(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "run_logged", Recorder(start, (" venv ", 1, "ensurepip is not available")))
    with pytest.raises(start.SetupError, match=f"apt-get install python{VERSION}-venv"):
        start.make_venv(0)


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        ("WARNING: Retrying... NewConnectionError\nERROR: No matching distribution found for x", "no network"),
        ("  ERROR: Could not find a version that satisfies x (from versions: none)", "no network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: one\nERROR: Cannot install a and b\nnote: read on", "pip said: Cannot install a and b"),
        ("", "without a word"),
    ],
)
def test_what_pip_says_becomes_a_sentence(start: ModuleType, talk: str, expected: str) -> None:
    assert expected in start.why_pip_failed(talk)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Collecting torch==2.13.0 (from -c constraints.txt)", "looking for torch==2.13.0"),
        ("  Downloading torch-2.13.0-cp311-cp311-linux.whl (182.3 MB)", "fetching torch (182.3 MB)"),
        ("Processing /some/where/torch-2.13.0-cp311.whl", "reading torch"),
        ("Installing collected packages: a, b", "putting the packages in their place"),
        ("  Preparing metadata: done", ""),
        ("", ""),
    ],
)
def test_pip_in_plain_words(start: ModuleType, line: str, expected: str) -> None:
    assert start.in_plain_words(line) == expected


@posix
def test_a_second_set_up_waits_for_the_first(start: ModuleType, folder: Path) -> None:
    make_up_venv(folder, start, "echo handed over")
    stamp = start.read_stamp()
    Path(start.STAMP).unlink()
    with start.locked():
        words = [sys.executable, str(folder / "start.py"), "--help"]
        second = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "waiting" in second.stderr.readline()
        start.write_stamp(stamp)  # the first has finished
    out, error = second.communicate(timeout=60)
    assert (second.returncode, out, error) == (0, "handed over\n", "")


@posix
@pytest.mark.parametrize(
    ("user", "tools", "expected"),
    [
        (1000, {"apt-get"}, "sudo apt-get install -y"),
        (1000, set(), "your system's package manager"),
        (0, set(), "your system's package manager"),
    ],
)
def test_missing_system_libraries_are_named_with_their_remedy(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, user: int, tools: set[str], expected: str
) -> None:
    said = "libEGL.so.1: cannot open shared object file"
    recorder = Recorder(start, ("PySide6", 1, said))
    monkeypatch.setattr(start, "run_logged", recorder)
    monkeypatch.setattr(start.os, "geteuid", lambda: user)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in tools else None)
    with pytest.raises(start.SetupError) as caught:
        start.check_qt("xcb", 0)
    assert said in str(caught.value)
    assert expected in str(caught.value)
    assert not any(line.startswith("apt-get") for line in recorder.commands)


@posix
def test_as_root_the_system_libraries_are_installed(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there: list[str] = []

    def run(command: list[str], title: str, lock: int, **environment: str) -> tuple[int, str]:
        if command[0] == "apt-get":
            there.extend(command)
            return 0, ""
        return (0, "") if "libxcb-cursor0" in there else (1, "libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.setattr(start, "run_logged", run)
    monkeypatch.setattr(start.os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    start.check_qt("xcb", 0)
    assert there[:2] == ["apt-get", "update"]
    assert "libxcb-cursor.so.0" in capsys.readouterr().err


def test_commands_are_logged_whole_and_their_status_told(
    start: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".venv").mkdir()
    script = "import os, sys; print('to the log'); print(os.environ['NAMED'], file=sys.stderr); sys.exit(3)"
    with start.locked() as lock:
        status, talk = start.run_logged([sys.executable, "-c", script], "A title", lock, NAMED="passed on")
    assert status == 3
    assert talk.split("\n")[:2] in (["to the log", "passed on"], ["passed on", "to the log"])
    assert "to the log" in Path(start.LOG).read_text(encoding="utf-8")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "A title ...\n"


def test_the_stamp_survives_a_round_trip(start: ModuleType, folder: Path) -> None:
    (folder / ".venv").mkdir()
    stamp = {"key": "k", "extras": ["test"], "plugins": ["xcb"], "packages": ["a-1.dist-info"]}
    start.write_stamp(stamp)
    assert start.read_stamp() == stamp
    assert json.loads(Path(start.STAMP).read_text()) == stamp
    assert sorted(path.name for path in (folder / ".venv").iterdir()) == ["sketchnet.json"]
