"""What of a TIFF file paints its first page: a table of contents of its own is written, with what is needed alone.

TIFF is a table of entries that point anywhere into the file, and pages that point at each other. A few kilobytes of
entries may all point at the same megabytes, and a table of strips that is too long has the same pixels decoded over and
over; not every version of Pillow that is allowed has limits for these.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from collections.abc import Iterator
from math import ceil

from engine.data.pictures.parts import Parts, Unfit, check_size

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_WHOLE = {1: "B", 3: "H", 4: "I"}
_WIDTH, _HEIGHT, _BITS, _PACKING, _TURNED, _SAMPLES = 256, 257, 258, 259, 274, 277
_STRIPS, _ROWS, _STRIP_SIZES, _PLANES = 273, 278, 279, 284
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_SIZES = 322, 323, 324, 325
_COLOURS = 320
_TABLES = frozenset([_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES])
_MEANINGS = frozenset([262, 266, 292, 293, 317, 338, 339, 529, 530, 531, 532])
"""What the values mean: colours, order of bits, fax variants, differences, further channels, number type, YCbCr."""
_SHAPE = frozenset([_WIDTH, _HEIGHT, _BITS, _PACKING, _SAMPLES, _ROWS, _PLANES, _TILE_WIDTH, _TILE_HEIGHT])
_NEEDED = _TABLES | _MEANINGS | _SHAPE | {_COLOURS}
_PACKINGS = frozenset([1, 2, 3, 4, 5, 8, 32773, 32946])
"""Not packed, the fax codes, LZW, Deflate, PackBits. A JPEG or WebP inside a TIFF would need their own limits."""
_MOST_BYTES = 2**28
"""Of a page once unpacked, which the decoder may hold in one piece."""
_MOST_SAMPLES = 6
_MOST_PIECES = 65_536
_LARGEST_TILE = 2**22
_FEW = 64
"""Values of an entry that is no table of strips or colours."""


def tiff(data: bytes) -> Parts:
    """The first page, with the entries that say how it is painted."""
    order = "<" if data[:2] == b"II" else ">"
    entries = _entries(data, order)
    one = {tag: _value(data, order, tag, entries[tag]) for tag in _SHAPE & entries.keys()}
    if _WIDTH not in one or _HEIGHT not in one:
        raise Unfit("is damaged: it does not say how large the image is")
    if _STRIPS in entries and _TILES in entries:
        raise Unfit("is damaged: it is made of strips and of tiles")
    width, height = one[_WIDTH], one[_HEIGHT]
    check_size(width, height)
    packing = one.get(_PACKING, 1)
    if packing not in _PACKINGS:
        raise Unfit(f"is a TIFF image packed in a way (number {packing}) that is not supported; save it as PNG")
    bits, samples = one.get(_BITS, 1), one.get(_SAMPLES, 1)
    if width * height * bits * samples > 8 * _MOST_BYTES or samples > _MOST_SAMPLES or bits > 64:
        raise Unfit(
            f"needs {width:,}×{height:,} pixels of {samples} values with {bits} bits; "
            f"at most {_MOST_BYTES // 1_000_000} million bytes are read"
        )
    expected = _pieces(one, width, height) * (samples if one.get(_PLANES) == 2 else 1)
    turned = _value(data, order, _TURNED, entries[_TURNED]) if _TURNED in entries else 1
    kept = {tag: entry for tag, entry in entries.items() if tag in _NEEDED}
    for tag, (kind, count, _place) in kept.items():
        most = expected if tag in _TABLES else _FEW
        if tag == _COLOURS:
            most = 3 * 65_536
        if count > most:
            raise Unfit(f"is damaged: entry {tag} of its table has {count:,} values of kind {kind}; {most:,} at most")
    return Parts(_with_table(data, order, kept), turned if 1 <= turned <= 8 else 1)


Entry = tuple[int, int, int]
"""Number type, count of values, and where the entry stands in the file."""


def _entries(data: bytes, order: str) -> dict[int, Entry]:
    """The entries of the first page that matter, by tag. Those whose values lie outside the file are damage."""
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        found: dict[int, Entry] = {}
        for number in range(count):
            place = start + 2 + 12 * number
            tag, kind, values, _first = struct.unpack_from(f"{order}HHII", data, place)
            if tag in _NEEDED or tag == _TURNED:
                found.setdefault(tag, (kind, values, place))
    except struct.error:
        raise Unfit("is cut short") from None
    for kind, values, place in found.values():
        (first,) = struct.unpack_from(f"{order}I", data, place + 8)
        size = _SIZES.get(kind, 8) * values
        if size > 4 and first > len(data) - size:
            raise Unfit("is cut short")
    return found


def _value(data: bytes, order: str, tag: int, entry: Entry) -> int:
    """The whole number in an entry; of the bits, which are given for each sample, the first."""
    kind, count, place = entry
    if kind not in _WHOLE or count == 0 or (count > 1 and tag != _BITS):
        raise Unfit(f"is damaged: entry {tag} of its table must be one whole number")
    place += 8
    if _SIZES[kind] * count > 4:
        (place,) = struct.unpack_from(f"{order}I", data, place)
    return int(struct.unpack_from(order + _WHOLE[kind], data, place)[0])


def _pieces(one: dict[int, int], width: int, height: int) -> int:
    """How many strips or tiles the picture takes. Raises Unfit when there would be too many, or too large ones."""
    if _TILE_WIDTH in one or _TILE_HEIGHT in one:
        across, down = one.get(_TILE_WIDTH, 0), one.get(_TILE_HEIGHT, 0)
        if across < 1 or down < 1 or across * down > _LARGEST_TILE:
            raise Unfit(f"is a TIFF image made of tiles of {across:,}×{down:,} pixels, which is not supported")
        pieces = ceil(width / across) * ceil(height / down)
    else:
        pieces = ceil(height / max(1, one.get(_ROWS, height)))
    if pieces > _MOST_PIECES:
        raise Unfit(f"is made of {pieces:,} pieces; at most {_MOST_PIECES:,} are read")
    return pieces


def _with_table(data: bytes, order: str, entries: dict[int, Entry]) -> bytes:
    """The file with a table of contents at its end that has these entries only, and no further page."""
    filled = b"\0" * (len(data) % 2)
    start = len(data) + len(filled)
    rows = [data[place : place + 12] for _tag, (_kind, _count, place) in sorted(entries.items())]
    table = struct.pack(f"{order}H", len(rows)) + b"".join(rows) + bytes(4)
    return b"".join([data[:4], struct.pack(f"{order}I", start), data[8:], filled, table])


@contextlib.contextmanager
def silenced_errors() -> Iterator[None]:
    """Keep what libtiff writes about damage to the standard error, past Python, away from whoever reads sentences."""
    kept = None
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a program without a console has no such stream
        sys.stderr.flush()
    with contextlib.suppress(OSError):
        kept = os.dup(2)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
    try:
        yield
    finally:
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)
