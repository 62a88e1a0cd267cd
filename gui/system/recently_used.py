"""The system's list of files that were used lately, from which file managers and docks open them again.

On Linux that is ``recently-used.xbel`` (https://www.freedesktop.org/wiki/Specifications/desktop-bookmark-spec/), which
all programs share. Only the entry of one file is written, between those of others, which stay byte for byte; the file
is replaced whole, and not where it cannot be understood. Windows keeps its list itself and is told of the file.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from PySide6.QtCore import QLockFile, QStandardPaths

from engine.files.atomic import WriteError, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.stamps import stamp_of
from gui.desktop.identity import ID, MIME, NAME
from gui.system import presence

LARGEST = 20 * 2**20
LOCK_MS = 200
_TRIES = 3
_NAMESPACES = {
    "xmlns:bookmark": "http://www.freedesktop.org/standards/desktop-bookmarks",
    "xmlns:mime": "http://www.freedesktop.org/standards/shared-mime-info",
}
_EMPTY = b"""<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0"
      xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks"
      xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info"
>
</xbel>
"""


class NotUnderstood(ValueError):
    """The list is no list as the specification has it; it is left alone."""


def recently_used_file() -> Path:
    """Where the list is."""
    places = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(places)) / "recently-used.xbel"


def tell_system(path: Path) -> None:
    """Put a project into the system's list, in a thread. What goes wrong is no concern of the user's."""
    if not presence.has_desktop():
        return
    if sys.platform == "win32":
        _tell_windows(path)
    elif sys.platform.startswith("linux"):
        threading.Thread(target=add, args=(path, recently_used_file()), name="recently used").start()


def add(path: Path, listed: Path) -> bool:
    """Put ``path`` at the end of the list in the file ``listed``, where the newest stand. Returns whether it is there.

    Whoever writes the list meanwhile is not overwritten: it is read again.
    """
    guard = QLockFile(str(listed) + ".lock")
    with suppress(OSError):
        listed.parent.mkdir(parents=True, exist_ok=True)
    if not guard.tryLock(LOCK_MS):
        return False
    try:
        for _ in range(_TRIES):
            before = stamp_of(listed)
            data = read_bounded(listed, LARGEST) if before is not None else _EMPTY
            changed = with_entry(data, path, datetime.now(UTC))
            if stamp_of(listed) == before:
                write_whole(listed, changed)
                if before is None:
                    listed.chmod(0o600)  # what somebody works on concerns nobody else; GLib does the same
                return True
    except (NotReadable, NotUnderstood, WriteError, OSError, ValueError):
        return False
    finally:
        guard.unlock()
    return False


def with_entry(data: bytes, path: Path, now: datetime) -> bytes:
    """The list ``data`` with an entry for ``path`` at its end, used ``now``. Raises NotUnderstood."""
    address = file_address(path)
    entries, end = _entries(data)
    stamp = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    added, visits, others = stamp, 1, 0
    changed, place = b"", 0
    for entry in entries:
        if entry.address != address:
            others += 1
            continue
        added, visits = entry.added or added, entry.count + 1
        changed += data[place : entry.start].rstrip(b" \t")
        place = entry.end + data.startswith(b"\n", entry.end)
    changed += data[place:end] + _written(address, added, stamp, visits) + data[end:]
    if len(_entries(changed)[0]) != others + 1:  # a sign stood where it is rare: better no entry than a damaged list
        raise NotUnderstood("the place of an entry could not be found")
    return changed


def file_address(path: Path) -> str:
    """The address of a file as GLib writes it."""
    return "file://" + quote(path.as_posix().encode("utf-8", "surrogateescape"), safe="/!$&'()*+,-.:=@_~")


class _Entry:
    def __init__(self, address: str, added: str, start: int) -> None:
        self.address, self.added, self.start, self.end, self.count = address, added, start, start, 0


def _entries(data: bytes) -> tuple[list[_Entry], int]:
    """The entries with their places in bytes, and where the list ends. Raises NotUnderstood."""
    parser = expat.ParserCreate()
    found: list[_Entry] = []
    open_names: list[str] = []
    root: dict[str, str] = {}
    end = -1

    def begin(name: str, attributes: dict[str, str]) -> None:
        open_names.append(name)
        if open_names == ["xbel"]:
            root.update(attributes)
        elif open_names == ["xbel", "bookmark"]:
            found.append(_Entry(attributes.get("href", ""), attributes.get("added", ""), parser.CurrentByteIndex))
        elif name == "bookmark:application" and found and attributes.get("name") == NAME:
            number = attributes.get("count", "")
            found[-1].count = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0

    def close(name: str) -> None:
        nonlocal end
        if open_names == ["xbel", "bookmark"]:
            found[-1].end = data.index(b">", parser.CurrentByteIndex) + 1
        elif open_names == ["xbel"]:
            end = parser.CurrentByteIndex
        open_names.pop()

    def refuse(*_declared: object) -> None:
        raise NotUnderstood("a list of files declares no entities")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = begin, close, refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotUnderstood(str(error)) from None
    if end < 0 or not data.startswith(b"</xbel", end):
        raise NotUnderstood("it is no list of files")
    if any(root.get(name) != meant for name, meant in _NAMESPACES.items()):
        raise NotUnderstood("it has other names for what programs say")
    return found, end


def _written(address: str, added: str, now: str, visits: int) -> bytes:
    application = f'name="{NAME}" exec="&apos;{ID} %u&apos;" modified="{now}" count="{visits}"'
    text = (
        f"  <bookmark href={quoteattr(address)} added={quoteattr(added)} modified=\"{now}\" visited=\"{now}\">\n"
        "    <info>\n"
        '      <metadata owner="http://freedesktop.org">\n'
        f'        <mime:mime-type type="{MIME}"/>\n'
        "        <bookmark:applications>\n"
        f"          <bookmark:application {application}/>\n"
        "        </bookmark:applications>\n"
        "      </metadata>\n"
        "    </info>\n"
        "  </bookmark>\n"
    )
    return text.encode("utf-8")


def _tell_windows(path: Path) -> None:
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.windll.shell32.SHAddToRecentDocs(3, ctypes.c_wchar_p(str(path)))  # type: ignore[attr-defined]
