"""Where an axis has its numbers and how they are written: always two of them or more, in as many letters as fit."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_UNITS = ((1e12, " T"), (1e9, " G"), (1e6, " M"))
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MOST = 100


def even(low: float, high: float, most: int) -> tuple[float, list[float]]:
    """A round distance and the multiples of it from ``low`` to ``high``: at most ``most``, two at least."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return 1.0, [low]
    most = min(max(2, most), _MOST)
    power = math.floor(math.log10(span / most))
    for exponent in (power, power + 1):
        for step in _STEPS:
            distance = step * 10.0**exponent
            first, last = math.ceil(low / distance - 1e-9), math.floor(high / distance + 1e-9)
            if last - first < most and distance > 0:
                if last > first:
                    return distance, [round(number * distance, 12 - exponent) for number in range(first, last + 1)]
                # A range with a single round number in it, as from 0.98 to 1.3: two are the least one can read it by.
                half = distance / 2
                first, last = math.ceil(low / half - 1e-9), math.floor(high / half + 1e-9)
                if last > first:
                    return half, [round(number * half, 13 - exponent) for number in range(first, last + 1)]
                return span, [low, high]
    return span, [low, high]


def powers(low: float, high: float, most: int) -> tuple[float, list[float]]:
    """The same on a logarithmic axis from 10**low to 10**high; the places are exponents of ten.

    Powers of ten, every so many of them, and within few of them 1, 2 and 5 of each, or 1 to 9.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return 1.0, [low]
    most = min(max(2, most), _MOST)
    first, last = math.floor(low - 1e-9), math.ceil(high + 1e-9)
    best: list[float] = []
    for each in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        found = [
            place
            for exponent in range(first, last + 1)
            for number in each
            if low - 1e-9 <= (place := exponent + math.log10(number)) <= high + 1e-9
        ]
        best = best or found
        if 2 <= len(found) <= most:
            return 1.0, found
    every = max(1, math.ceil((last - first) / (most - 1)))
    found = [float(e) for e in range(first, last + 1) if e % every == 0 and low - 1e-9 <= e <= high + 1e-9]
    if len(found) >= 2:
        return float(every), found
    return 1.0, best[:: max(1, len(best) // most)] if len(best) >= 2 else [low, high]


def number(value: float, spacing: float = 0.0) -> str:
    """A number on an axis whose numbers lie ``spacing`` apart: 0.0025, 1,500, 2.5 M, 3×10¹⁸."""
    if value == 0 or abs(value) < spacing * 1e-9:
        return "0"
    size = abs(value)
    if size >= 1e15 or size < 1e-5:
        exponent = math.floor(math.log10(size) + 1e-12)
        return f"{value / 10.0**exponent:.3g}×10{str(exponent).translate(_SUPERSCRIPTS)}"
    for unit, letter in _UNITS:
        if size >= unit:
            return f"{value / unit:,.{_decimals(spacing / unit, 2)}f}{letter}"
    if spacing > 0:
        return f"{value:,.{_decimals(spacing, 7)}f}"
    return f"{value:,.0f}" if size >= 1000 else f"{value:.4g}"


def percent(share: float, spacing: float = 0.0) -> str:
    """A share on an axis."""
    return f"{100 * share:.{_decimals(100 * spacing, 6)}f} %" if spacing > 0 else f"{100 * share:.4g} %"


def _decimals(spacing: float, most: int) -> int:
    """As many as tell multiples of ``spacing`` apart."""
    for decimals in range(most):
        moved = spacing * 10**decimals
        if round(moved) > 0 and abs(moved - round(moved)) < 1e-6 * moved + 1e-12:
            return decimals
    return most
