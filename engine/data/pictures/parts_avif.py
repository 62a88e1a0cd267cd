"""Whether an AVIF file is of a sound size: what its boxes say, and what the coded frames inside them say.

The two can differ, and the decoder takes memory for the frames before it compares. So the frames' own sizes are read
here, as far as they bound what is decoded (AV1 Bitstream and Decoding Process Specification, sections 5.3 to 5.5;
ISO/IEC 14496-12 and 23008-12 for the boxes). Animations, and ways to lay a file out that no common program uses, are
not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from engine.data.pictures.parts import MOST_PIXELS, MOST_PIXELS_TWICE, Parts, Unfit, check_size

_LARGEST_FILE = 25_000_000
"""Bytes: unpacking AV1 takes longest of all for its length."""
_MOST_BOXES = 10_000
_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6


def avif(data: bytes) -> Parts:
    """All of it but its EXIF, whose turn the boxes repeat; checked to be one picture of a sound size."""
    if len(data) > _LARGEST_FILE:
        raise Unfit(f"is {len(data):,} bytes long; of an AVIF image at most {_LARGEST_FILE:,} are read")
    try:
        return Parts(_checked(data), orientation=0)
    except (struct.error, IndexError):
        raise Unfit("is cut short") from None


def _checked(data: bytes) -> bytes:
    top = list(_boxes(data, 0, len(data)))
    if any(box.kind == b"moov" for box in top):
        raise Unfit("is an animation in AVIF, which is not supported; save one of its images as PNG or JPEG")
    metas = [box for box in top if box.kind == b"meta"]
    if len(metas) != 1:
        raise Unfit("is a damaged AVIF image: it has no table of what is in it")
    meta = metas[0]
    coded: set[int] = set()
    places: dict[int, bytes | None] = {}
    for box in _boxes(data, meta.start + 4, meta.end):
        if box.kind == b"iinf":
            coded |= _coded_items(data, box)
        elif box.kind == b"iloc":
            places |= _contents(data, box)
        elif box.kind == b"iprp":
            _check_stated_sizes(data, box)
    # Each item may be decoded, as the picture, its opacity or a tile of it.
    total = 0
    for item in coded & places.keys():
        frames = places[item]
        if frames is None:
            raise Unfit("is an AVIF image whose pixels are stored where they are not expected; save it as PNG or JPEG")
        total += _most_decoded(frames)
        if total > MOST_PIXELS:
            raise Unfit("is an AVIF image with more or larger frames than are read; save it as PNG or JPEG")
    table = data[meta.start : meta.end].replace(b"Exif", b"exif")  # an unknown kind of item, which is passed over
    return b"".join([data[: meta.start], table, data[meta.end :]])


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    end: int


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """The boxes between two places: kind, and where the content starts and ends."""
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise Unfit("is cut short")
        yield _Box(kind, start + head, start + size)
        start += size
    raise Unfit(f"is made of more than {_MOST_BOXES:,} pieces, which no image needs")


def _coded_items(data: bytes, box: _Box) -> set[int]:
    """The numbers of the items that are AV1 frames."""
    found = set()
    version = data[box.start]
    for entry in _boxes(data, box.start + (6 if version == 0 else 8), box.end):
        if entry.kind == b"infe" and data[entry.start] >= 2:
            layout = ">HH4s" if data[entry.start] == 2 else ">IH4s"
            number, _protection, kind = struct.unpack_from(layout, data, entry.start + 4)
            if kind == b"av01":
                found.add(number)
    return found


def _check_stated_sizes(data: bytes, box: _Box) -> None:
    for container in _boxes(data, box.start, box.end):
        if container.kind == b"ipco":
            for entry in _boxes(data, container.start, container.end):
                if entry.kind == b"ispe":
                    width, height = struct.unpack_from(">II", data, entry.start + 4)
                    check_size(width, height, MOST_PIXELS_TWICE)


def _contents(data: bytes, box: _Box) -> dict[int, bytes | None]:
    """The bytes of each item, by its number; None for those that lie elsewhere than the pixels usually do."""
    found: dict[int, bytes | None] = {}
    reader = _Numbers(data, box.start, box.end)
    version = reader.take(1)
    reader.take(3)
    sizes = reader.take(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    total = 0
    for _ in range(reader.take(2 if version < 2 else 4)):
        number = reader.take(2 if version < 2 else 4)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)
        base = reader.take(base_size)
        pieces = []
        for _ in range(reader.take(2)):
            if version and index_size:
                reader.take(index_size)
            start = base + reader.take(offset_size)
            length = reader.take(length_size)
            pieces.append(data[start : start + length if length else len(data)])
            total += len(pieces[-1])
            if total > 2 * len(data):
                raise Unfit("is a damaged AVIF image: its parts lie on top of each other")
        if number in found:
            raise Unfit("is a damaged AVIF image: it has two parts of the same number")
        found[number] = b"".join(pieces) if method == 0 else None
    return found


class _Numbers:
    """Takes big-endian whole numbers one after another out of a part of some bytes."""

    def __init__(self, data: bytes, place: int, end: int) -> None:
        self._data, self._place, self._end = data, place, end

    def take(self, size: int) -> int:
        """The number in the next ``size`` bytes. Raises IndexError at the end."""
        self._place += size
        if self._place > self._end:
            raise IndexError
        return int.from_bytes(self._data[self._place - size : self._place])


def _most_decoded(frames: bytes) -> int:
    """The most pixels that decoding these frames (a row of OBUs) can take: frames times the largest size they allow."""
    place, largest, count = 0, 0, 0
    while place < len(frames):
        head = frames[place]
        place += 2 if head & 4 else 1
        size = len(frames) - place
        if head & 2:
            size, place = _leb128(frames, place)
        kind = head >> 3 & 15
        if kind == _SEQUENCE_HEADER:
            largest = max(largest, _largest_frame(frames[place : place + min(size, 256)]))
        elif kind in (_FRAME_HEADER, _FRAME):
            count += 1
        place += size
    return largest * count


def _leb128(data: bytes, place: int) -> tuple[int, int]:
    """A number written 7 bits a byte, lowest first, and the place after it."""
    value = 0
    for number in range(8):
        byte = data[place + number]
        value |= (byte & 127) << 7 * number
        if byte < 128:
            return value, place + number + 1
    raise Unfit("is a damaged AVIF image")


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data), 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise IndexError
        return self._value >> self._left & (1 << count) - 1


def _largest_frame(header: bytes) -> int:
    """Pixels of the largest frame that a sequence header leaves room for: frames may say their size anew."""
    bits = _Bits(header)
    bits.take(4)  # profile, and whether it is a still picture
    if bits.take(1):  # the short form of the header
        bits.take(5)
    else:
        if bits.take(1):
            raise Unfit("is an AVIF image with the timing of a film, which is not supported")
        delays = bits.take(1)
        for _ in range(bits.take(5) + 1):
            bits.take(12)
            if bits.take(5) > 7:
                bits.take(1)
            if delays and bits.take(1):
                bits.take(4)
    return int(2 ** (bits.take(4) + 1)) * int(2 ** (bits.take(4) + 1))
