"""Finding what was written in any picture.

Photographs, scans and screenshots come in either polarity, with uneven light, specks, ruled lines, and the edge of the
sheet in view. This module finds what was written and hands back its darkness alone, so that the rest can treat every
picture like a clean drawing. What is paper is told by ``paper``, after ``shadow`` has lit up shadows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.data.ink import BOX, Floats
from engine.data.pictures.edge import is_edge
from engine.data.pictures.light import InkError, Light, light, shrink
from engine.data.pictures.paper import Mask, find_paper, paper_surface
from engine.data.pictures.rulings import without_rulings
from engine.data.pictures.shadow import without_shadow

__all__ = ["InkError", "find_ink", "fit_into_box"]

_WORK = 160
"""Longer side, in pixels, at which ink is looked for; larger pictures are averaged down first."""
LARGE = 8 * _WORK
"""Longer side, in pixels, from which on whole blocks are averaged first."""
_THINNEST = 1.6
"""Lines thinner than this in the finished picture are thickened (MNIST's thinnest pens)."""
_EVEN = 0.9
"""What is so bright nearly everywhere, and most of the picture, is the paper within an empty frame, and no thing."""
_CHANCE = 0.1
"""Neighbouring pixels that are less alike than this (their correlation) are noise and no picture."""


def find_ink(picture: NDArray[np.generic]) -> Floats | None:
    """The written part of a picture, cropped: float32 h×w, 0 (paper) to 1 (full ink), or None if there is none.

    Raises:
        InkError: if `picture` is not H×W or H×W×(1 to 4), has no pixels, or holds numbers that are not finite.
    """
    grey = without_shadow(light(np.asarray(picture), LARGE))
    for _ in range(4):  # writing that is small in the picture is looked at again from nearer
        if not has_contrast(grey):
            return None
        small = shrink(grey, _WORK)
        found = _find(small)
        if found is None:
            return None
        ink, (top, bottom, left, right) = found
        scale = max(grey.shape) / max(small.shape)
        size = max(bottom - top, right - left)
        if scale <= 1.0 or size > 0.5 * max(small.shape):
            return ink
        margin = max(4.0, 0.3 * size)
        rows = slice(max(0, int((top - margin) * scale)), int((bottom + margin) * scale) + 1)
        columns = slice(max(0, int((left - margin) * scale)), int((right + margin) * scale) + 1)
        grey = grey[rows, columns]
    return ink


def find_written(picture: NDArray[np.generic]) -> Floats | None:
    """What stands out from the ground of any picture, cropped, with all its shades: float32 h×w, 0 (ground) to 1.

    Unlike `find_ink`, shades are left as they are, and everything that stands out belongs to it: an image of a thing
    is no line of even darkness, and may lie in several pieces.

    Raises:
        InkError: as `find_ink`.
    """
    grey = light(np.asarray(picture), LARGE)
    if not has_contrast(grey):
        return None
    grey = shrink(grey, _WORK)
    low, high = float(grey.min()), float(grey.max())
    if _find(grey) is None or high == low:
        return None
    grey = (grey - low) / (high - low)
    raised, grain = _raised(grey)
    seen = raised > max(0.05, 4.0 * grain)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if len(rows) == 0:
        return None
    found = np.clip(raised[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / float(raised.max()), 0.0, 1.0)
    is_paper = found.size > 0.5 * grey.size and float(np.quantile(found, 0.05)) > _EVEN
    return None if is_paper else found


def thickened(ink: Floats, least: float) -> Floats:
    """Ink whose lines are `least` pixels wide or more: thinner ones grow on both sides, and the picture with them."""
    thickness = _thickness(ink)
    reach = round((least - thickness) / 2)
    if thickness <= 0 or reach <= 0:
        return ink
    image = Image.fromarray((np.pad(ink, reach) * 255).astype(np.uint8))
    for _ in range(reach):
        image = image.filter(ImageFilter.MaxFilter(3))
    return np.asarray(image, dtype=np.float32) / np.float32(255.0)


def has_contrast(grey: Light) -> bool:
    """Whether there is anything but one brightness, or noise."""
    low, high = float(grey.min()), float(grey.max())
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        return False
    if min(grey.shape) < 12:
        return True
    even = (grey - grey.mean()) / (high - low)
    spread = float((even * even).mean())
    alike = max(float((even[1:] * even[:-1]).mean()), float((even[:, 1:] * even[:, :-1]).mean()))
    return alike > _CHANCE * spread


def _find(grey: Light) -> tuple[Floats, tuple[int, int, int, int]] | None:
    """The ink, cropped, and where it lies: first and one-past-last row, first and one-past-last column."""
    low, high = float(grey.min()), float(grey.max())
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        return None
    grey = (grey - low) / (high - low)
    raised, grain = _raised(grey)
    ink, core = _above_noise(without_rulings(raised, grain), grain)
    if ink is None or is_edge(core):
        return None
    ink = np.where(_written(core), ink, np.float32(0.0))
    filled = ink > 0.1
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if len(rows) == 0:
        return None
    box = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    return ink[box[0] : box[1], box[2] : box[3]], box


def fit_into_box(ink: Floats) -> Floats:
    """Scale ink h×w (0 to 1) with its aspect kept so that its longer side is 20 pixels; thin lines are thickened."""
    ink = thickened(ink, _THINNEST * max(ink.shape) / BOX) if max(ink.shape) > BOX else ink
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size != (width, height):
        image = Image.fromarray(np.ascontiguousarray(ink, dtype=np.float32))
        ink = np.asarray(image.resize(size, Image.Resampling.HAMMING), dtype=np.float32)
    peak = float(ink.max())
    return np.clip(ink / np.float32(peak), 0.0, 1.0) if peak > 0 else np.zeros_like(ink)


def _raised(grey: Light) -> tuple[Floats, float]:
    """How far each pixel of the picture (0 to 1) differs from bare paper, ink being positive; and the paper's grain."""
    paper = find_paper(grey)
    surface, grain = paper_surface(grey, paper)
    inside = np.where(paper.inside, grey[paper.area] - surface, 0.0)
    raised = np.zeros(grey.shape, dtype=np.float32)
    raised[paper.area] = inside if _ink_is_bright(inside) else -inside
    return raised, grain


def _ink_is_bright(raised: Light) -> bool:
    """Whether what stands out most is brighter than paper; what lies at the rim counts where there is nothing else."""
    strong = np.where(np.abs(raised) > 0.5 * float(np.abs(raised).max(initial=0.0)), raised, 0.0)
    height, width = raised.shape
    margin_y, margin_x = height // 12, width // 12
    inner = strong[margin_y : height - margin_y, margin_x : width - margin_x]
    return float((inner if 10 * np.count_nonzero(inner) > np.count_nonzero(strong) else strong).sum()) > 0


def _above_noise(raised: Floats, grain: float) -> tuple[Floats | None, Mask]:
    """Ink 0 to 1 with the paper's grain taken away, and which pixels are surely ink."""
    nothing = np.zeros(raised.shape, dtype=bool)
    positive = raised[raised > max(0.04, 3.0 * grain)]
    if len(positive) == 0:
        return None, nothing
    full = float(np.percentile(positive, 90))
    if full < 6.0 * grain and full < 0.5:
        return None, nothing
    floor = min(3.0 * grain, 0.5 * full)
    ink = np.clip((raised - floor) / max(full - floor, 1e-6), 0.0, 1.0).astype(np.float32)
    return ink, ink > 0.4


def _written(core: Mask) -> Mask:
    """Where the writing is: the large connected parts of the sure ink, without specks and without what frames it."""
    from scipy import ndimage  # here, since most of the program never needs it and it takes long to load

    labels, count = ndimage.label(core, structure=np.ones((3, 3)))
    if count == 0:
        return core
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    height, width = core.shape
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    contact = np.bincount(rim, minlength=count + 1)[1:]
    inside = contact == 0
    keep = np.ones(count, dtype=bool)
    if inside.any() and min(height, width) >= 12:
        best = int(areas[inside].argmax())
        found = ndimage.find_objects(labels)[int(np.flatnonzero(inside)[best])]
        extent = max(found[0].stop - found[0].start, found[1].stop - found[1].start) / max(height, width)
        # Much of the rim is never a digit's; else what lies at the rim is left out for something of its own size.
        if areas[inside][best] >= max(6, 0.15 * int(areas.max())) or (extent > 0.2 and contact.sum() > 0.2 * len(rim)):
            keep &= inside
    largest = int(areas[keep].max())
    keep &= areas >= max(0.04 * largest, min(3, largest))
    wanted = np.concatenate(([False], keep))[labels]
    # The soft rim of what is kept belongs to it; the rim of what is dropped does not.
    near: Mask = ndimage.binary_dilation(wanted, structure=np.ones((3, 3)), iterations=2)
    near &= wanted | ~core
    return near


def _thickness(ink: Floats) -> float:
    """Mean width of the lines in pixels: twice the area over the length of the outline."""
    padded = np.pad(ink, 1)
    area = float(ink.sum())
    outline = float(np.hypot(np.diff(padded, axis=0)[:, :-1], np.diff(padded, axis=1)[:-1, :]).sum())
    return 2.0 * area / outline if outline > 0 else 0.0
