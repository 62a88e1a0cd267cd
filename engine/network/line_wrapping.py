"""Laying out lines of Python as the usual formatters do, so that a written file reads as if it had been formatted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

WIDTH = 88
"""Characters a line: what formatters take when nobody tells them otherwise."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def laid_out(code: str, comment: str = "", indent: int = 0, tail: str = "") -> list[str]:
    """A statement or expression as lines: one where it fits, else broken at its brackets or operators.

    ``tail`` (a comma, say) and ``comment`` follow its end.
    """
    space, ending = " " * indent, tail + (f"  # {comment}" if comment else "")
    if len(space + code + ending) <= WIDTH:
        return [space + code + ending]
    brackets = _widest_brackets(code)
    if brackets is None:
        return _at_operators(code, ending, indent)
    begin, end = brackets
    parts = _parts(code[begin:end])
    middle = [f"{space}    {', '.join(parts)}"]
    if len(middle[0]) > WIDTH:
        comma = "," if len(parts) > 1 else ""
        middle = [line for part in parts for line in laid_out(part, "", indent + 4, comma)]
    return [space + code[:begin], *middle, space + code[end:] + ending]


def _at_operators(code: str, ending: str, indent: int) -> list[str]:
    """``x = a + b`` as ``x = (``, ``a``, ``+ b``, ``)``; a line without operators stays as it is."""
    space = " " * indent
    target, equals, value = code.partition(" = ")
    terms = re.split(r" (?=[+*] )", value)
    if not equals or len(terms) < 2:
        return [space + code + ending]
    return [f"{space}{target} = (", *(f"{space}    {term}" for term in terms), f"{space}){ending}"]


def _depths(code: str) -> Iterator[tuple[int, str, int]]:
    """(place, character, brackets open before it), of every character outside of strings."""
    masked = _QUOTED.sub(lambda found: " " * len(found[0]), code)
    depth = 0
    for place, character in enumerate(masked):
        if character in ")]}":
            depth -= 1
        yield place, character, depth
        if character in "([{":
            depth += 1


def _widest_brackets(code: str) -> tuple[int, int] | None:
    """Begin and end of what stands in the outermost brackets with the most in them."""
    widest, begin = None, 0
    for place, character, depth in _depths(code):
        if depth == 0 and character in "([{":
            begin = place + 1
        elif depth == 0 and character in ")]}" and place - begin > (widest[1] - widest[0] if widest else 0):
            widest = (begin, place)
    return widest


def _parts(code: str) -> list[str]:
    """What stands between the commas of a list of arguments."""
    commas = [place for place, character, depth in _depths(code) if depth == 0 and character == ","]
    bounds = [-1, *commas, len(code)]
    parts = [code[a + 1 : b].strip() for a, b in pairwise(bounds)]
    return [part for part in parts if part]
