"""Pictures as people have them, prepared for each dataset and read by the shipped example: one set of rules."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from engine.data import catalogue
from engine.data.digit import prepare_picture, prepare_strokes
from engine.data.pictures.edge import is_edge
from engine.data.pictures.file import PictureError
from engine.data.pictures.input import picture_input, read_picture
from engine.data.pictures.shadow import without_shadow
from engine.project.file import read
from engine.tasks.predictor import Predictor

ROOT = Path(__file__).resolve().parents[3]
STROKES, UCI, THINGS = (catalogue.schema(name) for name in ("strokes", "uci-digits", "fashion-mnist"))

Read = Callable[[NDArray[np.generic]], str]


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Nothing that a picture holds makes numpy complain."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def answer() -> Read:
    """What the shipped example reads in a picture."""
    project = read(ROOT / "resources" / "examples" / "digits.sketchnet")
    predictor = Predictor(project.graph, STROKES.signature(), project.run.weights, project.run.preparation)
    return lambda picture: str(predictor.predict(picture_input(picture, STROKES)[None]).argmax())


def arc(x: float, y: float, across: float, down: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points of an ellipse from one angle to another, in degrees clockwise from the right."""
    angles = np.deg2rad(np.linspace(start, end, 25))
    return list(zip((x + across * np.cos(angles)).tolist(), (y + down * np.sin(angles)).tolist(), strict=True))


# In boxes of 60×100; written here and not taken from the program's own hand, which may learn other ways.
PEN = {
    0: [arc(30, 50, 28, 48, -90, 270)],
    1: [[(30.0, 2.0), (28.0, 98.0)]],
    2: [[*arc(30, 28, 26, 26, -170, 30), (4.0, 96.0), (58.0, 96.0)]],
    3: [[*arc(28, 26, 24, 24, -160, 90), *arc(28, 73, 28, 25, -90, 150)]],
    4: [[(24.0, 2.0), (4.0, 60.0), (58.0, 60.0)], [(44.0, 30.0), (42.0, 98.0)]],
    5: [[(54.0, 3.0), (12.0, 3.0), (9.0, 45.0), *arc(26, 68, 28, 28, -110, 150)]],
    6: [[(44.0, 2.0), (14.0, 40.0), *arc(30, 72, 26, 25, -180, 180)]],
    7: [[(4.0, 4.0), (56.0, 4.0), (24.0, 98.0)]],
    8: [[*arc(30, 26, 22, 23, 90, 450), *arc(30, 74, 27, 25, -90, 270)]],
    9: [[*arc(30, 28, 24, 25, 0, -360), (54.0, 28.0), (46.0, 98.0)]],
}


def pen(digit: int, side: int = 140) -> NDArray[np.float64]:
    """A pen digit as ink from 0 to 1, with MNIST's margins."""
    large = Image.fromarray(prepare_strokes(PEN[digit])).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(large, dtype=np.float64) / 255


def printed(digit: str, *, margin: int, bold: int = 5) -> NDArray[np.float64]:
    """A bold digit as ink from 0 to 1, cut to its ink, with a margin in pixels."""
    image = Image.new("L", (200, 200))
    ImageDraw.Draw(image).text((60, 30), digit, 255, ImageFont.load_default(100), stroke_width=bold)
    return np.pad(np.asarray(image.crop(image.getbbox()), dtype=np.float64) / 255, margin)


def cut(ink: NDArray[np.float64], margin: int = 0) -> NDArray[np.float64]:
    rows, columns = np.flatnonzero((ink > 0.02).any(axis=1)), np.flatnonzero((ink > 0.02).any(axis=0))
    return np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], margin)


def sheet(ink: NDArray[np.float64], dark: float = 25, paper: float = 240) -> NDArray[np.uint8]:
    return np.rint(paper + (dark - paper) * ink).astype(np.uint8)


def bar(height: int, width: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    picture = np.full(size, 255, dtype=np.uint8)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    picture[top : top + height, left : left + width] = 0
    return picture


def ring(outer: float, inner: float, side: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    away = np.hypot(x, y)
    return np.where((away <= outer) & (away >= inner), 0, 255).astype(np.uint8)


# --- much ink


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize(
    "picture", [bar(10, 3, (12, 5)), bar(104, 36, (120, 60)), bar(50, 10, (52, 12))], ids=["12×5", "120×60", "52×12"]
)
def test_a_bar_that_fills_its_picture_is_a_bar(picture: NDArray[np.uint8], inverted: bool) -> None:
    found = prepare_picture(255 - picture if inverted else picture)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    assert np.ptp(rows) + 1 == 20
    assert np.ptp(columns) + 1 <= 8
    assert found[14, 14] == 255


@pytest.mark.parametrize("inverted", [False, True])
def test_a_thick_ring_keeps_its_hole(inverted: bool) -> None:
    picture = ring(28, 10, 64)
    found = prepare_picture(255 - picture if inverted else picture)
    assert found[14, 14] == 0
    assert found[14, 6] == 255


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("margin", [0, 2])
def test_bold_print_cut_closely_is_read_as_with_a_margin(answer: Read, margin: int, inverted: bool) -> None:
    def shown(margin: int, digit: int) -> NDArray[np.uint8]:
        ink = printed(str(digit), margin=margin)
        return sheet(1 - ink if inverted else ink)

    for digit in range(10):
        expected = picture_input(shown(60, digit), STROKES).astype(float)
        found = picture_input(shown(margin, digit), STROKES).astype(float)
        assert np.abs(found - expected).mean() < 12, digit


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("side", [28, 140])
def test_pen_digits_cut_to_their_ink_are_read(answer: Read, side: int, inverted: bool) -> None:
    for digit in range(10):
        ink = cut(pen(digit, side))
        assert answer(sheet(1 - ink if inverted else ink, 0, 255)) == str(digit)


# --- what lies around the paper


FRAMES = [(width, inset, colour) for width in (1, 2, 5, 12, 24) for inset in (0, 9) for colour in (0, 128)]


@pytest.mark.parametrize(("width", "inset", "colour"), FRAMES)
@pytest.mark.parametrize("bright", [False, True])
def test_a_frame_is_not_paper(answer: Read, width: int, inset: int, colour: int, bright: bool) -> None:
    for digit in (1, 2, 7, 8):
        picture = sheet(np.pad(pen(digit, 144), 40))
        inner = picture[inset + width : 224 - inset - width, inset + width : 224 - inset - width].copy()
        picture[inset : 224 - inset, inset : 224 - inset] = colour
        picture[inset + width : 224 - inset - width, inset + width : 224 - inset - width] = inner
        assert answer(255 - picture if bright else picture) == str(digit)


@pytest.mark.parametrize("sides", ["left", "bottom", "left top", "left right", "left top right"])
def test_a_scanners_border_at_some_sides_is_not_paper(answer: Read, sides: str) -> None:
    strips = {"left": np.s_[:, :25], "right": np.s_[:, -25:], "top": np.s_[:25], "bottom": np.s_[-25:]}
    for digit in (3, 4, 7):
        picture = sheet(np.pad(pen(digit, 164), 30))
        for side in sides.split():
            picture[strips[side]] = 15
        assert answer(picture) == str(digit)


def test_a_frame_that_the_digit_reaches_does_not_turn_the_picture_inside_out(answer: Read) -> None:
    picture = np.pad(sheet(np.pad(cut(pen(7)), ((20, 0), (20, 20)))), 12)
    assert prepare_picture(picture)[2:26, 2:26].mean() < 100


def test_round_corners_and_a_card_on_a_table(answer: Read) -> None:
    y, x = np.mgrid[:200, :200] - 99.5
    away = np.hypot(np.maximum(np.abs(x) - 70, 0), np.maximum(np.abs(y) - 70, 0))
    card = Image.fromarray(sheet(np.pad(pen(2, 160), 20))).convert("RGBA").rotate(5, expand=True)
    table = Image.new("L", (300, 300), 50)
    table.paste(card.convert("L"), (40, 40), card)
    assert answer(np.where(away > 30, 0, sheet(np.pad(pen(2, 160), 20))).astype(np.uint8)) == "2"
    assert answer(np.asarray(table)) == "2"


@pytest.mark.parametrize("level", [120, 170, 200])
@pytest.mark.parametrize("squared", [False, True])
def test_the_lines_of_ruled_and_squared_paper_are_not_written(answer: Read, level: int, squared: bool) -> None:
    y, x = np.mgrid[:280, :280]
    lines = (y % 28 < 2) | ((x % 28 < 2) & squared)
    for digit in (2, 3, 5, 7):
        paper = np.where(lines, level, 245.0)
        assert answer(np.rint(paper + (30 - paper) * pen(digit, 280)).astype(np.uint8)) == str(digit)


def test_a_photograph_with_the_edge_of_the_sheet_in_view(answer: Read) -> None:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:240, :320] / 240
    for digit in (1, 4, 6):
        paper = np.full((240, 320), 215.0)
        paper[60:200, 120:260] -= 170 * pen(digit)
        paper *= 1.05 - 0.2 * x - 0.1 * y
        paper = np.where((x + 0.06 * y < 0.12) | (y - 0.05 * x > 0.93), 65, paper) + rng.normal(0, 5, paper.shape)
        image = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
        assert answer(np.asarray(image)) == str(digit)


@pytest.mark.parametrize("spacing", [18, 20, 24])
@pytest.mark.parametrize("squared", [False, True])
def test_fine_lines_close_together_do_not_turn_the_picture_inside_out(
    answer: Read, spacing: int, squared: bool
) -> None:
    y, x = np.mgrid[:280, :280]
    lines = (y % spacing < 1) | ((x % spacing < 1) & squared)
    for digit in (1, 2, 4, 9):
        paper = np.where(lines, 150.0, 245.0)
        page = np.rint(paper + (30 - paper) * pen(digit, 280)).astype(np.uint8)
        assert answer(page) == str(digit)
        assert answer(255 - page) == str(digit)


def shaded(picture: NDArray[np.float64], kind: str, left: float) -> NDArray[np.uint8]:
    """Part of a picture in a shadow with an edge, where ``left`` is left of the light."""
    height, width = picture.shape
    y, x = np.mgrid[:height, :width] / (height, width)[0]
    parts = {"right": x > 0.55, "below": y > 0.5, "askew": x + 0.4 * y > 0.8, "corner": (x > 0.6) & (y > 0.6)}
    light = Image.fromarray(np.where(parts[kind], 255 * left, 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(2))
    grain = np.random.default_rng(5).normal(0, 3, picture.shape)
    return np.clip(np.rint(picture * (np.asarray(light) / 255) + grain), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", ["right", "below", "askew", "corner"])
@pytest.mark.parametrize("left", [0.5, 0.7])
def test_the_edge_of_a_shadow_is_not_written(answer: Read, kind: str, left: float) -> None:
    for digit in (0, 2, 5, 8):
        page = sheet(np.pad(pen(digit, 200), 50)).astype(np.float64)
        assert answer(shaded(page, kind, left)) == str(digit)


def test_a_shadow_on_a_sheet_whose_edge_is_in_view(answer: Read) -> None:
    y, x = np.mgrid[:240, :320] / 240
    for digit in (3, 4, 6, 8):
        paper = np.full((240, 320), 215.0)
        paper[60:200, 100:240] -= 170 * pen(digit)
        paper *= np.where(x - 0.4 * y > 0.6, 0.6, 1.0)
        paper = np.where((x + 0.06 * y < 0.12) | (y - 0.05 * x > 0.93), 65, paper)
        image = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
        assert answer(np.asarray(image)) == str(digit)


def test_what_surrounds_the_paper_is_no_shadow(answer: Read) -> None:
    """A frame of wood and a grey mount round the sheet."""
    for digit in (0, 3, 4, 8, 9):
        framed = np.pad(np.pad(sheet(pen(digit, 140), paper=250), 20, constant_values=200), 20, constant_values=80)
        assert answer(framed) == str(digit)


@pytest.mark.parametrize("inverted", [False, True])
def test_the_dots_of_a_picture_of_two_colours_are_not_written(answer: Read, inverted: bool) -> None:
    for digit in (0, 2, 5, 9):
        dotted = Image.fromarray(sheet(1 - pen(digit) if inverted else pen(digit))).convert("1")
        assert answer(np.asarray(dotted)) == str(digit)


# --- sizes


@pytest.mark.parametrize("at", [(0, 136), (136, 0), (0, 70), (136, 136), (60, 60)])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_of_fourteen_pixels_at_the_edge_is_found(answer: Read, at: tuple[int, int], inverted: bool) -> None:
    for digit in (0, 2, 4, 7):
        small = Image.fromarray(np.rint(255 * cut(pen(digit))).astype(np.uint8)).resize((11, 14), Image.Resampling.BOX)
        ink = np.zeros((150, 150))
        ink[at[0] : at[0] + 14, at[1] : at[1] + 11] = np.asarray(small) / 255
        assert answer(sheet(1 - ink if inverted else ink)) == str(digit)


def test_small_writing_in_a_large_picture_is_looked_at_from_near(answer: Read) -> None:
    for digit in (2, 3, 8):
        ink = np.zeros((900, 1000))
        ink[700:740, 100:140] = pen(digit, 40)
        assert answer(sheet(ink)) == str(digit)


# --- what has the form of the dataset


@pytest.mark.parametrize("dataset", ["strokes", "uci-digits"])
def test_pictures_of_the_dataset_are_taken_as_they_are(dataset: str) -> None:
    schema = catalogue.schema(dataset)
    options = {"samples": 200} if dataset == "strokes" else {}
    pictures = np.asarray(catalogue.load(dataset, options=options).test.inputs)[:40, 0]
    for picture in pictures:
        coloured = np.dstack([picture] * 3 + [np.full_like(picture, 255)])
        for same in (picture, 255 - picture, coloured, np.kron(picture, np.ones((4, 4), dtype=np.uint8))):
            np.testing.assert_array_equal(picture_input(same, schema)[0], picture)


@pytest.mark.parametrize("dataset", ["strokes", "uci-digits"])
@pytest.mark.parametrize("resampling", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
@pytest.mark.parametrize("times", [4, 7, 20])
def test_smooth_enlargements_are_taken_back(dataset: str, resampling: Image.Resampling, times: int) -> None:
    schema = catalogue.schema(dataset)
    options = {"samples": 200} if dataset == "strokes" else {}
    for picture in np.asarray(catalogue.load(dataset, options=options).test.inputs)[:8, 0]:
        image = Image.fromarray(picture)
        large = np.asarray(image.resize((image.width * times, image.height * times), resampling))
        apart = np.abs(picture_input(large, schema)[0].astype(float) - picture)
        assert apart.mean() < 8  # where an enlargement was clipped, something is lost


def test_a_drawing_of_the_same_size_is_prepared(answer: Read) -> None:
    """28×28, but neither in the box nor in the middle: dark on bright, in a corner, small."""
    ink = np.zeros((28, 28))
    ink[:14, :14] = np.asarray(Image.fromarray(np.rint(255 * cut(pen(3))).astype(np.uint8)).resize((14, 14))) / 255
    found = picture_input(sheet(ink), STROKES)[0]
    rows = np.flatnonzero(found.any(axis=1))
    assert np.ptp(rows) + 1 == 20
    assert answer(sheet(ink)) == "3"


def thing() -> NDArray[np.float64]:
    """A shirt, bright from 0.4 to 1 on 0, at 28×28, as Fashion-MNIST has them."""
    shape = np.zeros((28, 28))
    shape[:, 8:20] = np.linspace(0.4, 1, 28)[:, None]
    shape[3:14, 2:26] = 0.7
    return shape


@pytest.mark.parametrize("times", [1, 4, 20])
def test_things_in_the_form_of_the_dataset_are_taken_as_they_are(times: int) -> None:
    picture = np.rint(thing() * 255).astype(np.uint8)
    large = np.kron(picture, np.ones((times, times), dtype=np.uint8))
    np.testing.assert_array_equal(picture_input(large, THINGS)[0], picture)
    np.testing.assert_array_equal(picture_input(255 - large, THINGS)[0], picture)


@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("level", [0, 255])
def test_things_on_a_transparent_sheet(level: int, hidden: int) -> None:
    clear = np.full((90, 130, 4), hidden, dtype=np.uint8)
    clear[..., 3] = 0
    clear[20:70, 40:65] = (level, level, level, 255)
    found = picture_input(clear, THINGS)[0]
    assert found[:, 12:16].min() > 200
    assert found[:, [0, 1, -2, -1]].max() == 0
    np.testing.assert_array_equal(found, picture_input(255 - clear[..., 3], THINGS)[0])


def test_things_of_other_depths_and_kinds_are_the_same(tmp_path: Path) -> None:
    grey = np.full((100, 130), 245, dtype=np.uint8)
    grey[20:70, 40:65] = 30
    grey[30:50, 25:80] = 90
    expected = picture_input(grey, THINGS).astype(float)
    image = Image.fromarray(grey)
    exif = Image.Exif()
    exif[0x0112] = 6
    image.convert("CMYK").save(tmp_path / "cmyk.tif")
    image.convert("P").save(tmp_path / "palette.gif")
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    Image.fromarray(grey.astype(np.uint16) * 16).save(tmp_path / "twelve.png")
    Image.fromarray(255 - grey).save(tmp_path / "inverted.png")
    for file in sorted(tmp_path.iterdir()):
        assert np.abs(read_picture(file, THINGS) - expected).mean() < 6, file.name


@pytest.mark.parametrize("schema", [STROKES, UCI, THINGS], ids=lambda schema: schema.name)
def test_numbers_that_are_not_finite_are_refused(schema: catalogue.Schema, tmp_path: Path) -> None:
    deep = np.zeros((40, 40), dtype=np.float32)
    deep[5, 7] = np.nan
    Image.fromarray(deep).save(tmp_path / "x.tif")
    with pytest.raises(PictureError, match=r"x\.tif holds values that are not finite"):
        read_picture(tmp_path / "x.tif", schema)
    with pytest.raises(PictureError, match="not finite"):
        picture_input(deep, schema)


EMPTY = {
    "black": np.zeros((90, 70)),
    "grey, 28×28": np.full((28, 28), 99.0),
    "one pixel": np.full((1, 1), 77.0),
    "grain": np.random.default_rng(0).normal(200, 4, (90, 90)),
    "random pixels": np.random.default_rng(1).uniform(0, 255, (90, 90)),
    "random pixels, 28×28": np.random.default_rng(2).uniform(0, 255, (28, 28)),
    "uneven light": 230 - np.add.outer(np.arange(90.0), np.arange(90.0)),
    "clear": np.zeros((50, 50, 4)),
}


@pytest.mark.parametrize("picture", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("schema", [STROKES, UCI, THINGS], ids=lambda schema: schema.name)
def test_a_picture_with_nothing_in_it_is_refused(schema: catalogue.Schema, picture: NDArray[np.float64]) -> None:
    with pytest.raises(PictureError, match="nothing stands out from the background"):
        picture_input(picture.astype(np.uint8), schema, "x.png")


def strips(sides: str, width: int, level: int = 0, side: int = 90) -> NDArray[np.uint8]:
    """White paper with strips along some sides: l, r, t, b."""
    picture = np.full((side, side), 255, dtype=np.uint8)
    parts = {"l": np.s_[:, :width], "r": np.s_[:, -width:], "t": np.s_[:width], "b": np.s_[-width:]}
    for which in sides:
        picture[parts[which]] = level
    return picture


def empty_sheet(*, grain: float) -> NDArray[np.uint8]:
    """A sheet a little askew on a dark table that is seen at one side."""
    y, x = np.mgrid[:200, :200] / 200
    picture = np.where(x + 0.05 * y < 0.12, 60, 220) + np.random.default_rng(0).normal(0, grain, (200, 200))
    return np.clip(picture, 0, 255).astype(np.uint8)


NOTHING_WRITTEN = {
    "frame": np.pad(np.full((80, 80), 255, dtype=np.uint8), 10),
    "thin frame": strips("ltrb", 1),
    "grey frame": strips("ltrb", 6, 120),
    "three sides": strips("ltr", 9),
    "two sides": strips("lr", 7),
    "a corner": strips("lt", 5),
    "a side": strips("b", 12),
    "half": strips("l", 45),
    "ruled": (np.where(np.arange(200) % 25 < 2, 150, 245) * np.ones((200, 1))).astype(np.uint8),
    "finely ruled": (np.where(np.arange(200) % 20 < 1, 150, 245) * np.ones((200, 1))).astype(np.uint8),
    "a shadow": shaded(np.full((200, 200), 240.0), "askew", 0.5),
    "a table": empty_sheet(grain=0),
    "a table, grain": empty_sheet(grain=4),
}


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("picture", NOTHING_WRITTEN.values(), ids=NOTHING_WRITTEN)
@pytest.mark.parametrize("schema", [STROKES, THINGS], ids=lambda schema: schema.name)
def test_edges_frames_and_rulings_alone_are_nothing(
    schema: catalogue.Schema, picture: NDArray[np.uint8], inverted: bool
) -> None:
    with pytest.raises(PictureError, match="nothing stands out from the background"):
        picture_input(255 - picture if inverted else picture, schema)


@pytest.mark.parametrize("across", [0.0, 30.0, 40.0, 60.0])
def test_the_dots_of_two_colours_are_no_shade(across: float) -> None:
    """A bright line on black: dots round it are as dark as shade is beside ink."""
    line = Image.fromarray(prepare_strokes([[(across, 2.0), (60 - across, 98.0)]]))
    large = np.asarray(line.resize((140, 140), Image.Resampling.BICUBIC), dtype=np.float64) / 255
    dotted = np.asarray(Image.fromarray(255 - sheet(large)).convert("1")).astype(np.float64)
    assert without_shadow(dotted) is dotted


def test_two_broad_lines_at_a_corner_may_be_a_digit() -> None:
    assert is_edge(strips("tr", 6) == 0)
    assert not is_edge(strips("tr", 16) == 0)
    assert is_edge(strips("tb", 16) == 0)
    for digit in PEN:
        assert not is_edge(cut(pen(digit)) > 0.4)


def test_small_digits_stand_upright_and_fill_the_height() -> None:
    leaning = np.full((120, 120), 255, dtype=np.uint8)
    for row in range(10, 110):
        left = 80 - round(0.5 * row)
        leaning[row, left : left + 9] = 0
    found = picture_input(leaning, UCI)[0]
    assert found[[0, -1]].any(axis=1).all()
    assert np.ptp(np.flatnonzero(found.max(axis=0) > 60)) <= 3
