"""Downloading a set of files: several mirrors, progress, cancelling, and resuming an interrupted download.

What has arrived waits in ``NAME.part`` beside the target and survives a cut connection, a cancelled download
and the end of the program. Only a file whose checksum is right is moved, in one step, to its own name.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data import idx
from engine.data.dataset import DataError
from engine.data.remote import RemoteFile, RemoteSet, verified

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]

_CHUNK = 64 * 1024
_ATTEMPTS = 3
_CONNECT_SECONDS, _READ_SECONDS = 10.0, 15.0
download_lock = threading.Lock()
"""Held by the download under way: two at a time would write into the same .part file."""


class DownloadCancelled(DataError):
    """The person asked to stop; what has arrived is kept and the next download goes on from there."""


class _Unreachable(Exception):
    """One mirror failed; the message says how, for the case that every mirror does."""


class _Cut(_Unreachable):
    """The connection ended in the middle: the same mirror can be asked for the rest."""


@dataclass
class _Meter:
    """Adds up the bytes of all files for one progress display."""

    total: int
    progress: Progress | None
    cancelled: Cancelled | None
    finished: int = 0

    def show(self, of_this_file: int) -> None:
        if self.progress is not None:
            self.progress(min(self.finished + of_this_file, self.total), self.total)

    def check(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise DownloadCancelled("The download was stopped; what has arrived is kept, and it can be resumed later.")


def download(files: RemoteSet, progress: Progress | None = None, cancelled: Cancelled | None = None) -> None:
    """Fetch the files of the set that are not yet on this computer, whole and verified, into its folder.

    ``progress(bytes_done, bytes_total)`` is called on the calling thread at most once for each 64 KiB;
    ``cancelled()`` is asked as often, and when it says True DownloadCancelled is raised. Raises DataError
    when no mirror gave the file, with the folder where it may be put by hand.
    """
    meter = _Meter(files.size_bytes, progress, cancelled)
    meter.show(0)
    while not download_lock.acquire(timeout=0.1):
        meter.check()
    try:
        for file in files.files:
            meter.check()
            if not any(_is_whole(path, file) for path in files.candidates(file)):
                _fetch(files, file, meter)
            meter.finished += file.size
            meter.show(0)
    finally:
        download_lock.release()


def _is_whole(path: Path, file: RemoteFile) -> bool:
    try:
        verified(path, file)
    except DataError:
        return False
    return True


def _fetch(files: RemoteSet, file: RemoteFile, meter: _Meter) -> None:
    """One file into the set's folder, from the first mirror that can give it."""
    target = files.folder / file.name
    # Imported here, with requests: only a download needs them.
    import pooch

    pooch.get_logger().setLevel("WARNING")
    failures: list[str] = []
    try:
        files.folder.mkdir(parents=True, exist_ok=True)
        # A damaged file of that name would be taken by pooch for a finished download.
        target.unlink(missing_ok=True)
        for mirror in files.mirrors:
            try:
                pooch.retrieve(
                    mirror + file.name,
                    known_hash=None,  # the downloader verifies: either of two checksums may be right
                    fname=file.name,
                    path=files.folder,
                    downloader=_Downloader(file, target.with_name(file.name + ".part"), meter),
                )
                return
            except _Unreachable as failure:
                failures.append(str(failure))
    except OSError as error:
        raise DataError(f"{file.name} cannot be written to {files.folder}: {error.strerror or error}.") from None
    raise DataError(
        f"{files.title} could not be downloaded: {'; '.join(failures)}. Try again when there is a connection, "
        f"or put {', '.join(each.name for each in files.files)} into {files.folder}."
    )


@dataclass
class _Downloader:
    """What pooch calls to fetch one address: fills ``part`` from where it ends, and hands it over verified."""

    file: RemoteFile
    part: Path
    meter: _Meter
    arrived: int = 0

    def __call__(self, url: str, output_file: str, _pooch: object) -> None:
        attempts = _ATTEMPTS
        while True:
            resumed_from = self._length()
            try:
                self._receive(url, resumed_from)
                verified(self.part, self.file)
                break
            except _Cut as cut:
                # As long as the rest gets shorter it is worth asking for it.
                attempts = _ATTEMPTS if self._length() >= resumed_from + _CHUNK else attempts - 1
                if attempts == 0:
                    raise _Unreachable(str(cut)) from None
            except DataError as error:
                if isinstance(error, DownloadCancelled):
                    raise
                self.part.unlink(missing_ok=True)
                # A remainder of some other file may have been in front: then the file is worth one try from the start.
                if resumed_from == 0:
                    raise _Unreachable(f"{_host(url)} sent the wrong file ({error})") from None
        os.replace(self.part, output_file)

    def _length(self) -> int:
        """How much of the file is there already; a remainder that is too long is thrown away."""
        try:
            length = self.part.stat().st_size
        except FileNotFoundError:
            return 0
        if length > self.file.limit:
            self.part.unlink()
            return 0
        return length

    def _receive(self, url: str, have: int) -> None:
        """Append to ``part`` what is missing. Raises _Unreachable, _Cut or DownloadCancelled."""
        import requests
        import urllib3

        self.arrived = 0
        # Some servers say that a .gz file is an encoded answer: the bytes are wanted as they lie there.
        headers = {"Accept-Encoding": "identity", "User-Agent": "sketchnet"}
        if have:
            headers["Range"] = f"bytes={have}-"
        try:
            with requests.get(url, headers=headers, stream=True, timeout=(_CONNECT_SECONDS, _READ_SECONDS)) as response:
                if response.status_code == 416:
                    return  # nothing is left to send: the checksum will tell
                if response.status_code not in (200, 206):
                    raise _Unreachable(f"{_host(url)} answered {response.status_code} {response.reason}")
                start = _start(response.headers.get("Content-Range", "")) if response.status_code == 206 else 0
                if start not in (0, have):
                    raise _Unreachable(f"{_host(url)} sent another part than the one asked for")
                self._store(response, start, url)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            if self.arrived:
                raise _Cut(f"the connection to {_host(url)} was cut ({_cause(error)})") from None
            raise _Unreachable(f"{_host(url)} cannot be reached ({_cause(error)})") from None

    def _store(self, response: Any, start: int, url: str) -> None:
        """Write the body of ``response`` to ``part`` from byte ``start`` on."""
        stated = str(response.headers.get("Content-Length", ""))
        length = int(stated) if stated.isdecimal() else 0
        done = start
        with open(self.part, "r+b" if start else "wb") as stream:
            stream.seek(start)
            while True:
                self.meter.check()
                # read1 gives what has come so far, so that a slow transfer can be stopped at once.
                chunk = response.raw.read1(_CHUNK)
                if not chunk:
                    break
                if done == 0 and idx.looks_like_a_page(chunk):
                    raise _Unreachable(f"{_host(url)} sent a web page instead of {self.file.name}")
                done += len(chunk)
                self.arrived += len(chunk)
                if done > self.file.limit:
                    stream.truncate(0)
                    raise _Unreachable(f"{_host(url)} sent more than {self.file.name} can be long")
                stream.write(chunk)
                self.meter.show(done)
            stream.flush()
            with contextlib.suppress(OSError):
                os.fsync(stream.fileno())
        if length and done < start + length:
            raise _Cut(f"the connection to {_host(url)} was cut after {done:,} bytes")


def _start(content_range: str) -> int:
    """The first byte of a partial answer (``bytes 500-999/1000``); -1 when that cannot be told."""
    match = re.match(r"bytes (\d+)-", content_range)
    return int(match[1]) if match else -1


def _host(url: str) -> str:
    return url.split("/")[2]


def _cause(error: Exception) -> str:
    """The innermost reason, without the chain of Python objects that network libraries wrap around it."""
    text = str(error)
    for known, words in (
        ("timed out", "the connection timed out"),
        ("Name or service not known", "no such address, or no network"),
        ("nodename nor servname", "no such address, or no network"),
        ("getaddrinfo failed", "no such address, or no network"),
        ("Temporary failure in name resolution", "no network"),
        ("Connection refused", "connection refused"),
        ("Network is unreachable", "no network"),
        ("IncompleteRead", "it ended too early"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate was not accepted"),
    ):
        if known in text:
            return words
    return type(error).__name__
