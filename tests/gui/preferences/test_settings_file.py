"""The file of settings: damaged, hostile, or in a place that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from gui.settings_file import LARGEST, set_damaged_aside, settings, settings_file

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="settings are no file there")

DAMAGED = {
    "zeros": b"\0" * 300,
    "random": bytes(range(256)) * 4,
    "words": b"hello world\nthis is no file of settings\n",
    "another encoding": "[General]\ntheme=dark\n".encode("utf-16"),
    "cut": b"[General]\ntheme=dark\ngeomet",
    "too large": b"a=b\n" * (LARGEST // 4 + 1),
}


@pytest.fixture
def kept(qapp) -> Path:
    settings().clear()
    path = settings_file()
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*-damaged*"):
        old.unlink()
    yield path
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    for old in path.parent.glob("*-damaged*"):
        old.rmdir() if old.is_dir() else old.unlink()
    settings().sync()


def test_the_file_is_where_qt_has_it(kept: Path) -> None:
    assert str(kept) == settings().fileName()
    settings().setValue("theme", "dark")
    settings().sync()
    assert "theme=dark" in kept.read_text()


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_is_set_aside_and_said_once(kept: Path, how: str) -> None:
    kept.write_bytes(DAMAGED[how])
    said = set_damaged_aside()
    aside = kept.with_name(f"{kept.name}-damaged")
    assert str(aside) in said
    assert said.endswith("the defaults are used.")
    assert aside.read_bytes() == DAMAGED[how]
    assert not kept.exists()
    assert set_damaged_aside() == ""
    assert settings().allKeys() == []


def test_what_is_no_file_is_set_aside_without_being_opened(kept: Path) -> None:
    """A pipe would hang whoever reads it."""
    kept.unlink(missing_ok=True)
    os.mkfifo(kept)
    assert "pipe" in set_damaged_aside()
    kept.mkdir()
    assert "folder" in set_damaged_aside()
    assert {path.name for path in kept.parent.glob("*-damaged*")} == {f"{kept.name}-damaged", f"{kept.name}-damaged-2"}


def test_a_disk_is_not_filled_with_damaged_files(kept: Path) -> None:
    for number in range(9):
        kept.write_bytes(bytes([0, number]))
        assert set_damaged_aside()
    assert len(list(kept.parent.glob("*-damaged*"))) == 5
    assert kept.with_name(f"{kept.name}-damaged-5").read_bytes() == b"\0\x08"


def test_what_the_program_writes_is_not_damaged(kept: Path) -> None:
    found = settings()
    found.setValue("recent", ["/a=b\n[c", "ü;#"])
    found.setValue("geometry", os.urandom(200))
    found.setValue("group/empty", [])
    found.setValue("words", "line\nline\0 €")
    found.sync()
    assert kept.stat().st_size > 200
    assert set_damaged_aside() == ""


UNWRITABLE = """
import sys
from PySide6.QtCore import QCoreApplication
from gui.settings_file import look_after, settings
app = QCoreApplication([])
print(look_after(app))
settings().setValue("theme", "dark")
settings().sync()
print(settings().value("theme"))
"""


def test_settings_last_as_long_as_the_program_where_they_cannot_be_written(clean_environment, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("no folder can be in it")
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME"), str(tmp_path / "a file"))
    environment = clean_environment | places
    done = subprocess.run([sys.executable, "-P", "-c", UNWRITABLE], env=environment, capture_output=True, text=True)
    said, value = done.stdout.splitlines()
    assert "cannot be saved" in said
    assert value == "dark"


def test_qt_counts_a_place_that_cannot_be_written_as_such(kept: Path) -> None:
    assert QSettings("sketchnet", "sketchnet").isWritable()
