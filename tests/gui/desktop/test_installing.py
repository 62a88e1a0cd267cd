"""--install-desktop and --uninstall-desktop in a home of their own: everything comes and goes, nothing else does."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui.app import main
from gui.desktop.identity import COMPONENT, ID, MIME_ICON
from gui.desktop.installing import starts_command_line, starts_window

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the installer does it there")


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder with a name that is not easy."""
    folder = tmp_path / "Jörg's home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", "")
    return folder


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_everything_comes_and_everything_goes(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--install-desktop"]) == 0
    share = own_home / ".local" / "share"
    for path in (
        f"applications/{ID}.desktop",
        f"mime/packages/{ID}.xml",
        f"metainfo/{COMPONENT}.metainfo.xml",
        f"thumbnailers/{ID}.thumbnailer",
        f"icons/hicolor/48x48/apps/{ID}.png",
        f"icons/hicolor/scalable/mimetypes/{MIME_ICON}.svg",
        "man/man1/sketchnet-cli.1.gz",
        "bash-completion/completions/sketchnet-cli",
    ):
        assert (share / path).is_file(), path
    said = capsys.readouterr().out
    assert str(own_home / ".local" / "bin") in said
    assert "PATH" in said
    assert main(["--uninstall-desktop"]) == 0
    assert everything(own_home) == set()
    assert main(["--uninstall-desktop"]) == 0
    assert "nothing was removed" in capsys.readouterr().out


def test_what_is_put_there_starts_this_very_copy(own_home: Path, tmp_path: Path) -> None:
    assert main(["--install-desktop"]) == 0
    entry = configparser.RawConfigParser()
    entry.read(own_home / ".local" / "share" / "applications" / f"{ID}.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["TryExec"] == starts_window()[0] == starts_command_line()[0]
    script = own_home / ".local" / "bin" / "sketchnet-cli"
    root = str(Path(__file__).resolve().parents[3])
    answer = subprocess.run(
        [script, "--version"], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root}
    )
    assert answer.stdout.startswith("Sketchnet "), answer.stderr


def test_a_frozen_copy_starts_the_programs_in_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "sketchnet-cli"))
    assert starts_window() == [str(tmp_path / "Sketchnet")]
    assert starts_command_line() == [str(tmp_path / "sketchnet-cli")]


def test_installing_again_leaves_one(own_home: Path) -> None:
    assert main(["--install-desktop"]) == 0
    first = everything(own_home)
    assert main(["--install-desktop"]) == 0
    assert everything(own_home) == first
    assert main(["--uninstall-desktop"]) == 0
    assert everything(own_home) == set()


def test_what_belongs_to_somebody_else_stays(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programs = own_home / ".local" / "bin"
    programs.mkdir(parents=True)
    (programs / "sketchnet-cli").write_text("of pipx")
    assert main(["--install-desktop"]) == 0
    assert f"{programs / 'sketchnet-cli'} was there already" in capsys.readouterr().out
    changed = own_home / ".local" / "share" / "applications" / f"{ID}.desktop"
    changed.write_text("changed by hand")
    (own_home / ".local" / "share" / "man" / "man1" / "other.1").write_text("of another program")
    assert main(["--uninstall-desktop"]) == 0
    left = {path for path in everything(own_home) if (own_home / path).is_file()}
    assert {Path(path).name for path in left} - {"mimeinfo.cache"} == {"sketchnet-cli", f"{ID}.desktop", "other.1"}
    assert (programs / "sketchnet-cli").read_text() == "of pipx"


def test_damaged_notes_are_no_notes(own_home: Path) -> None:
    notes = own_home / ".local" / "share" / "sketchnet" / "desktop.json"
    notes.parent.mkdir(parents=True)
    for text in ("{", "[]", '{"files": []}', '{"files": {}, "folders": 3}'):
        notes.write_text(text)
        assert main(["--uninstall-desktop"]) == 0


def test_where_nothing_can_be_written_it_is_a_sentence(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_home / ".local").write_text("a file")
    assert main(["--install-desktop"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Sketchnet could not be put into your menus: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_what_needs_no_window_opens_none(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert "ketchnet" in capsys.readouterr().out
