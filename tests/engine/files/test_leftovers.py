"""What a killed writer leaves is removed by the next one, and only that: not what somebody is writing now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.files import temporaries
from engine.files.atomic import WriteError, replacing, write_whole
from engine.files.temporaries import DAY, clear, clear_folder
from engine.project.file import write
from engine.project.recovery import Journal, clear_leftovers, journal_folder, left_over
from tests.engine.project.projects import example

posix = pytest.mark.skipif(os.name != "posix", reason="kills with a signal")

WRITER = """
import os, signal, sys
from pathlib import Path
from engine.files.atomic import replacing
for name in sys.argv[2:]:
    stream = replacing(Path(name))
    globals()[name] = stream, stream.__enter__().write(b"half")
print("half", flush=True)
sys.stdin.read()
"""


class Writer:
    """Another process in the middle of writing files."""

    def __init__(self, environment: dict[str, str], *paths: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, "-", *map(str, paths)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "half\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def leftovers(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".tmp"))


@posix
def test_the_next_save_removes_what_a_killed_one_has_left(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    path, other = tmp_path / "a.sketchnet", tmp_path / "b.sketchnet"
    writer = Writer(clean_environment, path, other)
    try:
        assert len(leftovers(tmp_path)) == 2
        write(example(), path)
        assert len(leftovers(tmp_path)) == 2, "its writer still runs"
    finally:
        writer.kill()
    assert len(leftovers(tmp_path)) == 2
    write(example(), path)
    (left,) = leftovers(tmp_path)
    assert left.startswith(".b.sketchnet."), "that of another file is no business of this one"
    clear_leftovers(other)
    assert leftovers(tmp_path) == []


@posix
def test_a_zombie_writes_no_more(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    path = tmp_path / "a.sketchnet"
    writer = Writer(clean_environment, path)
    writer.process.kill()
    os.waitid(os.P_PID, writer.process.pid, os.WEXITED | os.WNOWAIT)  # dead, but nobody has asked for its status yet
    write(example(), path)
    assert leftovers(tmp_path) == []
    writer.kill()


@posix
def test_long_names_do_not_share_what_is_left(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    one, two = tmp_path / ("n" * 60 + "1"), tmp_path / ("n" * 60 + "2")
    writer = Writer(clean_environment, one)
    writer.kill()
    (left,) = leftovers(tmp_path)
    clear(two)
    assert leftovers(tmp_path) == [left]
    clear(one)
    assert leftovers(tmp_path) == []


@posix
def test_journals_and_folders_of_our_own_are_cleared_too(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    path = tmp_path / "a.sketchnet"
    journal, lost = Journal.of(path), journal_folder() / "untitled-1.sketchnet.journal"
    lost.parent.mkdir(parents=True, exist_ok=True)
    journal.lock.path.touch()
    Writer(clean_environment, journal.path, lost).kill()
    assert len(leftovers(tmp_path) + leftovers(lost.parent)) == 2
    clear_leftovers(path)
    assert list(tmp_path.iterdir()) == []
    assert left_over() == ()
    assert leftovers(lost.parent) == []


def test_what_earlier_versions_left_goes_when_it_is_old(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".a.0123abcd.tmp", ".a.0123abce.tmp", ".ab.0123abcd.tmp"))
    mine = tmp_path / ".a.notes.tmp"
    for path in (old, young, other, mine):
        path.write_bytes(b"half")
    for path in (old, other, mine):
        os.utime(path, (1, 1))
    write_whole(tmp_path / "a", b"new")
    assert leftovers(tmp_path) == sorted(path.name for path in (young, other, mine))
    clear_folder(tmp_path)
    assert leftovers(tmp_path) == sorted(path.name for path in (young, other, mine))


@posix
def test_a_disk_without_locks_goes_by_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean_environment: dict[str, str]
) -> None:
    monkeypatch.setattr(temporaries, "try_lock", lambda _handle: None)
    path = tmp_path / "a"
    Writer(clean_environment, path).kill()
    (left,) = leftovers(tmp_path)
    write_whole(path, b"new")
    assert leftovers(tmp_path) == [left]
    then = (tmp_path / left).stat().st_mtime - DAY
    os.utime(tmp_path / left, (then, then))
    write_whole(path, b"new")
    assert leftovers(tmp_path) == []


@posix
def test_what_is_no_temporary_file_is_left_alone(tmp_path: Path) -> None:
    path, precious = tmp_path / "a", tmp_path / "precious"
    with replacing(path):
        (name,) = leftovers(tmp_path)
    precious.write_bytes(b"precious")
    (tmp_path / name).symlink_to("precious")
    os.mkfifo(tmp_path / f"{name[:-5]}{'1' if name[-5] == '0' else '0'}.tmp")
    write_whole(path, b"new")
    assert precious.read_bytes() == b"precious"
    assert (tmp_path / name).is_symlink()


def test_a_temporary_file_that_was_taken_for_abandoned_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making it and locking it somebody else may remove it."""
    locked: list[int] = []
    real = temporaries.try_lock

    def removed_before(handle: int) -> bool | None:
        locked.append(handle)
        if len(locked) == 1:
            for entry in tmp_path.iterdir():
                entry.unlink()
        return real(handle)

    monkeypatch.setattr(temporaries, "try_lock", removed_before)
    if sys.platform != "win32":
        write_whole(tmp_path / "a", b"new")
        assert len(locked) == 2
        assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_file_that_cannot_be_locked_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def try_lock(_handle: int) -> bool | None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(temporaries, "try_lock", try_lock)
    monkeypatch.setattr(temporaries.sys, "platform", "linux")
    with pytest.raises(WriteError, match="Too many open files"):
        write_whole(tmp_path / "a", b"")
    assert list(tmp_path.iterdir()) == []
