"""A lock is held by one process, says who that is, and is nobody's when that process is no more."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.files import lock as locks
from engine.files.lock import HeldError, Holder, Lock
from engine.files.temporaries import DAY

posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX systems have")

HOLDER = """
import sys
from pathlib import Path
from engine.files.lock import Lock
lock = Lock.on(Path(sys.argv[1]))
print(lock.acquire("a training"), flush=True)
if sys.stdin.read() == "end":
    lock.release()
"""


class Other:
    """Another process that has the lock of a file."""

    def __init__(self, environment: dict[str, str], file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "True\n"

    def end(self) -> None:
        self.process.communicate("end")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "a.sketchnet"
    Lock.on(tmp_path / "a.sketchnet").release()


def test_it_is_a_hidden_file_and_goes_when_it_is_given_back(file: Path) -> None:
    lock = Lock.on(file)
    assert lock.holder() is None
    assert lock.acquire("a window")
    assert lock.acquire("a window"), "taking it twice is taking it once"
    assert lock.is_mine
    assert [entry.name for entry in file.parent.iterdir()] == [".a.sketchnet.lock"]
    holder = Lock.on(file).holder()
    assert holder is not None
    assert (holder.process, holder.host, holder.doing) == (os.getpid(), socket.gethostname(), "a window")
    lock.release()
    assert not lock.is_mine
    assert list(file.parent.iterdir()) == []
    lock.release()


@posix
def test_a_lock_goes_with_its_folder_when_that_is_renamed(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    assert Lock.on(here / "a").acquire("a window")
    here.rename(there)
    moved = Lock.on(there / "a")
    assert moved.is_mine
    holder = moved.holder()
    assert holder is not None
    assert holder.process == os.getpid()
    assert moved.acquire("a window")
    assert not Lock.on(here / "a").is_mine
    moved.release()
    assert list(there.iterdir()) == []


@posix
def test_a_lock_that_was_taken_away_is_taken_anew(file: Path) -> None:
    lock = Lock.on(file)
    assert lock.acquire("a window")
    lock.path.unlink()
    assert lock.acquire("a window")
    assert lock.path.exists()


def test_another_process_is_named(file: Path, clean_environment: dict[str, str]) -> None:
    other, lock = Other(clean_environment, file), Lock.on(file)
    try:
        assert not lock.is_mine
        with pytest.raises(HeldError) as caught:
            lock.acquire("a window")
        assert str(caught.value).startswith(f"a training (process {other.process.pid} on {socket.gethostname()}, since")
        lock.release()
        assert lock.holder() == caught.value.holder, "what another process has is not ours to give back"
    finally:
        other.end()
    assert list(file.parent.iterdir()) == []
    assert lock.acquire("a window")


@posix
def test_a_killed_process_has_nothing_any_more(file: Path, clean_environment: dict[str, str]) -> None:
    """Its number may be another process's by now, and its end may not have been noticed yet."""
    other, lock = Other(clean_environment, file), Lock.on(file)
    other.process.kill()
    os.waitid(os.P_PID, other.process.pid, os.WEXITED | os.WNOWAIT)
    assert lock.path.exists()
    assert lock.holder() is None
    lock.path.write_text(json.dumps({"process": os.getppid(), "host": socket.gethostname()}))
    assert lock.holder() is None
    assert lock.acquire("a window")
    other.kill()
    lock.release()
    assert list(file.parent.iterdir()) == []


@posix
def test_giving_back_takes_away_what_a_killed_process_has_left(file: Path, clean_environment: dict[str, str]) -> None:
    Other(clean_environment, file).kill()
    Lock.on(file).release()
    assert list(file.parent.iterdir()) == []


@posix
def test_a_process_that_is_split_off_has_not_the_lock(file: Path) -> None:
    lock = Lock.on(file)
    lock.acquire("a window")
    child = os.fork()
    if child == 0:
        lock.release()
        os._exit(lock.is_mine or lock.holder() is None)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert lock.is_mine
    assert lock.path.exists()


@posix
def test_where_there_can_be_no_lock_work_goes_on(file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert not Lock.on(tmp_path / "no folder" / "a").acquire("a window")
    assert not Lock.on(tmp_path / "file" / "a").acquire("a window")
    lock = Lock.on(file)
    precious = tmp_path / "precious"
    precious.write_text("precious")
    for make in (lambda: lock.path.symlink_to("precious"), lambda: os.mkfifo(lock.path), lock.path.mkdir):
        make()
        assert not lock.acquire("a window")
        assert lock.holder() is None
        lock.release()
        assert precious.read_text() == "precious"
        lock.path.rmdir() if lock.path.is_dir() else lock.path.unlink()


@posix
def test_a_link_has_the_lock_of_its_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file.name)
    Lock.on(file).acquire("a window")
    assert Lock.on(tmp_path / "link").is_mine


def test_names_as_long_as_the_system_allows_have_locks_of_their_own(tmp_path: Path) -> None:
    one, two = (Lock.on(tmp_path / ("ü" * 120 + end)) for end in ("1", "2"))
    assert one.acquire("a window")
    assert one.is_mine
    assert not two.is_mine
    one.release()
    assert list(tmp_path.iterdir()) == []


@posix
def test_what_stands_in_a_lock_is_shown_without_its_tricks(file: Path, clean_environment: dict[str, str]) -> None:
    other = Other(clean_environment, file)
    try:
        lock = Lock.on(file)
        for content, shown in (
            (json.dumps({"doing": "\x1b[2Jx", "host": ["y"], "process": True}), "[2Jx"),
            (json.dumps({"host": "h" * 1_000}), f"another process (on {'h' * 80})"),
            ("17", f"another process (process 17 on {socket.gethostname()})"),
            ("[" * 9_000, "another process"),
            ("", "another process"),
        ):
            lock.path.write_text(content)
            holder = lock.holder()
            assert holder is not None
            assert str(holder) == shown
    finally:
        other.kill()


@pytest.mark.parametrize(
    ("process", "host", "age", "held"),
    [
        (os.getppid(), socket.gethostname(), 0.0, True),
        (2**31 - 1, socket.gethostname(), 0.0, False),
        (os.getpid(), socket.gethostname(), 0.0, False),  # the number was another process's before
        (1, "elsewhere", 0.0, True),
        (1, "elsewhere", DAY + 60, False),
    ],
    ids=["alive", "dead", "number used again", "on another machine", "on another machine, long ago"],
)
def test_a_disk_without_locks_asks_for_the_process(
    process: int, host: str, age: float, held: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "try_lock", lambda _handle: None)
    lock = Lock.on(file)
    lock.path.write_text(json.dumps({"process": process, "host": host}))
    then = time.time() - age
    os.utime(lock.path, (then, then))
    assert (lock.holder() is not None) == held
    if held:
        with pytest.raises(HeldError):
            lock.acquire("a window")
    else:
        assert lock.acquire("a window")
        lock.release()
        assert not lock.path.exists()


def test_nobody_is_said_plainly() -> None:
    assert str(Holder()) == "another process"
