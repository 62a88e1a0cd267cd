"""Reading IDX files, the format of MNIST: a magic number, the size of each axis, then the numbers.

Format: http://yann.lecun.com/exdb/mnist/ (section "The IDX file format"). Two zero bytes, one byte for the
number type, one for the count of axes, a big-endian 32-bit size for each axis, then the numbers, big-endian,
last axis fastest. A file is checked against limits before memory is taken for it, packed with gzip or not.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

import numpy as np

from engine.data.dataset import Array, DataError
from engine.files.bounded import NotReadable, read_bounded

LARGEST = 256 * 1024 * 1024
_GZIP, _AS_GZIP = b"\x1f\x8b", 31
_CHUNK = 64 * 1024
_MOST_MEMBERS = 10_000
"""Packed pieces one after another that a gzip file may be made of; the format allows millions of empty ones."""
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def unpack(data: bytes, name: str, limit: int = LARGEST) -> bytes:
    """The content of ``data``, unpacked when it is gzip; never more than ``limit`` bytes. Raises DataError."""
    if not data.startswith(_GZIP):
        if len(data) > limit:
            raise DataError(f"{name} is {len(data):,} bytes long; at most {limit:,} were expected.")
        return data
    packed, place, left = memoryview(data), 0, limit + 1
    content: list[bytes] = []
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(wbits=_AS_GZIP)
        while not member.eof:
            if place >= len(data):
                raise DataError(f"{name} is cut short: the compressed file ends in the middle.")
            try:
                content.append(member.decompress(packed[place : place + _CHUNK], left))
            except zlib.error:
                raise DataError(f"{name} is damaged: it cannot be unpacked. Download the file again.") from None
            place += _CHUNK
            left -= len(content[-1])
            if left == 0:
                raise DataError(f"{name} unpacks to more than the {limit:,} bytes expected.")
        place = min(place, len(data)) - len(member.unused_data)
        if not data[place : place + 1].strip(b"\0"):  # some programs fill a file up with zeros
            return b"".join(content)
    raise DataError(f"{name} is packed in more than {_MOST_MEMBERS:,} pieces.")


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
    # An axis of no numbers would hide that the others go beyond what an array can count.
    if math.prod(max(1, size) for size in sizes) * type_.itemsize > limit:
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
    return parse(unpack(whole_file(path, limit), str(path), limit), str(path), limit)


def whole_file(path: Path, limit: int = LARGEST) -> bytes:
    """All bytes of the file at ``path``, at most ``limit``. Raises DataError, naming the file."""
    try:
        return read_bounded(path, limit)
    except NotReadable as error:
        raise DataError(f"{path} {error}.") from None


def looks_like_a_page(start: bytes) -> bool:
    """Whether a file starts like an HTML or XML page, as login and error pages do that come in place of a file."""
    return start[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
