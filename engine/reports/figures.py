"""How figures are written in sentences: with the digits they are worth, and without powers of ten where it can be."""

from __future__ import annotations

import math

from engine.reports.intervals import Interval

UNKNOWN = "–"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def amount(value: float | None, digits: int = 3) -> str:
    """A number with about ``digits`` significant digits: 0.000043, 8.53, 1,240, 3.2 × 10¹⁸; a dash for none."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if not -7 < power < 15:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        return f"{_minus(mantissa)} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return _plain(value, max(0, digits - 1 - power))


def percent(share: float, interval: Interval | None = None) -> str:
    """A share as per cent, with one more digit than its interval; never 100 % (or 0 %) unless it is all (or none)."""
    decimals = 2 if interval is None else min(2, _percent_decimals(interval) + 1)
    while 0 < share < 1 and decimals < 9 and float(f"{100 * share:.{decimals}f}") in (0.0, 100.0):
        decimals += 1
    return f"{100 * share:.{decimals}f} %"


def probability(share: float) -> str:
    """A probability as one reads it: 97 %, 0.4 %, and never 100 % for what is not certain; – for none."""
    if not math.isfinite(share):
        return "–"
    hundred = 100.0 * share
    if 0.0 < hundred < 0.1:
        return "< 0.1 %"
    if hundred < 10:
        return f"{hundred:.1f} %"
    if 99.5 <= hundred < 100.0:
        return "> 99 %" if hundred < 99.95 else "> 99.9 %"
    return f"{hundred:.0f} %"


def percent_range(interval: Interval) -> str:
    """An interval of a share: ``99.2 to 99.5``."""
    decimals = _percent_decimals(interval)
    return f"{100 * interval.low:.{decimals}f} to {100 * interval.high:.{decimals}f}"


def with_range(value: float, interval: Interval) -> tuple[str, str]:
    """A number and its interval (``8.5``, ``8.1 to 9.0``) with the digits that the interval is worth."""
    width = interval.high - interval.low
    if not width > 0:
        return amount(value), f"{amount(interval.low)} to {amount(interval.high)}"
    power = math.floor(math.log10(width))
    largest = max(abs(interval.low), abs(interval.high))
    if not 1e-7 < largest < 1e15 or power < -12:
        return amount(value), f"{amount(interval.low)} to {amount(interval.high)}"
    decimals = max(0, 1 - power)
    return _plain(value, decimals), f"{_plain(interval.low, decimals)} to {_plain(interval.high, decimals)}"


def _percent_decimals(interval: Interval) -> int:
    width = 100 * (interval.high - interval.low)
    return 0 if width >= 5 else 1 if width >= 0.2 else 2


def _plain(value: float, decimals: int) -> str:
    return _minus(f"{value:,.{decimals}f}")


def _minus(text: str) -> str:
    return text.replace("-", "−")
