"""Reading IDX files, the format of MNIST: a magic number, the size of each axis, then the numbers.

Format: http://yann.lecun.com/exdb/mnist/ (section "The IDX file format"). Two zero bytes, one byte for the
number type, one for the count of axes, a big-endian 32-bit size for each axis, then the numbers, big-endian,
last axis fastest. A file is checked against limits before memory is taken for it, packed with gzip or not.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from engine.data.dataset import Array, DataError

LARGEST = 256 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def unpack(data: bytes, name: str, limit: int = LARGEST) -> bytes:
    """The content of ``data``, unpacked when it is gzip; never more than ``limit`` bytes. Raises DataError."""
    if not data.startswith(_GZIP):
        if len(data) > limit:
            raise DataError(f"{name} is {len(data):,} bytes long; at most {limit:,} were expected.")
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            content = packed.read(limit + 1)
    except EOFError:
        raise DataError(f"{name} is cut short: the packed file ends in the middle.") from None
    except (OSError, zlib.error) as error:
        raise DataError(f"{name} is damaged and cannot be unpacked ({error}).") from None
    if len(content) > limit:
        raise DataError(f"{name} unpacks to more than the {limit:,} bytes expected.")
    return content


def header(content: bytes, name: str) -> tuple[str, tuple[int, ...], int]:
    """Number type (numpy's name), axis sizes and header length of unpacked IDX ``content``. Raises DataError."""
    if looks_like_a_page(content):
        raise DataError(f"{name} is a web page, not a data file.")
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES or not 1 <= content[3] <= 8:
        raise DataError(f"{name} is not an IDX data file: it starts with {content[:4].hex(' ') or 'nothing'}.")
    axes = content[3]
    length = 4 + 4 * axes
    if len(content) < length:
        raise DataError(f"{name} is cut short: it ends within its first {length} bytes.")
    return _TYPES[content[2]], struct.unpack(f">{axes}I", content[4:length]), length


def parse(content: bytes, name: str, limit: int = LARGEST) -> Array:
    """The array in unpacked IDX ``content``, in the machine's own byte order. Raises DataError."""
    kind, sizes, start = header(content, name)
    type_ = np.dtype(kind)
    expected = math.prod(sizes) * type_.itemsize
    described = "×".join(f"{size:,}" for size in sizes)
    if expected > limit:
        raise DataError(f"{name} claims to hold {described} numbers, more than the {limit:,} bytes allowed.")
    found = len(content) - start
    if found < expected:
        raise DataError(f"{name} is cut short: {described} numbers need {expected:,} bytes, it has {found:,}.")
    if found > expected:
        raise DataError(f"{name} is too long: {described} numbers need {expected:,} bytes, it has {found:,}.")
    numbers = np.frombuffer(content, dtype=type_, offset=start).reshape(sizes)
    return numbers.astype(type_.newbyteorder("="))


def read(path: Path, limit: int = LARGEST) -> Array:
    """The array in the IDX file at ``path``, packed or not. Raises DataError, naming the file."""
    return parse(unpack(read_bytes(path, limit), str(path), limit), str(path), limit)


def read_bytes(path: Path, limit: int = LARGEST) -> bytes:
    """All of a file that is at most ``limit`` bytes long. Raises DataError when it is longer or cannot be read."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise DataError(f"{path} is {size:,} bytes long; at most {limit:,} were expected.")
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def looks_like_a_page(start: bytes) -> bool:
    """Whether a file starts like an HTML or XML page, as login and error pages do that come in place of a file."""
    return start[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
