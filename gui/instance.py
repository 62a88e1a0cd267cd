"""One program however often it is started: a later start hands what it was asked for to the one that is running.

Who is first is decided by a lock that the system takes back when its process ends, however it ends; what a killed
process has left of its socket is then in nobody's way. The two meet in a folder that only this user can use, under a
name made of all that tells two programs apart: the user, the screen, the settings and the copy of the program.

A request is done in three steps, so that it is carried out once or not at all: the later start sends it and the first
says ``ok``; the later one, if it has not lost patience meanwhile, says ``go``; the first says ``done``, and does it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.files.system_locks import open_file, try_lock
from gui.request import MOST_BYTES, Request, unpacked

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_S = 3.0
"""How long a later start waits for an answer before it goes on by itself."""
STARTING_S = 10.0
"""How long it waits for one that has been started and cannot be asked yet."""
_AGAIN_S = 0.05
_MOST_GUESTS = 16
_LONGEST_NAME = 100
"""Bytes in the path of a socket: systems allow 104 or 108."""
_OK, _GO, _DONE = b"ok\n", b"go\n", b"done\n"


class Instance(QObject):
    """``asked(Request)``: another start wants something of this process."""

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder, name = _meeting_folder(), _name()
        self._lock_file = None if folder is None else folder / f"{name}.lock"
        self._socket_name = name if folder is None or sys.platform == "win32" else str(folder / f"{name}.socket")
        self._lock: int | None = None
        self._is_alone = folder is None
        """Whether there is no way to meet others here."""
        self._server: QLocalServer | None = None
        self._guests: list[_Guest] = []

    def take(self) -> bool:
        """Whether this process is the first; if so, it is from now on until it ends."""
        if self._lock is not None or self._lock_file is None:
            return True
        try:
            handle = open_file(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            self._is_alone = True
            return True
        is_locked = try_lock(handle)
        if is_locked:
            self._lock = handle
            return True
        os.close(handle)
        self._is_alone = is_locked is None
        return self._is_alone

    def hand_over(self, request: Request) -> bool:
        """Have the first process do what is asked for. False: there is none that answers, and this one must do it."""
        socket = self._connected()
        if socket is None:
            return False
        ends = time.monotonic() + ANSWER_S
        return (
            _say(socket, request.packed(), ends)
            and _hears(socket, _OK, ends)
            and _say(socket, _GO, ends)
            and _hears(socket, _DONE, ends)
        )

    def _connected(self) -> QLocalSocket | None:
        """A line to the first process. None where it does not take one, or where this process is the first by now."""
        from PySide6.QtNetwork import QLocalSocket

        began = time.monotonic()
        while True:
            socket = QLocalSocket()
            socket.connectToServer(self._socket_name)
            if socket.waitForConnected(round(1000 * ANSWER_S)):
                return socket
            is_starting = not os.path.exists(self._socket_name)
            if self.take() or time.monotonic() - began > (STARTING_S if is_starting else ANSWER_S):
                return None
            time.sleep(_AGAIN_S)

    def listen(self) -> None:
        """From now on other starts find this one. Only the first process does that."""
        if self._lock is None or self._is_alone or self._server is not None:
            return
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(self._socket_name)  # nobody can be at it: this process has the lock
        if server.listen(self._socket_name):
            self._server = server

    def close(self) -> None:
        """The program ends: the next start is the first."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @Slot()
    def _welcome(self) -> None:
        server = self._server
        while server is not None and server.hasPendingConnections():
            self._guests = [guest for guest in self._guests if not guest.has_left]
            if len(self._guests) == _MOST_GUESTS:
                self._guests.pop(0).leave()  # whoever has something to say says it at once
            self._guests.append(_Guest(server.nextPendingConnection(), self))


class _Guest(QObject):
    """A connection, which may be anybody's of this user: what makes no sense or takes too long is cut off."""

    def __init__(self, socket: QLocalSocket, host: Instance) -> None:
        super().__init__(host)
        self._socket, self._host = socket, host
        self._heard = b""
        self._request: Request | None = None
        self.has_left = False
        socket.setParent(self)
        socket.readyRead.connect(self._listen)
        socket.disconnected.connect(self.leave)
        QTimer.singleShot(round(1000 * (ANSWER_S + 1)), self, self.leave)
        self._listen()

    @Slot()
    def _listen(self) -> None:
        self._heard += bytes(self._socket.read(MOST_BYTES + 1 - len(self._heard)).data())
        line, end, rest = self._heard.partition(b"\n")
        if not end:
            if len(self._heard) > MOST_BYTES:
                self.leave()
            return
        self._heard = rest
        if self._request is None:
            try:
                self._request = unpacked(line)
            except ValueError:
                self.leave()
                return
            self._socket.write(_OK)
        elif line + end == _GO:
            request, host = self._request, self._host
            self._socket.write(_DONE)
            self._socket.flush()
            self.leave()
            host.asked.emit(request)

    @Slot()
    def leave(self) -> None:
        """Cut the line."""
        if self.has_left:
            return
        self.has_left = True
        self._socket.readyRead.disconnect(self._listen)
        self._socket.disconnected.disconnect(self.leave)
        self._socket.disconnectFromServer()
        self.deleteLater()


def _say(socket: QLocalSocket, words: bytes, ends: float) -> bool:
    socket.write(words)
    while socket.bytesToWrite():
        if not socket.waitForBytesWritten(_left(ends)):
            return False
    return True


def _hears(socket: QLocalSocket, words: bytes, ends: float) -> bool:
    heard = b""
    while len(heard) < len(words):
        if not socket.bytesAvailable() and not socket.waitForReadyRead(_left(ends)):
            return False
        heard += bytes(socket.read(len(words) - len(heard)).data())
    return heard == words


def _left(ends: float) -> int:
    """Milliseconds until then; not less than 1, since Qt takes what is below zero for ever."""
    return max(1, round(1000 * (ends - time.monotonic())))


def _name() -> str:
    """The same for two starts that are to be one program."""
    environment = os.environ
    parts = (
        str(getattr(os, "getuid", lambda: environment.get("USERNAME", ""))()),
        environment.get("QT_QPA_PLATFORM", ""),
        environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY", ""),
        os.path.expanduser("~"),
        environment.get("XDG_CONFIG_HOME", ""),
        str(Path(__file__).resolve().parent),
    )
    return f"sketchnet-{zlib.crc32(os.fsencode(chr(0).join(parts))):08x}"  # hashlib takes longer to load than all this


def _meeting_folder() -> Path | None:
    """A folder that nobody but this user can look into; None where there is none."""
    if sys.platform == "win32":
        return Path(os.environ["TEMP"]) if os.environ.get("TEMP") else None
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(given) and _is_own(Path(given)):
        return Path(given)
    made = Path(os.environ.get("TMPDIR") or "/tmp", f"sketchnet-{os.getuid()}")
    with suppress(OSError):
        made.mkdir(mode=0o700)
    return made if _is_own(made) else None


def _is_own(folder: Path) -> bool:
    longest = len(os.fsencode(folder)) + len("/sketchnet-.socket") + 20
    if longest > _LONGEST_NAME:
        return False
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
