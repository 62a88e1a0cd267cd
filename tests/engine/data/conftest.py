"""A web server that misbehaves on demand, and a small set of files shaped like MNIST for it to serve."""

from __future__ import annotations

import gzip
import hashlib
import re
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from engine.data import folders
from engine.data.remote import RemoteFile, RemoteSet


def idx_bytes(array: np.ndarray, code: int = 0x08) -> bytes:
    """``array`` as an IDX file."""
    big_endian = array.astype(array.dtype.newbyteorder(">"))
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + big_endian.tobytes()


def describe(name: str, content: bytes, packed: bytes) -> RemoteFile:
    """The published facts about one file."""
    sums = [hashlib.md5(data, usedforsecurity=False).hexdigest() for data in (packed, content)]
    return RemoteFile(name, len(packed), sums[0], len(content), sums[1])


@dataclass
class Server:
    """What to serve, how to misbehave, and what was asked for."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)  # the next answers end after so many bytes
    honour_range: bool = True
    content_length: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    alter: Callable[[bytes], bytes] = bytes
    range_start: int | None = None  # claim to start here
    hold_after: int | None = None  # send so much, then wait for ``release``
    release: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def ranges(self) -> list[str | None]:
        return [wanted for _, wanted in self.requests]


class _Handler(BaseHTTPRequestHandler):
    behaviour: Server

    def do_GET(self) -> None:
        server = self.behaviour
        name, wanted = self.path.lstrip("/"), self.headers.get("Range")
        server.requests.append((name, wanted))
        if name not in server.files:
            self.send_error(404)
            return
        body, status, start = server.alter(server.files[name]), 200, 0
        if wanted and server.honour_range:
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            if start >= len(body):
                self.send_error(416)
                return
            status = 206
        self.send_response(status)
        if status == 206:
            claimed = start if server.range_start is None else server.range_start
            self.send_header("Content-Range", f"bytes {claimed}-{len(body) - 1}/{len(body)}")
        for key, value in server.headers.items():
            self.send_header(key, value)
        body = body[start:]
        if server.content_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.cuts:
            body = body[: server.cuts.pop(0)]
        try:
            if server.hold_after is not None:
                self.wfile.write(body[: server.hold_after])
                self.wfile.flush()
                server.release.wait(60)
                body = body[server.hold_after :]
            self.wfile.write(body)
        except OSError:
            pass  # the client has gone

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def make_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Server]]:
    """Starts servers on this computer, each with its own behaviour."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running: list[tuple[ThreadingHTTPServer, threading.Thread, Server]] = []

    def start() -> Server:
        handler = type("Handler", (_Handler,), {})
        http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        behaviour = handler.behaviour = Server(f"http://127.0.0.1:{http.server_port}/")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((http, thread, behaviour))
        return behaviour

    yield start
    for http, thread, behaviour in running:
        behaviour.release.set()
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture
def download_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Downloads go to a temporary folder, and no other folder is looked at."""
    folder = tmp_path / "downloads"
    monkeypatch.setattr(folders, "downloads", lambda: folder)
    monkeypatch.delenv(folders.VARIABLE, raising=False)
    return folder


@dataclass
class FakeSet:
    """A small set of files: what it publishes (``files``), and the bytes, packed and unpacked, by name."""

    files: RemoteSet
    packed: dict[str, bytes]
    content: dict[str, bytes]
    pictures: np.ndarray
    labels: np.ndarray

    def at(self, *mirrors: str) -> RemoteSet:
        """The set as fetched from these addresses."""
        return RemoteSet(self.files.name, self.files.title, mirrors, self.files.files)


@pytest.fixture(scope="session")
def fake() -> FakeSet:
    return make_fake("fake-digits", 300, 60, seed=1)


def make_fake(name: str, train: int, test: int, seed: int) -> FakeSet:
    """Noise in the shape of MNIST: noise hardly packs, so the packed files are long enough to be cut."""
    generator = np.random.default_rng(seed)
    pictures = generator.integers(0, 256, (train + test, 28, 28), dtype=np.uint8)
    labels = (np.arange(train + test) % 10).astype(np.uint8)
    content = {
        "train-images-idx3-ubyte.gz": idx_bytes(pictures[:train]),
        "train-labels-idx1-ubyte.gz": idx_bytes(labels[:train]),
        "t10k-images-idx3-ubyte.gz": idx_bytes(pictures[train:]),
        "t10k-labels-idx1-ubyte.gz": idx_bytes(labels[train:]),
    }
    packed = {key: gzip.compress(value, mtime=0) for key, value in content.items()}
    published = tuple(describe(key, content[key], packed[key]) for key in content)
    return FakeSet(RemoteSet(name, "Fake digits", (), published), packed, content, pictures, labels)
