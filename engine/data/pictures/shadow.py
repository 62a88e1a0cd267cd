"""A shadow with an edge, as a hand or a window frame casts it on paper: the light it takes away is given back.

Where brightness changes slowly, paper is told from ink by a smooth surface (``paper``). No smooth surface
follows the edge of a shadow, and paper in the shade then looks like ink or like the table. So before paper is looked
for, the ground is found as what remains when dark lines are closed (grey closing; J. Serra, "Image Analysis and
Mathematical Morphology", 1982), and each pixel is divided by it. A shadow dims ink and paper by the same share, so that
both come out as they are in the light.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.data.pictures.light import Light, shrink

_WORK = 160
"""Longer side, in pixels, at which shadows are looked for."""
_SMALLEST = 40
"""Shorter side, in pixels, of the smallest picture in which one is looked for."""
_TWO_COLOURS = 0.98
"""The share of black and white pixels from which on a picture has two colours, whose dots are no shade."""
_LINE = 0.2
"""The widest line that is closed, as a share of the shorter side."""
_THIN = 1 / 14
"""The same for lines that tell ink from paper: wider ones might be the paper within a digit."""
_DARKEST, _LIGHTEST = 0.35, 0.88
"""Between these shares of the light on bare paper lies that in a shadow; below is no paper, but a table."""
_LEAST_PAPER = 0.5
_LEAST_SHADE = 0.04
"""Shares of the picture that paper and shade have at least."""
_BROAD, _REACH = 0.5, 4
"""The share of the shade that lies so many pixels within it, or more: the soft edges of bold ink are narrow."""
_UNEVEN = 0.06
"""How far from a smooth surface the ground must lie to be uneven, as a share of its brightness."""
_LEAST_UNEVEN = 0.1
"""The share of the paper that is uneven where there is a shadow with an edge."""
_LEAST_DEPTH = 0.25
"""How much darker the darkest ink is than paper in the shade, as a share of the light: else the "shade" is ink."""
_RIM_IN_SHADE, _RIM_IN_LIGHT = 0.05, 0.1
"""The shares of the picture's rim that lie in the shade and in the light: what surrounds the paper is no shadow."""


def without_shadow(grey: Light) -> Light:
    """The picture, H×W in any scale, with a shadow on bright paper lit up; as it was if there is none with an edge."""
    if min(grey.shape) < _SMALLEST:
        return grey
    small = shrink(grey, _WORK)
    low, high = float(small.min()), float(small.max())
    if min(small.shape) < _SMALLEST or high == low:
        return grey
    gain = _gain((small - low) / (high - low))
    if gain is None:
        return grey
    image = Image.fromarray(gain.astype(np.float32)).resize((grey.shape[1], grey.shape[0]), Image.Resampling.BILINEAR)
    black = float(grey.min())
    return np.asarray(black + (grey - black) * np.asarray(image, dtype=np.float64))


def _gain(grey: Light) -> Light | None:
    """What to multiply the picture (0 to 1) by; None where nothing looks like a shadow."""
    from scipy import ndimage  # here, since most of the program never needs it and it takes long to load

    if (np.abs(grey - 0.5) > 0.48).mean() > _TWO_COLOURS:
        return None
    soft = ndimage.gaussian_filter(grey, 1.0)
    if not _lines_are_dark(soft):
        return None
    reach = round(_LINE * min(grey.shape))
    ground = ndimage.grey_closing(np.pad(soft, reach, mode="edge"), (reach, reach))[reach:-reach, reach:-reach]
    light = float(np.percentile(ground, 90))
    share = ground / max(light, 1e-9)
    paper = share > _DARKEST
    shade = paper & (share < _LIGHTEST)
    if paper.mean() < _LEAST_PAPER or shade.mean() < _LEAST_SHADE:
        return None
    if ndimage.binary_erosion(shade, iterations=_REACH).sum() < _BROAD * shade.sum():
        return None
    rim = np.concatenate([share[0], share[-1], share[:, 0], share[:, -1]])
    if ((rim > _DARKEST) & (rim < _LIGHTEST)).mean() < _RIM_IN_SHADE or (rim >= _LIGHTEST).mean() < _RIM_IN_LIGHT:
        return None
    depth = (float(np.median(ground[shade])) - float(np.percentile(grey, 1))) / light
    if depth < _LEAST_DEPTH or _uneven(share, paper) < _LEAST_UNEVEN:
        return None
    return np.where(paper, 1 / np.maximum(share, _DARKEST), 1.0)


def _lines_are_dark(soft: Light) -> bool:
    """Whether thin dark lines are more than thin bright ones."""
    from scipy import ndimage

    reach = max(3, round(_THIN * min(soft.shape)))
    padded = np.pad(soft, reach, mode="edge")
    dark = float((ndimage.grey_closing(padded, (reach, reach)) - padded).mean())
    bright = float((padded - ndimage.grey_opening(padded, (reach, reach))).mean())
    return dark > 1.3 * bright


def _uneven(share: Light, paper: NDArray[np.bool_]) -> float:
    """The share of the paper whose light no surface of the second degree follows."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in share.shape), indexing="ij")
    basis = np.stack([term[paper] for term in (np.ones_like(x), x, y, x * x, x * y, y * y)], axis=1)
    solution = np.linalg.lstsq(basis, share[paper], rcond=None)[0]
    return float((np.abs(share[paper] - basis @ solution) > _UNEVEN).mean())
