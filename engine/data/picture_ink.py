"""Telling ink from paper in any picture.

Photographs, scans and screenshots come in either polarity, with uneven light, specks, and the edge of the sheet in
view. This module finds what was written and hands back its darkness alone, so that the rest can treat every picture
like a clean drawing.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.data.ink import BOX, Floats

_WORK = 160
"""Longer side, in pixels, at which ink is looked for; larger pictures are averaged down first."""
_LARGE = 8 * _WORK
"""Longer side, in pixels, from which on whole blocks are averaged first."""
_BAND = 2**18
"""About how many pixels are held as numbers of eight bytes at a time."""
_THINNEST = 1.6
"""Lines thinner than this in the finished picture are thickened (MNIST's thinnest pens)."""


class InkError(ValueError):
    """Strokes or a picture that cannot be prepared; the message says what was expected and what was found."""


def find_ink(picture: NDArray[np.generic]) -> Floats | None:
    """The written part of a picture, cropped: float32 h×w, 0 (paper) to 1 (full ink), or None if there is none.

    Raises:
        InkError: if `picture` is not H×W or H×W×(1 to 4), has no pixels, or holds numbers that are not finite.
    """
    grey = _shrink(_grey(np.asarray(picture), _LARGE), _WORK)
    low, high = float(grey.min()), float(grey.max())
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        return None
    grey = (grey - low) / (high - low)
    raised = (grey - _paper(grey)).astype(np.float32)
    raised = raised if _ink_is_bright(grey, raised) else -raised
    ink, core = _above_noise(raised)
    if ink is None:
        return None
    ink = np.where(_written(core), ink, np.float32(0.0))
    filled = ink > 0.1
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if len(rows) == 0:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit_into_box(ink: Floats) -> Floats:
    """Scale ink h×w (0 to 1) with its aspect kept so that its longer side is 20 pixels; thin lines are thickened."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    thickness = _thickness(ink) * scale
    if 0 < thickness < _THINNEST and scale < 1:
        reach = round((_THINNEST - thickness) / scale / 2)
        if reach > 0:
            image = Image.fromarray((np.pad(ink, reach) * 255).astype(np.uint8))
            for _ in range(reach):
                image = image.filter(ImageFilter.MaxFilter(3))
            ink = np.asarray(image, dtype=np.float32) / np.float32(255.0)
            height, width = ink.shape
            scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size != (width, height):
        image = Image.fromarray(np.ascontiguousarray(ink, dtype=np.float32))
        ink = np.asarray(image.resize(size, Image.Resampling.HAMMING), dtype=np.float32)
    peak = float(ink.max())
    return np.clip(ink / np.float32(peak), 0.0, 1.0) if peak > 0 else np.zeros_like(ink)


def _grey(picture: NDArray[np.generic], longest: int) -> NDArray[np.float64]:
    """How bright the picture is, H×W; whole blocks averaged into one so that its longer side is `longest` at most.

    Done by bands of rows: as numbers of eight bytes a large photograph takes more memory than there is.
    """
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] not in (1, 2, 3, 4)):
        raise InkError(f"A picture must be H×W or H×W×C with 1 to 4 channels, but it is {_shape(picture)}.")
    if picture.size == 0:
        raise InkError(f"The picture is {_shape(picture)}: it has no pixels.")
    if picture.dtype.kind not in "buif":
        raise InkError(f"A picture must hold numbers, but it holds {picture.dtype}.")
    low, high = float(picture.min()), float(picture.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InkError("The picture holds values that are not finite (NaN or infinity).")
    most = 255.0 if (high <= 255 if picture.dtype.kind in "ui" else high > 1.0) else 1.0  # full opacity as written here
    largest = max(abs(low), abs(high))
    scale = largest if largest > 1e100 else 1.0
    most /= scale
    pixels = picture if picture.ndim == 3 else picture[:, :, None]
    block = ceil(max(picture.shape[:2]) / longest)
    rows = block * max(1, _BAND // (block * picture.shape[1]))
    bands = []
    for top in range(0, len(pixels), rows):
        planes = _light(pixels[top : top + rows].astype(np.float64) / scale, most)
        bands.append([_averaged(plane, block) for plane in planes])
    light, alpha, lit = (np.concatenate(planes) for planes in zip(*bands, strict=True))
    if float(alpha.min()) > 0.99:
        return light
    # A drawing on a transparent sheet: lay it on the sheet that it stands out from.
    opaque = float(lit.sum() / max(float(alpha.sum()), 1e-12))
    sheet = 0.0 if opaque > most / 2 else most
    return lit + sheet * (1.0 - alpha)


def _light(band: NDArray[np.float64], most: float) -> tuple[NDArray[np.float64], ...]:
    """Brightness and opacity (0 to 1) of h×w×C pixels, and their product, each h×w."""
    colours = band.shape[2]
    light = band[:, :, :3] @ np.array([0.299, 0.587, 0.114]) if colours >= 3 else band[:, :, 0]
    alpha = np.clip(band[:, :, -1] / most, 0.0, 1.0) if colours in (2, 4) else np.ones_like(light)
    return light, alpha, light * alpha


def _averaged(plane: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """The means of block×block values; those at the lower and right edge may be of fewer."""
    if block == 1:
        return plane
    down, across = np.arange(0, plane.shape[0], block), np.arange(0, plane.shape[1], block)
    sums = np.add.reduceat(np.add.reduceat(plane, down, axis=0), across, axis=1)
    counts = np.outer(np.diff(down, append=plane.shape[0]), np.diff(across, append=plane.shape[1]))
    return np.asarray(sums / counts)


def _shape(picture: NDArray[np.generic]) -> str:
    return "×".join(str(size) for size in picture.shape) or "a single number"


def _shrink(grey: NDArray[np.float64], longest: int) -> NDArray[np.float64]:
    height, width = grey.shape
    factor = longest / max(height, width)
    if factor >= 1:
        return grey
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    low, high = float(grey.min()), float(grey.max())
    image = Image.fromarray(((grey - low) / max(high - low, 1e-300)).astype(np.float32))
    small = image.resize(size, Image.Resampling.BOX, reducing_gap=3.0)
    return np.asarray(small, dtype=np.float64)


def _paper(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """The brightness of the bare paper: a smooth surface of the second degree through what is not ink."""
    height, width = grey.shape
    degree = 2 if min(height, width) >= 8 else 0
    sparse = max(1, min(height, width) // 40)  # every so manieth pixel is enough for so smooth a surface
    values = grey[::sparse, ::sparse].ravel()
    basis = _surface(height, width, degree, sparse)
    solution: NDArray[np.float64] = np.zeros(basis.shape[1])
    solution[0] = _likely_paper(grey)
    limit = 0.35
    for _ in range(4):
        level = basis @ solution
        near = np.abs(values - level) < limit
        if near.sum() < 4 * basis.shape[1]:
            break
        solution = np.asarray(np.linalg.lstsq(basis[near], values[near], rcond=None)[0], dtype=np.float64)
        spread = 1.4826 * float(np.median(np.abs(values - basis @ solution)[near]))
        limit = float(np.clip(3.0 * spread, 0.04, limit))
    return (_surface(height, width, degree, 1) @ solution).reshape(grey.shape)


def _surface(height: int, width: int, degree: int, step: int) -> NDArray[np.float64]:
    """Powers of the place up to `degree`, the constant first: one row for every `step`-th pixel each way."""
    y, x = np.meshgrid(np.linspace(-1, 1, height)[::step], np.linspace(-1, 1, width)[::step], indexing="ij")
    terms = [x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.stack([term.ravel() for term in terms], axis=1)


def _likely_paper(grey: NDArray[np.float64]) -> float:
    """Paper is what most pixels are; where ink and paper share the picture evenly, what the border is."""
    threshold = _otsu(grey)
    bright = grey > threshold
    share = float(bright.mean())
    if 0.4 < share < 0.6:
        edge = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
        bright_paper = bool(edge.mean() > 0.5)
    else:
        bright_paper = share > 0.5
    return float(np.median(grey[bright == bright_paper]))


def _otsu(grey: NDArray[np.float64]) -> float:
    """The level that best parts two groups of pixels (Otsu, "A threshold selection method", 1979)."""
    counts, edges = np.histogram(grey, bins=64)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    valid = (below > 0) & (above > 0)
    lower = sums[:-1] / np.maximum(below, 1)
    upper = (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    between = np.where(valid, below * above * (upper - lower) ** 2, -1.0)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1:-1][int(best[len(best) // 2])])


def _ink_is_bright(grey: NDArray[np.float64], raised: Floats) -> bool:
    height, width = grey.shape
    margin_y, margin_x = height // 12, width // 12
    inner = raised[margin_y : height - margin_y, margin_x : width - margin_x]
    strong = inner[np.abs(inner) > 0.5 * float(np.abs(inner).max(initial=0.0))]
    return float(strong.sum()) > 0


def _above_noise(raised: Floats) -> tuple[Floats | None, NDArray[np.bool_]]:
    """Ink 0 to 1 with the paper's grain taken away, and which pixels are surely ink."""
    nothing = np.zeros(raised.shape, dtype=bool)
    noise = 1.4826 * float(np.median(np.abs(raised)))
    positive = raised[raised > max(0.04, 3.0 * noise)]
    if len(positive) == 0:
        return None, nothing
    full = float(np.percentile(positive, 90))
    if full < 6.0 * noise and full < 0.5:
        return None, nothing
    floor = min(3.0 * noise, 0.5 * full)
    ink = np.clip((raised - floor) / max(full - floor, 1e-6), 0.0, 1.0).astype(np.float32)
    return ink, ink > 0.4


def _written(core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the writing is: the large connected parts of the sure ink, without specks and without what frames it."""
    from scipy import ndimage  # here, since most of the program never needs it and it takes long to load

    labels, count = ndimage.label(core, structure=np.ones((3, 3)))
    if count == 0:
        return core
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    height, width = core.shape
    edges = np.zeros(count, dtype=np.int64)
    for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        present = np.unique(line)
        edges[present[present > 0] - 1] += 1
    inside = edges == 0
    keep = np.ones(count, dtype=bool)
    if inside.any() and min(height, width) >= 12:
        best = int(areas[inside].max())
        if best >= max(6, 0.15 * int(areas.max())):
            keep &= inside
    largest = int(areas[keep].max())
    keep &= areas >= max(0.04 * largest, min(3, largest))
    wanted = np.concatenate(([False], keep))[labels]
    # The soft rim of what is kept belongs to it; the rim of what is dropped does not.
    near: NDArray[np.bool_] = ndimage.binary_dilation(wanted, structure=np.ones((3, 3)), iterations=2)
    near &= wanted | ~core
    return near


def _thickness(ink: Floats) -> float:
    """Mean width of the lines in pixels: twice the area over the length of the outline."""
    padded = np.pad(ink, 1)
    area = float(ink.sum())
    outline = float(np.hypot(np.diff(padded, axis=0)[:, :-1], np.diff(padded, axis=1)[:-1, :]).sum())
    return 2.0 * area / outline if outline > 0 else 0.0
