"""Ruled and squared paper: its printed lines are taken away, so that a digit does not hang on them."""

from __future__ import annotations

import numpy as np

from engine.data.ink import Floats
from engine.data.pictures.light import Light

_SHARE = 0.75
"""A ruling is seen along this share of its row (or column), whatever is written over it."""
_THICKEST = 0.04
"""Thickness of a ruling, as a share of the picture."""

_SMALLEST = 40
"""Shorter side, in pixels, of the smallest picture in which rulings are looked for."""
_STANDS_OUT = 0.05
"""How much a ruling differs from paper where that is not known yet, as a share of the picture's range."""
_MANY = 5
"""So many lines are never a digit's: they are printed, even if nothing is written between them."""


def without_rulings(raised: Floats, grain: float) -> Floats:
    """The picture (H×W, ink positive, paper 0) without lines that cross all of it from edge to edge, two or more alike.

    Where a pen crosses a line, the part of its darkness that is the pen's is kept; a line as dark as the pen is filled
    from above and below. If nothing would remain of a few lines, they are what was written, and all of it stays.
    """
    if min(raised.shape) < _SMALLEST:
        return raised
    across, rows = _without_rows(raised, grain)
    turned, columns = _without_rows(across.T, grain)
    remains = float(turned.max(initial=0.0)) > 0.3 * float(raised.max())
    return turned.T if remains or rows + columns >= _MANY else raised


def evened(grey: Light) -> Light:
    """The picture (H×W, brightness 0 to 1) with rulings in the colour of what is around them, be they dark or bright.

    For judging what is paper: more of a picture can lie within 5 pixels of a ruling than elsewhere.
    """
    return _evened_rows(_evened_rows(grey).T).T if min(grey.shape) >= _SMALLEST else grey


def _evened_rows(grey: Light) -> Light:
    from scipy import ndimage  # here, since most of the program never needs it and it takes long to load

    level = np.median(grey, axis=1)
    around = ndimage.median_filter(level, 2 * max(2, round(_THICKEST * len(grey))) + 1, mode="nearest")
    return grey + np.where(np.abs(level - around) > _STANDS_OUT, around - level, 0.0)[:, None]


def _without_rows(raised: Floats, grain: float) -> tuple[Floats, int]:
    """Without the horizontal lines, and how many there were."""
    level = np.quantile(raised, 1 - _SHARE, axis=1)
    whole = np.quantile(raised, 0.99)
    lines = level > max(0.06, 3.0 * grain, 0.15 * float(whole))
    starts = np.flatnonzero(lines & ~np.concatenate(([False], lines[:-1])))
    ends = np.flatnonzero(lines & ~np.concatenate((lines[1:], [False]))) + 1
    thickest = max(2, round(_THICKEST * len(raised)))
    thin = (ends - starts) <= thickest
    if thin.sum() < 2 or lines.mean() > 0.4:
        return raised, 0
    result = raised.copy()
    for start, end in zip(starts[thin].tolist(), ends[thin].tolist(), strict=True):
        first, last = max(0, start - 1), min(len(raised), end + 1)  # and the soft edge of the line
        above = raised[first - 1] if first else raised[min(last, len(raised) - 1)]
        below = raised[last] if last < len(raised) else above
        for row in range(first, last):
            own = float(np.median(raised[row]))
            if own < 0.6 * float(whole):
                result[row] = np.clip((raised[row] - own) / max(1e-6, float(whole) - own), 0.0, 1.0) * whole
            else:
                result[row] = np.maximum(np.minimum(above, below), 0.5 * (above + below) * (above + below > whole))
    return result, int(thin.sum())
