"""What is paper in a picture: which part is the sheet, whether that is bright or dark, and how bright it is where.

Area alone does not tell paper from ink: a bold digit that is cropped closely covers more than half of its picture.
Nor does the rim alone: scanners, cameras and screenshots put frames there. So the even bands along the edges are gone
through from outside to inside, and the paper is the innermost that lies on all four sides of what is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.pictures.light import Light
from engine.data.pictures.rulings import evened

Mask = NDArray[np.bool_]

_FRAMED_PAPER = 0.55
"""The least share of what a frame encloses that is paper; with less, the "frame" is a digit with straight sides."""
_BARE_PAPER = 0.2
"""The least share of a picture without a frame that is paper; with less, what lies at the rim is a printed line."""
_RIM = 0.75
"""The share of the rim from which on it is taken for paper."""
_SPECKLED = 60
"""More pieces than these are the dots of print or of a picture of two colours; single pixels are then passed over."""
_THICK = 0.3
"""Half the thickness of the boldest line, as a share of the picture's side."""
_SHEET, _CARD = 0.86, 0.92
"""The least share of its bounding rectangle that a sheet seen askew fills, and one that nowhere reaches the rim: a disc
fills 0.79, the bold 0 of a narrow typeface 0.90."""
_EDGE = 0.25
"""The least change of brightness at the edge of a sheet; a shadow or uneven light has no such edge."""


@dataclass(frozen=True)
class Paper:
    """The sheet in a picture.

    ``area`` is the part of the picture (rows, columns) that is not frame; ``inside`` says for each of its pixels
    whether it belongs to the sheet; ``level`` is the usual brightness of bare paper.
    """

    area: tuple[slice, slice]
    inside: Mask
    level: float


def find_paper(grey: Light) -> Paper:
    """The paper of a picture, H×W with brightness from 0 to 1."""
    area, level = _within_frames(grey)
    part = grey[area]
    bright = part > otsu(part)
    inside = np.ones(part.shape, dtype=bool)
    sheet = _sheet(part, bright)
    if sheet is not None:
        inside, paper_is_bright = sheet
    elif level is not None:
        return Paper(area, inside, level)
    else:
        paper_is_bright = _colour_of_paper(part, bright)
    return Paper(area, inside, float(np.median(part[inside & (bright == paper_is_bright)])))


def paper_surface(grey: Light, paper: Paper) -> tuple[Light, float]:
    """The brightness of the bare paper everywhere in its area, and the usual deviation from it (its grain).

    A smooth surface of the second degree is fitted to what is not ink, again and again with a closer limit.
    """
    part = grey[paper.area]
    height, width = part.shape
    sparse = max(1, min(height, width) // 40)  # every so manieth pixel is enough for so smooth a surface
    inside = paper.inside[::sparse, ::sparse].ravel()
    values = part[::sparse, ::sparse].ravel()[inside]
    start = float((np.abs(values - paper.level) < 0.35).mean())
    degree = 2 if min(height, width) >= 24 and start > 0.3 else 0
    basis = _surface(height, width, degree, sparse)[inside]
    solution: NDArray[np.float64] = np.zeros(basis.shape[1])
    solution[0] = paper.level
    limit, spread = 0.35, 0.0
    for _ in range(4):
        near = np.abs(values - basis @ solution) < limit
        if near.sum() < 4 * basis.shape[1]:
            break
        solution = np.asarray(np.linalg.lstsq(basis[near], values[near], rcond=None)[0], dtype=np.float64)
        spread = 1.4826 * float(np.median(np.abs(values - basis @ solution)[near]))
        limit = float(np.clip(3.0 * spread, 0.04, limit))
    return (_surface(height, width, degree, 1) @ solution).reshape(part.shape), spread


def otsu(grey: Light) -> float:
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


def _within_frames(grey: Light) -> tuple[tuple[slice, slice], float | None]:
    """The area within all frames, and the level of the paper that surrounds what is written there (or None)."""
    height, width = grey.shape
    steps = np.abs(np.diff(grey, axis=1)) if width > 1 else np.zeros(1)
    tolerance = float(np.clip(5.0 * np.median(steps), 0.08, 0.25))
    top, bottom, left, right = 0, height, 0, width
    runs: list[list[tuple[float, int]]] = [[], [], [], []]  # level and innermost line, of the bands of each side
    while top < bottom and left < right:
        part = grey[top:bottom, left:right]
        bands = [_band(lines, tolerance) for lines in (part, part[::-1], part.T, part.T[::-1])]
        if not any(count for count, _ in bands):
            break
        if bands[0][0] == len(part) or bands[2][0] == part.shape[1]:
            break  # all of it is even: that is what is written
        top, bottom = top + bands[0][0], bottom - bands[1][0]
        left, right = left + bands[2][0], right - bands[3][0]
        for run, (count, level), begins in zip(runs, bands, (top, bottom, left, right), strict=True):
            if count and run and abs(run[-1][0] - level) < 1.5 * tolerance:
                run[-1] = (run[-1][0], begins)
            elif count:
                run.append((level, begins))
    return _innermost(grey, runs, tolerance)


def _innermost(
    grey: Light, runs: list[list[tuple[float, int]]], tolerance: float
) -> tuple[tuple[slice, slice], float | None]:
    """The paper among the bands: the innermost level that all four sides have, if enough lies within it."""
    height, width = grey.shape
    whole = (slice(0, height), slice(0, width))
    for level in [level for run in runs for level, _ in reversed(run)]:
        places = _places(runs, level, tolerance)
        if places is None:
            continue
        edges = zip(runs, places, (0, height, 0, width), strict=True)
        begins = [run[place - 1][1] if place else edge for run, place, edge in edges]
        area = (slice(begins[0], begins[1]), slice(begins[2], begins[3]))
        share = float((np.abs(grey[area] - level) < 1.5 * tolerance).mean())
        if share < (_FRAMED_PAPER if any(places) else _BARE_PAPER):
            continue
        return area, level
    return whole, None


def _places(runs: list[list[tuple[float, int]]], level: float, tolerance: float) -> list[int] | None:
    """The number of the innermost band of about this level on each side, or None where it is not all around.

    On a side where what is written reaches the frame, the frame must be the one that the other sides have.
    """

    def last(run: list[tuple[float, int]], level: float) -> int | None:
        return next((n for n in reversed(range(len(run))) if abs(run[n][0] - level) < 1.5 * tolerance), None)

    places = [last(run, level) for run in runs]
    around = [outer for run, place in zip(runs, places, strict=True) for outer, _ in run[: place or 0]]
    if places.count(None) in (1, 2):
        for side, run in enumerate(runs):
            if places[side] is None and run and any(abs(run[-1][0] - outer) < 1.5 * tolerance for outer in around):
                places[side] = len(run)
    return [place for place in places if place is not None] if None not in places else None


def _band(lines: Light, tolerance: float) -> tuple[int, float]:
    """How many lines from the first on are even and alike, and their level.

    At both ends of a line something else may be, as the round corners of a frame, and at one end the soft edge of
    another frame; more than that at one end may be a digit.
    """
    levels = np.median(lines, axis=1)
    off = np.abs(lines - levels[:, None]) > tolerance
    length = lines.shape[1]
    ends = length // 8
    middle = off[:, ends : length - ends].sum(axis=1) <= length // 100
    before, after = off[:, :ends].sum(axis=1), off[:, length - ends :].sum(axis=1)
    even = middle & ((np.maximum(before, after) <= 2) | ((before > 0) & (after > 0)))
    even[1:] &= np.abs(np.diff(levels)) <= 0.5 * tolerance
    count = len(even) if even.all() else int(even.argmin())
    return count, float(np.median(levels[:count])) if count else 0.0


def _sheet(grey: Light, bright: Mask) -> tuple[Mask, bool] | None:
    """The sheet of paper on something else that is seen at the rim: where it is, and whether it is bright."""
    from scipy import ndimage  # here, since most of the program never needs it and it takes long to load

    if min(bright.shape) < 24:
        return None
    rim = _rim(bright)
    for colour in (True, False):
        if float((rim == colour).mean()) > 0.97:
            continue
        labels, count = ndimage.label(bright == colour)
        if count == 0:
            continue
        largest = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
        filled = ndimage.binary_fill_holes(largest)
        whole = float(filled.mean())
        written = 1.0 - float(largest.sum()) / float(filled.sum())
        if whole < 0.2 or not 0.004 < written < 0.35:
            continue
        least = _SHEET if _rim(filled).any() else _CARD
        if whole / _rectangle(filled) > least and _drop(grey, filled) > _EDGE:
            return ndimage.binary_erosion(filled, iterations=2, border_value=1), colour
    return None


def _drop(grey: Light, filled: Mask) -> float:
    """How much the brightness changes within a few pixels across the edge of a shape."""
    from scipy import ndimage

    outside = ndimage.binary_dilation(filled, iterations=4) & ~ndimage.binary_dilation(filled, iterations=1)
    within = filled & ~ndimage.binary_erosion(filled, iterations=4, border_value=1)
    return abs(float(np.median(grey[within])) - float(np.median(grey[outside]))) if outside.any() else 0.0


def _rectangle(filled: Mask) -> float:
    """The smallest rectangle around a shape, turned by up to 45 degrees, as a share of the picture."""
    rows = np.flatnonzero(filled.any(axis=1))
    first = filled[rows].argmax(axis=1)
    last = filled.shape[1] - 1 - filled[rows][:, ::-1].argmax(axis=1)
    y = np.concatenate([rows, rows]).astype(np.float64)
    x = np.concatenate([first, last]).astype(np.float64)
    angles = np.deg2rad(np.arange(-45, 46, 1.5))
    along = np.outer(np.cos(angles), x) + np.outer(np.sin(angles), y)
    across = np.outer(np.cos(angles), y) - np.outer(np.sin(angles), x)
    areas = (np.ptp(along, axis=1) + 1) * (np.ptp(across, axis=1) + 1)
    return float(areas.min()) / filled.size


def _colour_of_paper(grey: Light, bright: Mask) -> bool:
    """Whether paper is the bright part, where no band of it surrounds what is written."""
    from scipy import ndimage

    grey = evened(grey)
    bright = grey > otsu(grey)
    if min(bright.shape) >= 24 and sum(ndimage.label(bright == colour)[1] for colour in (False, True)) > _SPECKLED:
        grey = ndimage.median_filter(grey, 3, mode="nearest")
        bright = grey > otsu(grey)
    # Cropped closely, a digit is one piece that reaches all four sides, and the paper several pieces beside it.
    near = 1 + max(bright.shape) // 40
    joined = []
    for colour in (False, True):
        largest = _largest(bright == colour)
        sides = (largest[:near], largest[-near:], largest[:, :near], largest[:, -near:])
        whole = int(largest.sum()) > 0.85 * int((bright == colour).sum())
        joined.append(whole and all(side.any() for side in sides) and _is_stroke(largest))
    if joined[0] != joined[1]:
        return joined[0]
    # Thin lines darker than what is around them vanish as the picture is closed, brighter ones as it is opened.
    reach = max(3, min(bright.shape) // 14)
    padded = np.pad(grey, reach, mode="edge").astype(np.float32)
    dark_lines = float((ndimage.grey_closing(padded, (reach, reach)) - padded).mean())
    bright_lines = float((padded - ndimage.grey_opening(padded, (reach, reach))).mean())
    if max(dark_lines, bright_lines) > max(0.01, 2.5 * min(dark_lines, bright_lines)):
        return dark_lines > bright_lines
    share = float(_rim(bright).mean())
    rim_is_bright = share > 0.5
    if max(share, 1 - share) >= _RIM:
        return rim_is_bright
    area = float(bright.mean())
    return rim_is_bright if 0.4 < area < 0.6 else area > 0.5


def _largest(pieces: Mask) -> Mask:
    """The largest connected piece."""
    from scipy import ndimage

    labels, _count = ndimage.label(pieces, structure=np.ones((3, 3)))
    areas = np.bincount(labels.ravel())[1:]
    return np.asarray(labels == 1 + int(areas.argmax())) if len(areas) else pieces


def _is_stroke(piece: Mask) -> bool:
    """Whether a piece is nowhere thicker than a pen's line; what the edge of the picture cuts off goes on behind it.

    Unless it ends all along one side, as the stem of a 1 or the bar of a 7 that is cropped to its edge.
    """
    from scipy import ndimage

    reach = round(_THICK * float(np.sqrt(piece.size)))
    padded = np.pad(piece, max(1, reach), mode="edge")
    turned = [np.rot90(padded, turns) for turns in range(4)]  # views: their first rows are the four sides
    full = [n for n, side in enumerate(turned) if float(side[0, reach:-reach].mean()) > 0.8] if reach else []
    if len(full) == 1:
        turned[full[0]][:reach] = False
    distances = ndimage.distance_transform_cdt(padded, "chessboard")
    return 0 <= int(distances.max()) < reach


def _rim(bright: Mask) -> Mask:
    return np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])


def _surface(height: int, width: int, degree: int, step: int) -> NDArray[np.float64]:
    """Powers of the place up to `degree`, the constant first: one row for every `step`-th pixel each way."""
    y, x = np.meshgrid(np.linspace(-1, 1, height)[::step], np.linspace(-1, 1, width)[::step], indexing="ij")
    terms = [x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.stack([term.ravel() for term in terms], axis=1)
