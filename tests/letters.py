"""A font of the tests' own, so that what depends on the width of letters is the same with any fonts, and with none.

Every letter is as wide as every other, a bar that differs from letter to letter; a space shows nothing. How wide is up
to the test, in parts of the font's size: the window's words in Inter are 0.49 wide on average, in DejaVu Sans 0.54, in
Verdana 0.58. The font is made here, in the TrueType format (OpenType specification 1.9), and given to Qt alone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QFontDatabase

NARROW, ORDINARY, WIDE = 0.48, 0.54, 0.6
UNITS, ASCENT, DESCENT = 1000, 950, 250
_RANGES = ((0x20, 0x17F), (0x2000, 0x2BFF))
"""The characters that the font has: Latin, and the punctuation, arrows and signs that the window writes."""
_SPACES = {0x20, 0xA0, *range(0x2000, 0x200C), 0x202F}
_SHAPES = 61
"""How many bars there are; neighbours in the alphabet get different ones."""


@contextmanager
def face(width: float) -> Iterator[str]:
    """Give Qt a face whose letters are this wide, for a while; its name. Needs an application.

    It is taken away again because it would stand in for all others where there is no font.
    """
    name = f"Sketchnet Test {round(width * 100)}"
    number = QFontDatabase.addApplicationFontFromData(font(name, round(width * UNITS)))
    assert QFontDatabase.applicationFontFamilies(number) == [name]
    try:
        yield name
    finally:
        QFontDatabase.removeApplicationFont(number)


def font(name: str, advance: int) -> bytes:
    """The file of the font: ``advance`` is the width of each letter in units of 1/1000 of the font's size."""
    outlines = [b"", b"", *(_bar(advance, shape) for shape in range(_SHAPES))]
    places = [sum(len(outline) for outline in outlines[:number]) for number in range(len(outlines) + 1)]
    count = len(outlines)
    tables = {
        b"OS/2": _os2(advance),
        b"cmap": _cmap(),
        b"glyf": b"".join(outlines),
        b"head": struct.pack(">HHLLLHH", 1, 0, 0x10000, 0, 0x5F0F3CF5, 3, UNITS)
        + struct.pack(">16s4hHHhhh", bytes(16), 0, 0, advance, ASCENT, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">HH3hH11hH", 1, 0, ASCENT, -DESCENT, 0, advance, *(0,) * 11, count),
        b"hmtx": struct.pack(">HH", advance, 0) * count,
        b"loca": struct.pack(f">{count + 1}L", *places),
        b"maxp": struct.pack(">L14H", 0x10000, count, 4, 1, *(0,) * 2, 1, *(0,) * 8),
        b"name": _names(name),
        b"post": struct.pack(">LLhhLLLLL", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _bar(advance: int, shape: int) -> bytes:
    """The outline of a letter: a rectangle."""
    left, right = advance // 8, advance - advance // 8 - (shape % 7) * advance // 14
    top, bottom = 500 + 20 * (shape // 7), 20 * (shape % 3)
    steps = struct.pack(">4h4h", left, right - left, 0, left - right, bottom, 0, top - bottom, 0)
    return struct.pack(">5hHH4B", 1, left, bottom, right, top, 3, 0, *(1,) * 4) + steps + bytes(2)


def _cmap() -> bytes:
    """Which outline is for which character: a segment with a table for each range (format 4)."""
    segments = [*_RANGES, (0xFFFF, 0xFFFF)]
    glyphs = [[1 if c in _SPACES else 2 + c % _SHAPES for c in range(a, b + 1)] for a, b in _RANGES]
    count, offsets, before = len(segments), [], 0
    for number, line in enumerate(glyphs):
        offsets.append(2 * (count - number + before))
        before += len(line)
    parts = [
        *[b for _a, b in segments], 0, *[a for a, _b in segments], *(0,) * (count - 1), 1, *offsets, 0,
        *[glyph for line in glyphs for glyph in line],
    ]  # fmt: skip
    table = struct.pack(f">7H{len(parts)}H", 4, 14 + 2 * len(parts), 0, 2 * count, 4, 1, 2 * count - 4, *parts)
    return struct.pack(">HHHHL", 0, 1, 3, 1, 12) + table


def _os2(advance: int) -> bytes:
    zeros = (0,) * 8
    sizes = struct.pack(">HhHHHhhhhhhhhhhh", 4, advance, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0)
    return sizes + bytes(10) + struct.pack(
        ">4L4sHHHhhhHHLLhhHHH", *zeros[:4], b"    ", 0x40, 0x20, 0x2BFF, ASCENT, -DESCENT, 0, ASCENT, DESCENT, 1, 0,
        520, 720, 0, 0x20, 1,
    )  # fmt: skip


def _names(name: str) -> bytes:
    records, strings = b"", b""
    for number, words in ((1, name), (2, "Regular"), (4, name), (6, name.replace(" ", ""))):
        text = words.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(text), len(strings))
        strings += text
    return struct.pack(">HHH", 0, 4, 6 + len(records)) + records + strings


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables with the directory before them."""
    head = struct.pack(">LHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128)
    place, body = 12 + 16 * len(tables), b""
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sLLL", tag, total, place + len(body), len(table))
        body += padded
    return head + body
