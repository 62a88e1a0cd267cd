"""A later start hands what it is asked for to the program that is running, through a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui import instance
from gui.instance import Instance
from gui.request import MOST_BYTES, Request, request_of, unpacked

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and sockets as POSIX has them")

FIRST = """
import sys
from PySide6.QtCore import QCoreApplication
from gui.instance import Instance
app = QCoreApplication([])
first = Instance()
assert first.take()
first.asked.connect(lambda request: print(ascii(request), flush=True))
first.listen()
print("ready", flush=True)
app.exec()
"""


class First:
    """A process that is the first."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-P", "-c", FIRST]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.heard() == "ready"

    def heard(self) -> str:
        """The next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def meeting(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the processes of a test meet."""
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def first(meeting: Path, clean_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[First]:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    made = First({**clean_environment, "XDG_RUNTIME_DIR": str(meeting)})
    yield made
    made.end()


def socket_in(folder: Path) -> Path:
    return next(folder.glob("*.socket"))


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("a.sketchnet",),
        ("mit Leerzeichen ü.sketchnet", "数字.sketchnet", "שלום.sketchnet", "line\nbreak.sketchnet"),
        ("/".join(["long" * 50] * 19) + "/a.sketchnet",) * 20,
        (os.fsdecode(b"not utf-8 \xff.sketchnet"),),
    ],
)
def test_what_is_asked_for_arrives(first: First, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names) -> None:
    """By full path, since the first process stands elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-1")
    request = request_of(["--new-window", *names])
    assert request.files == tuple(tmp_path / name for name in names)
    later = Instance()
    assert not later.take()
    assert later.hand_over(request)
    assert first.heard() == ascii(request)


def test_one_that_was_killed_is_in_nobodys_way(first: First, meeting: Path, clean_environment: dict[str, str]) -> None:
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert socket_in(meeting).exists(), "what it has left"
    second = First({**clean_environment, "XDG_RUNTIME_DIR": str(meeting)})
    try:
        later = Instance()
        assert not later.take()
        assert later.hand_over(Request())
        assert second.heard() == ascii(Request())
    finally:
        second.end()


def test_one_that_hangs_is_not_waited_for_and_does_nothing_later(
    first: First, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the later start has opened by itself by then is not to be opened twice."""
    first.process.send_signal(signal.SIGSTOP)
    with monkeypatch.context() as hasty:
        hasty.setattr(instance, "ANSWER_S", 0.3)
        later = Instance()
        assert not later.take()
        assert not later.hand_over(Request((Path("/given/up"),)))
    first.process.send_signal(signal.SIGCONT)
    wanted = Request((Path("/wanted"),))
    assert Instance().hand_over(wanted)
    assert first.heard() == ascii(wanted)


def test_a_process_that_is_gone_by_then_makes_the_later_one_the_first(first: First) -> None:
    later = Instance()
    assert not later.take()
    first.process.kill()
    first.process.wait()
    assert not later.hand_over(Request())
    assert later.take()
    later.close()


HOSTILE = (
    b"",
    b"\n",
    b"\0\xff\xfe" * 1000 + b"\n",
    b"[" * 100_000 + b"\n",
    b'{"files": ["relative"], "new_window": false, "token": ""}\n',
    b'{"files": ["/a\\u0000b"], "new_window": false, "token": ""}\n',
    b'{"files": "/a", "new_window": false, "token": ""}\n',
    b'{"files": [7], "new_window": false, "token": ""}\n',
    b'{"files": [], "new_window": 1, "token": ""}\n',
    b'{"files": [], "new_window": false, "token": null}\n',
    b"[]\nok\ngo\n",
    b'{"files": [], "new_window": false',
    Request().packed(),
    Request().packed() + b"stop\n",
    Request().packed() * 2,
)


def test_bytes_that_make_no_sense_change_nothing(first: First, meeting: Path, qapp: QApplication) -> None:
    """Nor does one that connects and says nothing, of whom there may be many."""
    silent = []
    for _ in range(40):
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(socket_in(meeting)))
        silent.append(line)
    for words in (*HOSTILE, b"x" * (MOST_BYTES + 10)):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(socket_in(meeting)))
            try:
                line.sendall(words)
            except OSError:  # it was shown the door
                continue
    for line in silent:
        line.close()
    request = Request((Path("/after/all"),))
    assert Instance().hand_over(request)
    assert first.heard() == ascii(request), "nothing else was carried out"


@pytest.mark.parametrize("words", [words for words in HOSTILE if not words.startswith(Request().packed())])
def test_what_is_no_request_is_refused(words: bytes) -> None:
    with pytest.raises(ValueError, match="Expected"):
        unpacked(words.split(b"\n")[0])


def test_a_token_that_is_none_is_left_out() -> None:
    assert unpacked(Request(token="a\nb").packed()).token == ""
    assert unpacked(Request(token="x" * 10_000).packed()).token == ""


def test_nobody_else_can_reach_it(first: First, meeting: Path) -> None:
    assert socket_in(meeting).stat().st_mode & 0o077 == 0
    assert next(meeting.glob("*.lock")).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("fault", ["open to others", "a link", "too long a path", "not there", "relative"])
def test_a_folder_that_will_not_do_is_not_used(
    meeting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """There is another one, or else the program runs without meeting any other."""
    folder = tmp_path / ("x" * 100 if fault == "too long a path" else "run")
    if fault == "a link":
        folder.symlink_to(meeting)
    elif fault != "not there":
        folder.mkdir(mode=0o700)
    if fault == "open to others":
        folder.chmod(0o755)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "run" if fault == "relative" else str(folder))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "no such folder"))
    monkeypatch.chdir(tmp_path)
    alone = Instance()
    assert alone.take()
    alone.listen()
    assert Instance().take(), "there is no lock that a second one could find taken"
    assert [*folder.glob("*")] == []


@pytest.mark.parametrize(
    ("words", "files", "new_window"),
    [
        (["a", "b"], ("a", "b"), False),
        (["--new-window"], (), True),
        (["-platform", "--new-window", "a"], ("a",), True),
        (["--", "--new-window", "-a"], ("--new-window", "-a"), False),
        ([""], (), False),
    ],
)
def test_words_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], files: tuple[str, ...], new_window: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    found = request_of(words)
    assert found.files == tuple(tmp_path / file for file in files)
    assert found.new_window == new_window
