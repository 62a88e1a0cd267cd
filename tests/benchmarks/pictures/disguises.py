"""The ways in which a digit reaches a network: each makes a picture file of the digit's ink.

The ink is H×W, 0 (paper) to 1, with the margin that MNIST's pictures have. ``WAYS`` lists them by group and name.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Ink = NDArray[np.float64]
Grey = NDArray[np.float64]
Chance = np.random.Generator
Way = Callable[[Ink, Chance], bytes]
"""Ink at 28×28 -> the bytes of a picture file."""


def enlarged(ink: Ink, side: int) -> Ink:
    """The ink at ``side``×``side`` with edges as sharp as a pen's."""
    image = Image.fromarray(ink.astype(np.float32)).resize((side, side), Image.Resampling.BICUBIC)
    return np.clip((np.asarray(image, dtype=np.float64) - 0.5) * max(1.0, side / 56) + 0.5, 0.0, 1.0)


def saved(pixels: NDArray[Any] | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture file; floating-point numbers are greys from 0 to 255."""
    if not isinstance(pixels, Image.Image):
        if pixels.dtype.kind == "f":
            pixels = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
        pixels = Image.fromarray(pixels)
    file = io.BytesIO()
    pixels.save(file, kind, **options)
    return file.getvalue()


def cropped(ink: Ink, margin: int) -> Ink:
    """Cut to what is more than faint, and ``margin`` pixels added."""
    rows, columns = np.flatnonzero((ink > 0.02).any(axis=1)), np.flatnonzero((ink > 0.02).any(axis=0))
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(part, margin)


def sheet(ink: Ink, dark: float = 25.0, paper: float = 240.0) -> Grey:
    """Dark ink on bright paper."""
    return paper + (dark - paper) * ink


def bold(ink: Ink, reach: int) -> Ink:
    """The ink with its lines ``reach`` pixels wider on each side."""
    image = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    grown = image.filter(ImageFilter.MaxFilter(2 * reach + 1))
    return np.asarray(grown, dtype=np.float64) / 255


def framed(
    width: int, colour: tuple[int, int, int], *, inset: int = 0, dark: bool = True, side: int | None = None
) -> Way:
    """A frame of ``width`` pixels in a picture of 224×224, ``inset`` pixels from the edge.

    The digit has ``side`` pixels with its margins: all but the frame, unless it is to reach under the frame.
    """

    def way(ink: Ink, _rng: Chance) -> bytes:
        room = side or 224 - 2 * (width + inset)
        large = np.pad(enlarged(ink, room), (224 - room) // 2)
        grey = sheet(large) if dark else 255 - sheet(large)
        pixels = np.stack([np.rint(grey).astype(np.uint8)] * 3, axis=2)
        inner = np.zeros((224, 224), dtype=bool)
        inner[inset : 224 - inset, inset : 224 - inset] = True
        inner[inset + width : 224 - inset - width, inset + width : 224 - inset - width] = False
        pixels[inner] = colour
        return saved(pixels)

    return way


def edged(*sides: str, width: int = 24, grey: float = 20.0, noise: float = 0.0) -> Way:
    """Dark strips along some edges only, as scanners leave them."""

    def way(ink: Ink, rng: Chance) -> bytes:
        picture = sheet(np.pad(enlarged(ink, 176), 24)) + rng.normal(0, noise, (224, 224))
        strips = {
            "left": np.s_[:, :width],
            "right": np.s_[:, -width:],
            "top": np.s_[:width],
            "bottom": np.s_[-width:],
        }
        for side in sides:
            picture[strips[side]] = grey
        return saved(picture)

    return way


def rounded(ink: Ink, _rng: Chance) -> bytes:
    """White paper with round corners on black."""
    picture = sheet(enlarged(ink, 224))
    y, x = np.mgrid[:224, :224]
    across, down = np.maximum(np.abs(x - 111.5) - 72, 0), np.maximum(np.abs(y - 111.5) - 72, 0)
    return saved(np.where(np.hypot(across, down) > 40, 0, picture))


def tight(margin: int, *, bright: bool = False, side: int = 28, reach: int = 0) -> Way:
    """Cropped to the ink with ``margin`` pixels left."""

    def way(ink: Ink, _rng: Chance) -> bytes:
        large = enlarged(ink, side) if side != 28 else ink
        large = bold(large, reach) if reach else large
        part = cropped(large, margin)
        return saved(255 * part if bright else 255 - 255 * part)

    return way


def thick(reach: int) -> Way:
    """Lines wider by ``reach`` pixels a side in 140×140."""
    return lambda ink, _rng: saved(sheet(bold(enlarged(ink, 140), reach)))


def faint(contrast: float, *, grain: float = 0.0) -> Way:
    """Grey levels between paper and ink, on paper with some grain."""

    def way(ink: Ink, rng: Chance) -> bytes:
        return saved(sheet(enlarged(ink, 140), 235 - contrast, 235) + rng.normal(0, grain, (140, 140)))

    return way


def lined(distance: int, *, squared: bool, width: int = 2, level: float = 170.0, turn: float = 0.0) -> Way:
    """Ruled or squared paper, with the digit's pen darker than the lines."""

    def way(ink: Ink, rng: Chance) -> bytes:
        y, x = np.mgrid[:280, :280].astype(float)
        x, y = x + turn * y, y - turn * x
        lines = (y + rng.integers(distance)) % distance < width
        if squared:
            lines |= (x + rng.integers(distance)) % distance < width
        paper = np.where(lines, level, 245.0)
        large = enlarged(ink, 280)
        return saved(paper + (30 - paper) * large)

    return way


def photographed(*, edge: bool = False, shadow: bool = False, grain: float = 5.0, quality: int = 70) -> Way:
    """Uneven light, grain and JPEG; also with a shadow across, or the sheet's edge in view."""

    def way(ink: Ink, rng: Chance) -> bytes:
        height, width = 480, 640
        large = enlarged(ink, 260)
        paper = np.full((height, width), 215.0)
        top, left = rng.integers(70, 150), rng.integers(150, 230)
        part = paper[top : top + 260, left : left + 260]
        part += (45 - 215) * large
        y, x = np.mgrid[:height, :width] / height
        light = 1.05 - 0.25 * x * rng.uniform(0.4, 1) - 0.2 * y * rng.uniform(0.4, 1)
        if shadow:
            light = light * np.where(x - 0.4 * y > 0.9, 0.72, 1.0)
        picture = paper * light
        if edge:
            slope = rng.uniform(-0.08, 0.08)
            picture = np.where(x + slope * y < 0.12, 70.0, picture)
            picture = np.where(y - slope * x > 0.93, 60.0, picture)
        picture = picture + rng.normal(0, grain, picture.shape)
        image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))
        return saved(image.convert("RGB"), "JPEG", quality=quality)

    return way


def card(ink: Ink, rng: Chance) -> bytes:
    """A white card on a dark table, a little turned, all its edges in view."""
    image = Image.fromarray(sheet(enlarged(ink, 200)).astype(np.uint8)).convert("RGBA")
    table = Image.new("L", (300, 300), 50)
    turned = image.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)
    table.paste(turned.convert("L"), (45, 40), turned)
    pixels = np.asarray(table) + rng.normal(0, 3, (300, 300))
    return saved(pixels, "JPEG", quality=80)


def clear(ink_level: int, hidden: int) -> Way:
    """Ink of one grey on a transparent sheet whose hidden colour is another."""

    def way(ink: Ink, _rng: Chance) -> bytes:
        alpha = np.rint(255 * enlarged(ink, 140)).astype(np.uint8)
        grey = np.where(alpha > 0, ink_level, hidden).astype(np.uint8)
        return saved(Image.merge("RGBA", [Image.fromarray(plane) for plane in (grey, grey, grey, alpha)]))

    return way


def in_mode(mode: str, kind: str = "PNG", *, bright: bool = False) -> Way:
    """A drawing in another mode of Pillow."""

    def way(ink: Ink, _rng: Chance) -> bytes:
        grey = sheet(enlarged(ink, 140))
        image = Image.fromarray(np.rint(255 - grey if bright else grey).astype(np.uint8))
        return saved(image.convert("RGB").convert(mode) if mode in ("CMYK", "P") else image.convert(mode), kind)

    return way


def deep(highest: int, *, bright: bool = False) -> Way:
    """16-bit greys from 0 to ``highest``."""

    def way(ink: Ink, _rng: Chance) -> bytes:
        grey = sheet(enlarged(ink, 140)) / 255
        return saved(np.rint((1 - grey if bright else grey) * highest).astype(np.uint16))

    return way


def turned(ink: Ink, _rng: Chance) -> bytes:
    """Lying on its side, with the note of how to turn it that cameras write."""
    image = Image.fromarray(sheet(enlarged(ink, 140)).astype(np.uint8)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image, "JPEG", exif=exif, quality=90)


def placed(side: int, size: tuple[int, int], at: tuple[int, int] | None = None, *, bright: bool = False) -> Way:
    """A digit whose ink is ``side`` pixels high, somewhere in a picture of ``size`` (height, width)."""

    def way(ink: Ink, rng: Chance) -> bytes:
        part = cropped(ink, 0)
        scale = side / max(part.shape)
        small = Image.fromarray(part.astype(np.float32)).resize(
            (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))), Image.Resampling.HAMMING
        )
        digit = np.clip(np.asarray(small, dtype=np.float64), 0, 1)
        whole = np.zeros(size)
        room = size[0] - digit.shape[0], size[1] - digit.shape[1]
        top, left = at or (int(rng.integers(room[0] + 1)), int(rng.integers(room[1] + 1)))
        top, left = min(top, room[0]), min(left, room[1])
        whole[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
        return saved(255 - sheet(whole) if bright else sheet(whole))

    return way


def plain(side: int, *, bright: bool = False) -> Way:
    """Nothing done to it but enlarging."""
    return lambda ink, _rng: saved(
        255 - sheet(enlarged(ink, side)) if bright else sheet(enlarged(ink, side))
    )


BLACK, GREY, RED, WHITE = (0, 0, 0), (128, 128, 128), (200, 30, 30), (255, 255, 255)

WAYS: dict[str, dict[str, Way]] = {
    "plain": {
        "dark on bright, 28": plain(28),
        "dark on bright, 140": plain(140),
        "bright on dark, 140": plain(140, bright=True),
    },
    "tight": {
        "no margin, dark": tight(0),
        "no margin, bright": tight(0, bright=True),
        "2 px, dark": tight(2),
        "2 px, bright": tight(2, bright=True),
        "no margin, ×5, dark": tight(0, side=140),
        "no margin, ×5, bright": tight(0, side=140, bright=True),
        "bold, no margin, dark": tight(0, side=140, reach=4),
        "bold, no margin, bright": tight(0, side=140, reach=4, bright=True),
        "bold, 2 px, dark": tight(2, side=140, reach=4),
        "bold, 2 px, bright": tight(2, side=140, reach=4, bright=True),
    },
    "framed": {
        **{f"black, {width} px": framed(width, BLACK) for width in (1, 2, 3, 6, 12, 18, 24)},
        "black, 12 px, over the margin": framed(12, BLACK, side=224),
        "grey, 12 px": framed(12, GREY),
        "red, 12 px": framed(12, RED),
        "white round bright ink, 12 px": framed(12, WHITE, dark=False),
        "black, 3 px, 8 px from the edge": framed(3, BLACK, inset=8),
        "black, 8 px, 8 px from the edge": framed(8, BLACK, inset=8),
        "one side": edged("left"),
        "two sides": edged("left", "top", noise=4),
        "three sides": edged("left", "top", "right"),
        "grey strip": edged("bottom", grey=130),
        "round corners": rounded,
    },
    "bold": {f"{reach} px wider": thick(reach) for reach in (2, 4, 6)},
    "faint": {
        "60 levels": faint(60),
        "25 levels": faint(25),
        "12 levels": faint(12),
        "25 levels, grain 3": faint(25, grain=3),
    },
    "lined": {
        "ruled": lined(40, squared=False),
        "squared": lined(24, squared=True),
        "squared, dark lines": lined(28, squared=True, level=120),
        "squared, askew": lined(28, squared=True, turn=0.04),
    },
    "photographed": {
        "uneven light": photographed(),
        "shadow": photographed(shadow=True),
        "grain 15, JPEG 30": photographed(grain=15, quality=30),
        "sheet's edge": photographed(edge=True),
        "edge and shadow": photographed(edge=True, shadow=True),
        "card on a table": card,
    },
    "transparent": {
        "black on clear black": clear(0, 0),
        "black on clear white": clear(0, 255),
        "white on clear black": clear(255, 0),
        "white on clear white": clear(255, 255),
        "grey on clear": clear(128, 0),
    },
    "kinds of file": {
        "16 bits": deep(65_535),
        "16 bits, bright": deep(65_535, bright=True),
        "12 of 16 bits": deep(4_095),
        "1 bit": in_mode("1"),
        "1 bit, bright": in_mode("1", bright=True),
        "palette": in_mode("P"),
        "GIF": in_mode("P", "GIF"),
        "CMYK JPEG": in_mode("CMYK", "JPEG"),
        "CMYK TIFF": in_mode("CMYK", "TIFF"),
        "turned by EXIF": turned,
    },
    "sizes": {
        "14 px at the edge of 150": placed(14, (150, 150), (0, 140)),
        "14 px at the edge, bright": placed(14, (150, 150), (136, 3), bright=True),
        "14 px somewhere in 150": placed(14, (150, 150)),
        "40 px in 600×800": placed(40, (600, 800)),
        "120 px in 3000×4000": placed(120, (3000, 4000)),
        "2400 px in 3000×4000": placed(2400, (3000, 4000)),
        "10 px in 12×12": placed(10, (12, 12)),
        "10 px in 12×12, bright": placed(10, (12, 12), bright=True),
        "20 px in 22×300": placed(20, (22, 300)),
    },
}
