"""Reading JSON that anyone may have written: bounded in size, depth and number of values, finite numbers only.

Every JSON text that comes from outside (project files, blocks, the clipboard, settings) is read by ``parse_json``, so
that no small file can ask for much memory and no number is met later that arithmetic or a plot cannot handle.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

LARGEST_TEXT = 64 * 2**20
"""Bytes of one text."""
MOST_VALUES = 4_000_000
"""Values in one text: lists and objects take up to thirty times the memory of their text."""
DEEPEST = 60
"""Levels of lists and objects in each other."""
LARGEST_INTEGER = 2**63 - 1
_HALF = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


class JsonError(ValueError):
    """A text is no JSON, or breaks a limit; the message says what was found, without naming the text."""


def parse_json(text: bytes | str, *, most_values: int = MOST_VALUES) -> Any:
    """The value that ``text`` (UTF-8 where it is bytes) stands for, of at most ``most_values`` values.

    Raises JsonError for what is no JSON (``NaN`` and ``Infinity`` are none), for a text of more than LARGEST_TEXT bytes
    or characters, for more than DEEPEST levels, for whole numbers beyond 64 bits, for numbers too large for a float,
    and for halves of characters (lone surrogates), which cannot be saved again.
    """
    if len(text) > LARGEST_TEXT:
        raise JsonError(f"it has {len(text):,} bytes; at most {LARGEST_TEXT:,} are read")
    if (found := values_at_most(text)) > most_values:
        raise JsonError(f"it holds up to {found:,} values; at most {most_values:,} are read")
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        value = json.loads(plain, parse_constant=_constant, parse_int=_integer, parse_float=_number)
    except UnicodeDecodeError as error:
        raise JsonError(f"it is not text in UTF-8: {error.reason} at byte {error.start:,}") from None
    except RecursionError:
        raise JsonError(f"it is nested more than {DEEPEST} levels deep") from None
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(str(error)) from None
    _check_depth(value)
    _check_letters(plain, value)
    return value


def values_at_most(text: bytes | str) -> int:
    """How many values the text can hold at most, counted without reading it as JSON."""
    if isinstance(text, bytes):
        return 1 + text.count(b",") + text.count(b"[") + text.count(b"{")
    return 1 + text.count(",") + text.count("[") + text.count("{")


def _constant(word: str) -> None:
    raise JsonError(f"{word} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(value := int(digits)) > LARGEST_INTEGER:
        raise JsonError(f"the whole number {_shown(digits)} is too large")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise JsonError(f"the number {_shown(digits)} is too large")
    return value


def _shown(digits: str) -> str:
    return digits if len(digits) <= 24 else f"{digits[:12]}… of {len(digits):,} characters"


def _check_letters(text: str, value: Any) -> None:
    if _HALF.search(text) is None:  # neither written out nor as an escape: nothing to look for
        return
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise JsonError("it holds half of a character (a lone surrogate)") from None


def _check_depth(value: Any) -> None:
    """Raise JsonError when lists and objects stand in each other more than DEEPEST levels deep."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise JsonError(f"it is nested more than {DEEPEST} levels deep")
        below: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                below.extend(part.values())
            elif isinstance(part, list):
                below.extend(part)
        level = below
