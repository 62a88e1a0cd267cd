"""Sound pictures of every kind that is read, files of kinds that are not, and mutations that know the formats."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache

import numpy as np
from PIL import Image, features

from tests.damage import EXTREMES, Mutation, damaged

ENDINGS = ("png", "jpg", "gif", "bmp", "webp", "avif", "tif", "ppm", "eps", "psd", "pdf", "ico", "svg", "")
"""Names for the files, given by chance: what is in them decides."""

Sound = tuple[str, bytes]
"""The kind of a picture, as in ``MUTATIONS``, and its bytes."""


def _saved(image: Image.Image, kind: str, **how: object) -> Sound:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return kind, stream.getvalue()


def _scene(mode: str, width: int = 40, height: int = 30) -> Image.Image:
    """A dark stroke on a bright ground with some grain, so that all parts of a coder are used."""
    rng = np.random.default_rng(7)
    grey = np.clip(rng.normal(225, 9, (height, width)), 0, 255).astype(np.uint8)
    grey[height // 5 : -height // 5, width // 2 - 3 : width // 2 + 3] = 30
    image = Image.fromarray(grey)
    if mode == "RGBA":
        return Image.merge("RGBA", [image, image, image, Image.eval(image, lambda value: 255 - value // 2)])
    return image.convert(mode)


@cache
def accepted() -> tuple[Sound, ...]:
    """Small sound pictures of every format that is read and every way in which their coders work."""
    grey, colour, clear, indexed = (_scene(mode) for mode in ("L", "RGB", "RGBA", "P"))
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    real = Image.fromarray(np.asarray(grey).astype(np.float32) / 255)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = [
        _saved(grey, "PNG"), _saved(clear, "PNG"), _saved(deep, "PNG"), _saved(_scene("1"), "PNG", dpi=(72, 72)),
        _saved(indexed, "PNG", transparency=0, exif=exif),
        _saved(colour, "PNG", save_all=True, append_images=[clear, grey]),
        _saved(colour, "JPEG", exif=exif), _saved(grey, "JPEG"), _saved(_scene("CMYK"), "JPEG"),
        _saved(colour, "JPEG", progressive=True, subsampling=0, comment=b"a comment"),
        _saved(colour, "JPEG", restart_marker_blocks=2, icc_profile=bytes(900)),
        _saved(indexed, "GIF", transparency=3, comment=b"c" * 400), _saved(grey, "GIF", interlace=1),
        _saved(indexed, "GIF", save_all=True, append_images=[_scene("P", 20, 20)] * 3),
        _saved(grey, "BMP"), _saved(colour, "BMP"), _saved(clear, "BMP"), _saved(_scene("1"), "BMP"),
        _saved(colour, "PPM"), _saved(grey, "PPM"), _saved(_scene("1"), "PPM"), _saved(deep, "PPM"),
        _saved(real, "TIFF"), _saved(deep, "TIFF"), _saved(colour, "TIFF"), _saved(_scene("CMYK"), "TIFF"),
        _saved(clear, "TIFF", compression="tiff_lzw", exif=exif), _saved(_scene("1"), "TIFF", compression="group4"),
        _saved(_scene("1"), "TIFF", compression="group3"), _saved(grey, "TIFF", compression="packbits", big_tiff=False),
        _saved(indexed, "TIFF", compression="tiff_adobe_deflate"), _saved(_scene("LAB"), "TIFF"),
        _saved(colour, "TIFF", save_all=True, append_images=[grey, clear]),
    ]  # fmt: skip
    if features.check("webp"):
        found += [
            _saved(colour, "WEBP"), _saved(clear, "WEBP", exif=exif), _saved(clear, "WEBP", lossless=True),
            _saved(clear, "WEBP", save_all=True, append_images=[clear, colour]),
        ]  # fmt: skip
    if features.check("avif"):
        found += [_saved(colour, "AVIF", speed=10), _saved(clear, "AVIF", speed=10, exif=exif)]
        found += [_saved(grey, "AVIF", speed=10), _saved(colour, "AVIF", speed=10, subsampling="4:4:4")]
    return tuple(found)


EPS_BOMB = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n{} loop\n%%EOF\n"
"""A program that never ends, as whoever hands this to an interpreter would find."""


@cache
def refused() -> tuple[Sound, ...]:
    """Files of kinds that are never opened, sound ones and traps."""
    kinds = ("EPS", "PDF", "ICO", "TGA", "PCX", "SGI", "DDS", "JPEG2000", "ICNS")
    found = [_saved(_scene("RGB"), kind) for kind in kinds]
    found += [_saved(_scene("1"), "XBM"), _saved(_scene("1"), "MSP")]
    found += [
        ("EPS", EPS_BOMB),
        ("EPS", EPS_BOMB.replace(b"{} loop", b"(/etc/passwd) (r) file =")),
        ("EPS", b"\xc5\xd0\xd3\xc6" + struct.pack("<II", 30, len(EPS_BOMB)) + bytes(18) + EPS_BOMB),
        ("PSD", b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + bytes(12) + bytes(2 + 3 * 81)),
        ("WMF", b"\xd7\xcd\xc6\x9a\0\0" + struct.pack("<4hHI", 0, 0, 9, 9, 96, 0) + bytes(60)),
        ("FITS", b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800)),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>"),
        ("PPM", b"P3\n2 2\n255\n" + b"1 2 3 " * 4),
        ("HEIC", struct.pack(">I", 24) + b"ftypheic" + bytes(12)),
        ("ZIP", b"PK\x03\x04" + bytes(100)),
        ("nothing", b""),
    ]
    return tuple(found)


def damaged_pictures(seed: int, count: int) -> Iterator[tuple[str, bytes, str]]:
    """Kind of the origin, bytes, and an ending for the name: ``count`` files, the same for the same seed.

    One in eight is of a kind that is not read; one in thirty is whole.
    """
    chance = random.Random(seed)
    sound, other = accepted(), refused()
    everything = [data for _, data in (*sound, *other)]
    for _ in range(count):
        kind, data = chance.choice(sound if chance.random() < 0.875 else other)
        if chance.random() > 1 / 30:
            data = damaged(data, chance, everything, MUTATIONS.get(kind, ()))
        yield kind, data, chance.choice(ENDINGS)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk with its length and a right checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and content of the chunks of a PNG, as far as it is whole."""
    found, place = [], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        found.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def _in_a_png(data: bytearray, chance: random.Random) -> bytearray:
    """Leave out, repeat, move or change a chunk, with checksums that are right."""
    chunks = png_chunks(bytes(data))
    if not chunks:
        return data
    number = chance.randrange(len(chunks))
    kind, content = chunks[number]
    way = chance.randrange(6)
    if way == 0:
        del chunks[number]
    elif way == 1:
        chunks.insert(chance.randrange(len(chunks)), chunks[number])
    elif way == 2:
        chunks.insert(chance.randrange(len(chunks)), chunks.pop(number))
    elif way == 3:
        chunks[number] = (chance.choice((b"IDAT", b"tRNS", b"PLTE", b"iCCP", b"acTL", b"fdAT", b"eXIf")), content)
    elif way == 4 and kind == b"IHDR" and len(content) == 13:
        fields = list(struct.unpack(">IIBBBBB", content))
        field = chance.randrange(len(fields))
        fields[field] = chance.choice(EXTREMES) & (0xFFFFFFFF if field < 2 else 0xFF)
        chunks[number] = (kind, struct.pack(">IIBBBBB", *fields))
    else:
        chunks[number] = (kind, damaged(content, chance))
    return bytearray(data[:8] + b"".join(png_chunk(*chunk) for chunk in chunks))


def _png_pixels(data: bytearray, chance: random.Random) -> bytearray:
    """Pixels that are damaged or too few or too many, packed soundly."""
    chunks = png_chunks(bytes(data))
    pixels = b"".join(content for kind, content in chunks if kind == b"IDAT")
    try:
        pixels = zlib.decompress(pixels)
    except zlib.error:
        return data
    changed = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    changed += [(b"IDAT", zlib.compress(damaged(pixels, chance))), (b"IEND", b"")]
    return bytearray(data[:8] + b"".join(png_chunk(*chunk) for chunk in changed))


def _in_a_jpeg(data: bytearray, chance: random.Random) -> bytearray:
    """Leave out, repeat, move or change a segment, or have another marker."""
    segments, place = [], 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        start = place
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]
        segments.append(bytes(data[start:place]))
        if data[start + 1] == 0xDA:
            break
    if not segments:
        return data
    number, way = chance.randrange(len(segments)), chance.randrange(5)
    if way == 0:
        del segments[number]
    elif way == 1:
        segments.insert(chance.randrange(len(segments)), segments[number] * chance.choice((1, 1, 40)))
    elif way == 2:
        segments.insert(chance.randrange(len(segments)), segments.pop(number))
    elif way == 3:
        segments[number] = b"\xff" + bytes([chance.choice(range(0xC0, 0x100))]) + segments[number][2:]
    else:
        content = damaged(segments[number][4:], chance)[:65_000]
        segments[number] = segments[number][:2] + struct.pack(">H", len(content) + 2) + content
    return data[:2] + b"".join(segments) + data[place:]


def _in_a_tiff(data: bytearray, chance: random.Random) -> bytearray:
    """Another tag, number type, count or value in the table of contents."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        place = start + 2 + 12 * chance.randrange(max(1, count))
        fields = list(struct.unpack_from(f"{order}HHII", data, place))
        field = chance.choice((0, 1, 2, 2, 3, 3, 3))
        choice = (256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 34665)
        value = (chance.choice(choice), chance.randrange(14), chance.choice(EXTREMES), chance.choice(EXTREMES))[field]
        fields[field] = value
        struct.pack_into(f"{order}HHII", data, place, *fields)
    except struct.error:
        pass
    return data


def _box(data: bytearray, chance: random.Random) -> bytearray:
    """Another size, or other first bytes, of a named part of an AVIF or WebP file."""
    names = [b"ispe", b"iloc", b"infe", b"iinf", b"meta", b"mdat", b"av1C", b"ipma", b"pixi", b"iref", b"pitm"]
    names += [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"RIFF"]
    place = data.find(chance.choice([name for name in names if name in data] or [b"?"]))
    if place >= 0:
        at = max(0, place + chance.choice((-4, 4, 4, 8, 12, 16, chance.randrange(4, 40))))
        value = struct.pack(chance.choice("<>") + "I", chance.choice((*EXTREMES, chance.getrandbits(8))))
        data[at : at + 4] = value[: max(0, len(data) - at)]
    return data


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "PNG": (_in_a_png, _in_a_png, _png_pixels),
    "JPEG": (_in_a_jpeg,),
    "TIFF": (_in_a_tiff,),
    "WEBP": (_box,),
    "AVIF": (_box,),
}
