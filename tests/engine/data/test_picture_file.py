"""The door for picture files: what is sound is read right, what is not is a sentence, and nothing is ever run."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps, features

from engine.data.digit import prepare_picture
from engine.data.pictures.file import FORMATS, LARGEST_FILE, PictureError, read_picture_bytes, read_picture_file
from tests.damaged_pictures import EPS_BOMB, accepted, damaged_pictures, png_chunk, png_chunks, refused

ROOT = Path(__file__).resolve().parents[3]
PNG = b"\x89PNG\r\n\x1a\n"
SOUND = [pytest.param(data, id=f"{kind}-{number}") for number, (kind, data) in enumerate(accepted())]
OTHER = [pytest.param(data, id=f"{kind}-{number}") for number, (kind, data) in enumerate(refused())]


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def outcome(data: bytes) -> np.ndarray | str:
    """The picture, or what is said about a file that is refused; either of the kind that is promised."""
    try:
        found = read_picture_bytes(data, "x")
    except PictureError as error:
        words = str(error)
    else:
        assert found.dtype == (np.uint8 if found.ndim == 3 else np.float32)
        assert max(found.shape[:2]) <= 1024
        return found
    assert words.startswith("x ")
    assert words.endswith(".")
    assert "\n" not in words
    assert "Error" not in words
    return words


def sentence(data: bytes) -> str:
    """What is said about a file that must be refused."""
    said = outcome(data)
    assert isinstance(said, str), f"read as {said.shape}"
    return said


def most_memory(data: bytes) -> int:
    """Bytes that Python and numpy hold at most while a file is read or refused."""
    tracemalloc.start()
    try:
        outcome(data)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


# What is sound


@pytest.mark.parametrize("data", SOUND)
def test_every_sound_picture_is_read_as_pillow_alone_reads_it(data: bytes) -> None:
    found = read_picture_bytes(data, "x")
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("F", "I") or upright.mode.startswith("I;"):
            assert found.dtype == np.float32
            np.testing.assert_array_equal(found, np.asarray(upright))
        else:
            assert found.dtype == np.uint8
            np.testing.assert_array_equal(found, np.asarray(upright.convert("RGBA")))


def test_there_is_a_sound_picture_of_every_format_that_is_built_in() -> None:
    missing = {"WEBP": "webp", "AVIF": "avif"}
    built_in = {kind.name for kind in FORMATS if kind.name not in missing or features.check(missing[kind.name])}
    assert {kind for kind, _ in accepted()} == built_in


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_picture_is_turned_as_the_camera_says(kind: str, orientation: int) -> None:
    image = Image.new("RGB", (24, 16), "white")
    image.paste("black", (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(image, kind, exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGBA"))
    np.testing.assert_array_equal(read_picture_bytes(data, "x"), expected)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_of_twelve_megapixels_shows_the_same_digit(kind: str) -> None:
    small = Image.new("L", (126, 168), 210)
    small.paste(25, (60, 30, 74, 130))
    small.paste(25, (40, 30, 60, 44))
    large = small.resize((3024, 4032)).convert("RGB")
    data = saved(large, kind, compress_level=1)
    found = read_picture_bytes(data, "x")
    assert found.shape == (1008, 756, 4)
    apart = prepare_picture(found).astype(int) - prepare_picture(np.asarray(large)).astype(int)
    assert np.abs(apart).max() <= 40


def test_a_large_picture_is_averaged_not_sampled() -> None:
    checks = np.indices((300, 400)).sum(axis=0) % 2 * 255
    found = read_picture_bytes(saved(Image.fromarray(checks.astype(np.uint8)), "PNG"), "x", longest=200)
    assert found.shape == (150, 200, 4)
    assert set(np.unique(found[:, :, :3])) <= {127, 128}
    deep = np.tile(np.array([[0.0, 3.0]], dtype=np.float32), (6, 3))
    found = read_picture_bytes(saved(Image.fromarray(deep), "TIFF"), "x", longest=3)
    np.testing.assert_array_equal(found, np.full((3, 3), 1.5, dtype=np.float32))


def test_what_shines_through_keeps_its_colour_when_averaged() -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.paste((0, 200, 0, 255), (0, 0, 4, 8))
    found = read_picture_bytes(saved(clear, "PNG"), "x", longest=1)
    assert found[0, 0].tolist() in ([0, 199, 0, 128], [0, 200, 0, 128])


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (65_535, 2), (3, 65_535)])
def test_very_long_pictures_are_read(width: int, height: int) -> None:
    found = read_picture_bytes(saved(Image.new("L", (width, height), 77), "PNG"), "x")
    assert max(found.shape[:2]) <= 1024
    assert (found == (77, 77, 77, 255)).all()


# What is no picture, or not one that is read


@pytest.mark.parametrize("data", OTHER)
def test_other_kinds_of_files_are_refused_whatever_their_name(data: bytes, tmp_path: Path) -> None:
    for ending in ("png", "jpg", "eps"):
        path = tmp_path / f"x.{ending}"
        path.write_bytes(data)
        with pytest.raises(PictureError, match="is expected") as caught:
            read_picture_file(path)
        assert str(caught.value).startswith(str(path))


@pytest.mark.skipif(os.name == "nt", reason="the false interpreter is a script with a shebang")
def test_no_other_program_is_started_and_no_other_plugin_loaded(tmp_path: Path) -> None:
    """A Ghostscript of the test's own tells when it is asked."""
    told = tmp_path / "told"
    interpreter = tmp_path / "gs"
    interpreter.write_text(f"#!/bin/sh\ntouch '{told}'\nexit 1\n")
    interpreter.chmod(interpreter.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "bomb.png").write_bytes(EPS_BOMB)
    (tmp_path / "sound.jpg").write_bytes(saved(Image.linear_gradient("L").rotate(45), "JPEG"))
    script = (
        "import sys\nfrom pathlib import Path\nfrom engine.data.pictures.input import read_picture\n"
        "from engine.data import catalogue\nfrom engine.data.pictures.file import FORMATS\n"
        f"for name in ('sound.jpg', 'bomb.png'):\n"
        f"    try: read_picture(Path({str(tmp_path)!r}, name), catalogue.schema('fashion-mnist'))\n"
        "    except Exception as error: print(error)\n"
        "plugins = {name for name in sys.modules if name.startswith('PIL.') and name.endswith('ImagePlugin')}\n"
        "print(*sorted(plugins - {f'PIL.{kind.plugin}' for kind in FORMATS}))\n"
    )
    surroundings = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=surroundings, timeout=60, check=True)
    said, plugins, _ = answer.stdout.split("\n")
    assert "is a PostScript program" in said
    assert plugins == ""
    assert not told.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_devices_and_folders_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "circle.png").symlink_to(tmp_path / "circle.png")
    (tmp_path / "folder.png").mkdir()
    for name, words in (
        ("pipe.png", "a pipe or a device"),
        ("/dev/zero", "a pipe or a device"),
        ("folder.png", "is a folder"),
        ("circle.png", "cannot be read"),
        ("nowhere.png", "does not exist"),
        ("zero\0.png", "not a name"),
        ("n" * 300, "cannot be read"),
    ):
        with pytest.raises(PictureError, match=words):
            read_picture_file(tmp_path / name)


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    with path.open("wb") as stream:
        stream.write(PNG)
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(PictureError, match="at most 100,000,000 are read"):
        read_picture_file(path)


# Damage


@pytest.mark.parametrize("data", SOUND)
def test_a_picture_cut_anywhere_is_a_sentence_or_whole(data: bytes) -> None:
    whole = read_picture_bytes(data, "x")
    for end in random.Random(4).sample(range(len(data)), 12):
        found = outcome(data[:end])
        assert isinstance(found, str) or found.shape == whole.shape  # only what does not paint was cut off


def test_damaged_pictures_are_read_or_a_sentence() -> None:
    """The short form of tests/benchmarks/attacks/pictures.py."""
    refusals = sum(isinstance(outcome(data), str) for _, data, _ in damaged_pictures(seed=20, count=500))
    assert 100 < refusals < 400  # else the damage is too small or too large to be worth trying


def test_a_damaged_avif_is_a_sentence() -> None:
    if not features.check("avif"):
        pytest.skip("this Pillow reads no AVIF")
    data = saved(Image.new("RGB", (40, 30), "red"), "AVIF", speed=10)
    start = data.index(b"mdat") + 4
    for place in range(start + 16, len(data), 3):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        found = outcome(bytes(damaged))
        assert not isinstance(found, str) or "AVIF" in found or "cut short" in found


def test_nothing_but_the_sentence_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """libtiff writes to the standard error by itself."""
    data = bytearray(saved(Image.effect_noise((40, 30), 90), "TIFF", compression="tiff_adobe_deflate"))
    data[60:90] = bytes(30)
    assert "damaged TIFF" in sentence(bytes(data))
    os.write(2, b"and later what is meant for it does\n")
    assert capfd.readouterr().err == "and later what is meant for it does\n"


# Traps


def raw_png(width: int, height: int, *further: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of zeros, packed as tight as can be, with further chunks before its pixels."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    packer = zlib.compressobj(9)
    row = bytes(1 + (width * samples * depth + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"".join([PNG, header, *further, png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")])


def test_a_picture_of_a_hundred_million_pixels_is_a_sentence() -> None:
    assert "9,999×9,999 pixels" in sentence(raw_png(9_999, 9_999, depth=1))


def test_the_largest_pictures_take_little_memory(tmp_path: Path) -> None:
    """A colour picture of 16 million pixels, in a process of its own whose memory is measured."""
    pytest.importorskip("resource")
    path = tmp_path / "x.png"
    path.write_bytes(raw_png(4_000, 4_000, colour=6))
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom engine.data.pictures.input import read_picture\n"
        "from engine.data import catalogue\nfrom engine.data.dataset import DataError\nimport scipy.ndimage\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"try: read_picture(Path({str(path)!r}), catalogue.schema('fashion-mnist'))\n"
        "except DataError: pass  # nothing is in it\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(answer.stdout) * unit < 130_000_000  # the pixels alone are 64,000,000


@pytest.mark.parametrize(
    "data",
    [
        PNG + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1_000_000, 8, 0, 0, 0, 0)) + png_chunk(b"IEND", b""),
        PNG + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31, 2**31, 8, 0, 0, 0, 0)) + png_chunk(b"IEND", b""),
        b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b",",
        b"GIF89a\x09\0\x09\0\0\0\0," + struct.pack("<4HB", 60_000, 60_000, 60_000, 9, 0) + b"\x08\0",
        b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 100_000, -100_000, 1, 24) + bytes(24),
        b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\xff\xff\xff" * 2 + bytes(20),
        b"P6 99999 99999 255\n",
        b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHIIHHII", 256, 4, 1, 90_000, 257, 4, 1, 90_000) + bytes(4),
        b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 65_000, 65_000) + b"\x01\x01\x11\0\xff\xda\0\x02\xff\xd9",
    ],
    ids=["tall", "PNG", "GIF", "a frame beside it", "BMP", "WebP", "PPM", "TIFF", "JPEG"],
)
def test_a_claim_of_a_huge_size_is_a_sentence(data: bytes) -> None:
    assert "are read" in sentence(data)
    assert most_memory(data) < 1_000_000


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "JPEG"])
def test_no_pixels_are_a_sentence(kind: str) -> None:
    data = bytearray(saved(Image.new("L", (9, 9)), kind))
    place = {"PNG": 16, "GIF": 6, "BMP": 18, "TIFF": data.find(struct.pack("<HHI", 256, 4, 1)) + 8}
    at = place.get(kind, data.find(b"\xff\xc0") + 5)
    data[at : at + 4] = bytes(4)
    assert "no pixels" in sentence(bytes(data))


def test_texts_and_profiles_that_unpack_to_gigabytes_are_left_out() -> None:
    bomb = zlib.compress(bytes(60_000_000), 9)
    picture = Image.new("L", (9, 9), 7)
    chunks = png_chunks(saved(picture, "PNG"))
    chunks[1:1] = [(b"iCCP", b"n\0\0" + bomb), *[(b"zTXt", b"k\0\0" + bomb)] * 20, (b"eXIf", b"II*\0" + bytes(99))]
    data = PNG + b"".join(png_chunk(*chunk) for chunk in chunks)
    assert (read_picture_bytes(data, "x")[:, :, 0] == 7).all()
    assert most_memory(data) < 4_000_000


def exif_bomb(size: int) -> bytes:
    """Entries that all point at the same bytes."""
    count = min(65_535, (size - 14) // 24)
    rows = b"".join(struct.pack("<HHII", 50_000 + number % 9_000, 7, size // 2, 8) for number in range(count))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", count) + rows).ljust(size, b"\0")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_exif_of_which_every_entry_points_at_the_same_bytes_takes_no_memory(kind: str) -> None:
    if kind in ("WEBP", "AVIF") and not features.check(kind.lower()):
        pytest.skip(f"this Pillow reads no {kind}")
    picture, bomb = Image.new("RGB", (9, 9), (0, 0, 0)), exif_bomb(60_000)
    if kind == "PNG":
        chunks = png_chunks(saved(picture, "PNG"))
        data = PNG + b"".join(png_chunk(*chunk) for chunk in [chunks[0], (b"eXIf", bomb), *chunks[1:]])
    elif kind == "JPEG":
        data = saved(picture, "JPEG")
        data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(bomb) + 8) + b"Exif\0\0" + bomb + data[20:]
    elif kind == "WEBP":
        data = saved(picture, "WEBP", exif=b"Exif\0\0" + bomb)
    else:
        marker = bytes(range(256)) * (len(bomb) // 256 + 1)
        plain = saved(picture, "AVIF", speed=10, exif=_harmless_exif(marker[: len(bomb)]))
        at = plain.index(marker[:256]) - _HARMLESS
        data = plain[:at] + bomb.ljust(_HARMLESS + len(bomb), b"\0") + plain[at + _HARMLESS + len(bomb) :]
        assert len(data) == len(plain)
    assert (read_picture_bytes(data, "x")[:, :, :3] <= 2).all()
    assert most_memory(data) < 2_000_000


_HARMLESS = 26


def _harmless_exif(content: bytes) -> bytes:
    """An EXIF block of one entry, with ``content`` after 26 bytes."""
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 37_500, 7, len(content), _HARMLESS) + bytes(4) + content


def test_a_tiff_of_which_every_entry_points_at_the_same_bytes_takes_no_memory() -> None:
    data = saved(Image.new("L", (9, 9), 7), "TIFF")
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    rows = data[start + 2 : start + 2 + 12 * count]
    bomb = b"".join(struct.pack("<HHII", 50_000 + number, 7, 200_000, 8) for number in range(8_000))
    table = struct.pack("<H", count + 8_000) + rows + bomb + bytes(4)
    filled = data.ljust(250_000, b"\0")
    data = filled[:4] + struct.pack("<I", len(filled)) + filled[8:] + table
    assert (read_picture_bytes(data, "x")[:, :, 0] == 7).all()
    assert most_memory(data) < 4_000_000


def test_a_tiff_that_paints_the_same_strip_again_and_again_is_a_sentence() -> None:
    data = bytearray(saved(Image.new("L", (99, 100), 7), "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for row in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, row)[0] == 273:
            struct.pack_into("<HII", data, row + 2, 3, 5_000, 8)  # many more strips than rows
        if struct.unpack_from("<H", data, row)[0] == 278:
            struct.pack_into("<HII", data, row + 2, 4, 1, 99)
    assert "values" in sentence(bytes(data) + bytes(10_000))


def tiff_with(data: bytes, *entries: tuple[int, int, int, int]) -> bytes:
    """The TIFF with entries put into its table of contents or in place of those that were there."""
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    old = [data[at : at + 12] for at in range(start + 2, start + 2 + 12 * count, 12)]
    rows = {struct.unpack_from("<H", row)[0]: row for row in old}
    rows |= {entry[0]: struct.pack("<HHII", *entry) for entry in entries}
    table = struct.pack("<H", len(rows)) + b"".join(rows[tag] for tag in sorted(rows)) + bytes(4)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + table


def test_a_tiff_whose_table_can_be_read_in_two_ways_is_a_sentence() -> None:
    data = saved(Image.new("L", (256, 256), 7), "TIFF") + bytes(300_000)
    assert (read_picture_bytes(tiff_with(data), "x")[:, :, 0] == 7).all()
    tiles = [(322, 4, 1, 1), (323, 4, 1, 1), (324, 4, 65_536, 8), (325, 4, 65_536, 8)]
    assert "strips and of tiles" in sentence(tiff_with(data, (273, 4, 65_536, 8), (278, 4, 1, 255), *tiles))
    assert "one whole number" in sentence(tiff_with(data, (273, 4, 200, 8), (278, 12, 1, 8)))
    assert "one whole number" in sentence(tiff_with(data, (278, 4, 2, 8)))


@pytest.mark.parametrize("compression", ["jpeg", "webp", "zstd", "lzma"])
def test_a_tiff_with_another_coder_inside_is_a_sentence(compression: str) -> None:
    try:
        data = saved(Image.new("RGB", (32, 32)), "TIFF", compression=compression)
    except Exception:
        pytest.skip(f"this Pillow writes no TIFF with {compression}")
    assert "packed in a way" in sentence(data)


def test_floats_that_are_not_finite_are_a_sentence() -> None:
    for value in (np.nan, np.inf, -np.inf):
        pixels = np.zeros((9, 9), dtype=np.float32)
        pixels[4, 4] = value
        assert "not finite" in sentence(saved(Image.fromarray(pixels), "TIFF"))


def test_a_jpeg_of_very_many_passes_is_a_sentence() -> None:
    data = saved(Image.new("RGB", (4_000, 3_000), "grey"), "JPEG", progressive=True)
    assert read_picture_bytes(data, "x").shape == (750, 1000, 4)
    last = data.rindex(b"\xff\xda")
    assert "passes" in sentence(data[:last] + data[last:-2] * 3_000 + b"\xff\xd9")


def test_a_jpeg_with_a_film_behind_it_is_read() -> None:
    """As telephones write them: what stands behind the picture may look like anything."""
    data = saved(Image.new("RGB", (64, 48), "grey"), "JPEG")
    behind = b"\xff\xda\0\x02" * 9_000 + random.Random(0).randbytes(99_999)
    np.testing.assert_array_equal(read_picture_bytes(data + behind, "x"), read_picture_bytes(data, "x"))


def test_only_the_first_frame_of_an_animation_is_decoded_and_comments_are_passed_over() -> None:
    first = Image.new("P", (30, 20), 1)
    first.putpalette([0, 0, 0, 250, 100, 50])
    data = saved(first, "GIF", save_all=True, append_images=[Image.new("P", (30, 20), 0)] * 3)
    comment = b"!\xfe" + (b"\xff" + b"c" * 255) * 4_000 + b"\0"
    at = data.index(b"!\xf9")
    data = data[:at] + comment * 3 + data[at:-1] + b"," + bytes(9_999)  # what follows the first frame is damaged
    found = read_picture_bytes(data, "x")
    assert found.shape == (20, 30, 4)
    assert (found == (250, 100, 50, 255)).all()
    assert most_memory(data) < 3 * len(data)


def test_a_picture_in_more_pieces_than_any_needs_is_a_sentence() -> None:
    chunks = png_chunk(b"tEXt", b"") * 400_000
    assert "pieces" in sentence(PNG + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunks)
    screen = b"GIF89a\x09\0\x09\0\0\0\0"
    assert "pieces" in sentence(screen + b"!\xfe" + b"\1c" * 400_001)
    assert "pieces" in sentence(screen + b"!\xfe\0" * 400_001)
    jpeg = saved(Image.new("L", (9, 9)), "JPEG")
    assert "pieces" in sentence(jpeg[:2] + b"\xff\xdb\0\2" * 50_001 + jpeg[2:])


def test_a_bmp_packed_in_runs_is_read_while_it_is_small() -> None:
    header = struct.pack("<2sIIIIiiHHI", b"BM", 0, 0, 54 + 1024, 40, 9, 2, 1, 8, 1) + bytes(20)
    colours = bytes(value for number in range(256) for value in (number, number, number, 0))
    data = header + colours + b"\x09\x07\0\0\x09\x05\0\1"
    assert read_picture_bytes(data, "x")[:, :, 0].tolist() == [[5] * 9, [7] * 9]
    assert "packed in runs" in sentence(data + b"\1\1" * 1_000_000)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow reads no AVIF")
class TestAvif:
    data = saved(Image.new("RGB", (40, 30), "red"), "AVIF", speed=10) if features.check("avif") else b""

    def test_frames_larger_than_the_picture_are_a_sentence(self) -> None:
        """The boxes say 40×30; the frames inside leave room for 65,536×65,536."""
        damaged = bytearray(self.data)
        header = damaged.index(b"mdat") + 4
        while damaged[header] >> 3 & 15 != 1:
            header += 2 + damaged[header + 1]
        bits = int.from_bytes(damaged[header + 2 : header + 10])
        assert bits >> 59 & 1  # the short form of the header: sizes follow after ten bits
        damaged[header + 2 : header + 10] = (bits | 0xFF << 46).to_bytes(8)
        assert "larger frames" in sentence(bytes(damaged))

    def test_very_many_frames_are_a_sentence(self) -> None:
        start, size = self.data.index(b"mdat") + 4, len(self.data) - self.data.index(b"mdat") - 4
        place = self.data.index(struct.pack(">II", start, size))
        frames = b"\x32\0" * 100_000
        data = bytearray(self.data + frames)
        data[place : place + 8] = struct.pack(">II", start, size + len(frames))
        data[start - 8 : start - 4] = struct.pack(">I", size + 8 + len(frames))
        assert "more or larger frames" in sentence(bytes(data))

    def test_a_very_long_file_is_a_sentence(self) -> None:
        assert "at most 25,000,000 are read" in sentence(self.data + bytes(25_000_000))

    def test_a_film_is_a_sentence(self) -> None:
        frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
        film = saved(frames[0], "AVIF", speed=10, save_all=True, append_images=frames)
        assert "animation" in sentence(film)
        assert "animation" in sentence(film.replace(b"ftypavis", b"ftypavif"))
