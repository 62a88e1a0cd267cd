"""What of a picture file paints the picture: only that is handed to a decoder, and only when it is of a sound size.

Around the pixels a file can hold anything: texts and colour profiles that unpack to gigabytes, comments in millions
of pieces, tables whose entries all point at the same bytes, thousands of frames and pages. Libraries read these
whether they are needed or not. So the file is gone through here first, in time that grows with its length alone;
what does not paint the first picture is left out, and sizes are compared with limits before memory is taken.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from engine.data.pictures.orientation import orientation

MOST_PIXELS = 2**26
"""Of a picture: 8,192×8,192, more than the sensors of telephones have."""
MOST_PIXELS_TWICE = 2**25
"""Of a picture whose decoder holds it several times over."""
LONGEST_SIDE = 65_535
_MOST_PIECES = 400_000
"""Chunks, segments or blocks of one file: those of a GIF have 255 bytes."""
_MOST_BYTES_IN_RUNS = 2_000_000
"""Of a BMP packed in runs, which are unpacked one by one in Python."""
_MOST_SCANNED = 12 * MOST_PIXELS
"""Pixels of a JPEG times the passes that draw it: each pass goes over all of the picture, however few bytes it has."""
_MOST_BYTES_IN_PASSES = 32_000_000
_MOST_SEGMENTS = 50_000
_MOST_COEFFICIENTS = 3 * MOST_PIXELS
"""Numbers, of two bytes, that a JPEG drawn in several passes is held as."""


class Unfit(Exception):
    """The picture is damaged, or goes beyond a limit. The message goes on after the file's name: "is cut short"."""


@dataclass(frozen=True)
class Parts:
    """What a decoder is given: ``data`` is a file of its own; ``orientation`` is EXIF's, 1 (upright) to 8, or 0 where
    the decoder hands it over."""

    data: bytes
    orientation: int = 1


def check_size(width: int, height: int, most: int = MOST_PIXELS) -> None:
    """Raise Unfit unless the size is that of a picture that can be read in bounded memory."""
    if width < 1 or height < 1:
        raise Unfit(f"is {width:,}×{height:,} pixels: it has no pixels")
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise Unfit(
            f"has {width:,}×{height:,} pixels; at most {most // 1_000_000} million are read, "
            f"and {LONGEST_SIDE:,} along a side. Make it smaller with another program"
        )


def png(data: bytes) -> Parts:
    """Header, palette, transparency and pixels; no texts, profiles or frames of an animation."""
    kept, exif, place = [data[:8]], b"", 8
    for _ in range(_MOST_PIECES):
        if place + 12 > len(data):
            raise Unfit("is cut short")
        (length,) = struct.unpack_from(">I", data, place)
        kind, end = data[place + 4 : place + 8], place + 12 + length
        if end > len(data):
            raise Unfit("is cut short")
        if place == 8:
            if kind != b"IHDR" or length != 13:
                raise Unfit("is damaged: it does not start with the size of the image")
            check_size(*struct.unpack_from(">II", data, 16))
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(data[place:end])
        elif kind == b"eXIf":
            exif = data[place + 8 : end - 4]
        if kind == b"IEND":
            return Parts(b"".join(kept), orientation(exif))
        place = end
    raise _too_many()


def gif(data: bytes) -> Parts:
    """The screen, the first frame, and what says which colour of it is transparent."""
    if len(data) < 13:
        raise Unfit("is cut short")
    check_size(*struct.unpack_from("<HH", data, 6))
    place, pieces = 13 + _colours(data[10]), _MOST_PIECES
    kept = [data[:place]]
    while True:
        start, kind = place, data[place : place + 1]
        if kind == b"!":
            place, pieces = _after_blocks(data, place + 2, pieces)
            if data[start + 1 : start + 2] == b"\xf9":
                kept[1:] = [data[start:place]]  # the last one before the frame counts
        elif kind == b",":
            if start + 11 > len(data):
                raise Unfit("is cut short")
            left, top, width, height = struct.unpack_from("<4H", data, start + 1)
            check_size(left + width, top + height)
            place, pieces = _after_blocks(data, start + 10 + _colours(data[start + 9]) + 1, pieces)
            return Parts(b"".join([*kept, data[start:place], b";"]))
        elif kind in (b"", b";"):
            raise Unfit("is cut short" if not kind else "holds no image")
        else:
            raise Unfit("is damaged: something that no GIF has stands before the image")


def _colours(flags: int) -> int:
    """Bytes of the table of colours that follows in a GIF."""
    return 3 << (flags & 7) + 1 if flags & 128 else 0


def _after_blocks(data: bytes, place: int, pieces: int) -> tuple[int, int]:
    """The place after the blocks that start at ``place``, and what is left of the ``pieces`` that a file may have."""
    while pieces:
        if place >= len(data):
            raise Unfit("is cut short")
        pieces -= 1
        length = data[place]
        place += 1 + length
        if length == 0:
            return place, pieces
    raise _too_many()


_MARKER = re.compile(rb"\xff([^\x00\xff])")
_MARKER_IN_PIXELS = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_WITHOUT_LENGTH = frozenset([0x01, *range(0xD0, 0xD9)])
_END, _SCAN = 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_EXIF = 0xE1
_LEFT_OUT = frozenset([*range(0xE1, 0xEE), 0xEF, 0xFE])
"""Application data and comments, but for those of JFIF and Adobe, which say what the colours are."""


def jpeg(data: bytes) -> Parts:
    """The tables and passes of the first picture; no previews, profiles, comments, or further pictures."""
    kept, turned, place, kind = [data[:2]], 1, 2, 0
    frame: tuple[int, int] | None = None  # pixels, and coefficients
    scans = 0
    for _ in range(_MOST_SEGMENTS):
        found = (_MARKER_IN_PIXELS if kind == _SCAN else _MARKER).search(data, place)
        if found is None:
            raise Unfit("is cut short")
        if kind == _SCAN:
            kept.append(data[place : found.start()])
        kind, start, place = found[1][0], found.start(), found.end()
        if kind == _END:
            _check_passes(scans, place, frame)
            return Parts(b"".join([*kept, b"\xff\xd9"]), turned)
        if kind in _WITHOUT_LENGTH:
            continue
        if place + 2 > len(data):
            raise Unfit("is cut short")
        place += struct.unpack_from(">H", data, place)[0]
        segment = data[start:place]
        if kind == _EXIF and turned == 1 and segment[4:8] == b"Exif":
            turned = orientation(segment[4:])
        if kind in _FRAMES:
            if frame is not None:
                raise Unfit("is damaged: its size is given twice")
            frame = _jpeg_frame(segment)
        if kind == _SCAN:
            scans += 1
            _check_passes(scans, start, frame)
        if kind not in _LEFT_OUT:
            kept.append(segment)
    raise _too_many(_MOST_SEGMENTS)


def _jpeg_frame(segment: bytes) -> tuple[int, int]:
    """Pixels of the picture, and the coefficients it is held as when it is drawn in several passes."""
    if len(segment) < 10 or len(segment) < 10 + 3 * segment[9]:
        raise Unfit("is damaged: the part that gives its size is cut short")
    height, width, count = struct.unpack_from(">HHB", segment, 5)
    check_size(width, height)
    sampling = [(segment[11 + 3 * number] >> 4, segment[11 + 3 * number] & 15) for number in range(count)]
    if not sampling or min(min(pair) for pair in sampling) == 0:
        raise Unfit("is damaged: the part that gives its size is wrong")
    largest = max(across for across, _ in sampling) * max(down for _, down in sampling)
    coefficients = sum(width * height * across * down // largest for across, down in sampling)
    return width * height, coefficients


def _check_passes(scans: int, length: int, frame: tuple[int, int] | None) -> None:
    """Look at the passes so far and at the bytes they take."""
    if frame is None or not scans:
        raise Unfit("is damaged: it has no pixels, or no size before them")
    pixels, coefficients = frame
    too_large = coefficients > _MOST_COEFFICIENTS or length > _MOST_BYTES_IN_PASSES
    if scans * pixels > _MOST_SCANNED or (scans > 1 and too_large):
        raise Unfit("is drawn in more passes than can be read at this size; save it again with another program")


def webp(data: bytes) -> Parts:
    """All of it, since the decoder passes over what is not needed; but the size stands before what takes memory."""
    if len(data) < 30:
        raise Unfit("is cut short")
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", data, 26))
    else:
        raise Unfit("is damaged: it does not start with an image")
    check_size(width, height, MOST_PIXELS_TWICE)
    return Parts(data, orientation=0)


def bmp(data: bytes) -> Parts:
    """All of it: a header and the pixels."""
    if len(data) < 34:
        raise Unfit("is cut short")
    header, width, height, packing = struct.unpack_from("<Iii4xI", data, 14)
    if header == 12:
        (width, height), packing = struct.unpack_from("<HH", data, 18), 0
    check_size(width, abs(height))
    if packing in (1, 2) and len(data) > _MOST_BYTES_IN_RUNS:
        raise Unfit(f"is a BMP image packed in runs with more than {_MOST_BYTES_IN_RUNS:,} bytes; save it as PNG")
    return Parts(data)


_SPACE = rb"(?:\s|#[^\n]*\n)"
_PPM = re.compile(
    rb"P4" + _SPACE + rb"+(\d{1,9})" + _SPACE + rb"+(\d{1,9})\s"
    rb"|P[56]" + _SPACE + rb"+(\d{1,9})" + _SPACE + rb"+(\d{1,9})" + _SPACE + rb"+(\d{1,9})\s"
)


def ppm(data: bytes) -> Parts:
    """PBM, PGM and PPM as bytes. Those written in decimal digits, or with odd scales, are decoded number by number."""
    found = _PPM.match(data[:4096])
    if found is None:
        raise Unfit("is a PPM image without a size, or one written in digits, which is not supported")
    width, height = (int(size) for size in (found[1] or found[3], found[2] or found[4]))
    check_size(width, height)
    if found[5] is not None and int(found[5]) != 255 and not (data[:2] == b"P5" and int(found[5]) == 65535):
        raise Unfit(f"is a PPM image whose brightest value is {int(found[5]):,}; only 255 is supported")
    return Parts(data)


def _too_many(most: int = _MOST_PIECES) -> Unfit:
    return Unfit(f"is made of more than {most:,} pieces, which no image needs")
