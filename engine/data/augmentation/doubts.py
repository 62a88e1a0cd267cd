"""Where a change may alter the answer, judged by the names of the classes: a mirrored b is a d. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.text import printable

QUARTER = 45.0
"""Degrees from which on a rotation can turn one class into another."""
_MIRRORED = "horizontal_flip"
_UPSIDE_DOWN = "vertical_flip"
_EVEN = {_MIRRORED: frozenset("018AHIMOTUVWXYilovwx"), _UPSIDE_DOWN: frozenset("0138BCDEHIKOXclox")}
"""Digits and letters that look the same when they are mirrored."""
_PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = {
    _MIRRORED: (("b", "d"), ("p", "q"), ("left", "right"), ("east", "west"), ("clockwise", "counterclockwise")),
    _UPSIDE_DOWN: (
        ("b", "p"), ("d", "q"), ("n", "u"), ("M", "W"), ("m", "w"), ("up", "down"), ("top", "bottom"),
        ("north", "south"), ("clockwise", "counterclockwise"),
    ),
    "rotation": (
        ("6", "9"), ("N", "Z"), ("n", "u"), ("M", "W"), ("b", "q"), ("d", "p"), ("left", "right"), ("up", "down"),
        ("left", "up"), ("north", "south"), ("east", "west"), ("horizontal", "vertical"),
    ),
}
_COLOURS = frozenset(
    ("red", "orange", "yellow", "green", "blue", "purple", "violet", "pink", "brown", "cyan", "magenta", "turquoise")
)
_WORDS = {
    _MIRRORED: "flipped left to right",
    _UPSIDE_DOWN: "flipped upside down",
    "rotation": "rotated that far",
}


def doubts(values: Mapping[str, Any], classes: Iterable[str]) -> Iterator[str]:
    """A sentence for each change of the augmentation's ``values`` that may alter the answer.

    ``classes`` are the names of the classes; their parts count too, as in "turn left".
    """
    names = list(classes)
    found = {part for name in names for part in (name, *name.replace("_", " ").replace("-", " ").split())}
    found |= {part.lower() for part in found if len(part) > 1}
    for setting in (_MIRRORED, _UPSIDE_DOWN, "rotation"):
        amount = values.get(setting, 0)
        if not amount or (setting == "rotation" and amount < QUARTER):
            continue
        pair = next((pair for pair in _PAIRS[setting] if found.issuperset(pair)), None)
        odd = _odd(names, setting)
        if pair is not None:
            yield (
                f"{printable(pair[0])} {_WORDS[setting]} may be {printable(pair[1])}. Unless the images show something "
                f"else than these signs, set {_title(setting)} {_remedy(setting)}."
            )
        elif odd:
            yield (
                f"{odd} {_WORDS[setting]} is no {odd} any more. Unless the images show something else than digits and "
                f"letters, set {_title(setting)} to 0."
            )
    coloured = sorted(found & _COLOURS)
    if len(coloured) > 1:
        for setting, least in (("hue", 20.0), ("saturation", 0.5)):
            if values.get(setting, 0) >= least:
                yield (
                    f"The classes are colours ({coloured[0]}, {coloured[1]} …), and {setting} changes colours: set it "
                    "to 0."
                )


def _odd(names: list[str], setting: str) -> str:
    """The first class that is a sign which looks otherwise when it is mirrored, if most classes are signs; or ""."""
    signs = [name for name in map(str.strip, names) if len(name) <= 2]
    if setting not in _EVEN or 2 * len(signs) < len(names):
        return ""
    return next((sign for sign in signs if sign.isalnum() and not _EVEN[setting].issuperset(sign)), "")


def _title(setting: str) -> str:
    return {_MIRRORED: "Flip horizontally", _UPSIDE_DOWN: "Flip vertically"}.get(setting, "Rotation")


def _remedy(setting: str) -> str:
    return f"below {QUARTER:g}°" if setting == "rotation" else "to 0"
