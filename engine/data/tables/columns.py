"""The columns of a table found by their names: a line of names, and the names that are wanted -> where each stands.

A name is looked for as it is, then without regard to case and to what parts its words (``Radius_Mean``, ``radiusMean``
and ``radius (mean)``; ``radius_se`` is ``radius (error)``), then without regard to the order of its words
(``mean radius``), then without what stands in brackets at its end, where only one side has any: ``area`` for
``area (m²)``, but not ``area (ft²)``, and not ``radius`` for ``radius (mean)`` where there is ``radius (worst)`` as
well. A name that two columns bear is refused, not guessed.

What programs write for columns without names, ``0, 1, 2`` and ``pixel0, pixel1``, gives the columns in their order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

_NUMBERED = re.compile(r"(?:([A-Za-z][A-Za-z ]*?)[ _.-]*)?(?:(0|[1-9][0-9]{0,5})|([0-9]{1,3})[x_]([0-9]{1,3}))")
_SEVERAL_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_BRACKETS_LAST = re.compile(r"(.+?)\s*[(\[{][^()\[\]{}]*[)\]}]")
_BETWEEN_WORDS = re.compile(r"[\s_.()\[\]{}#-]+")
_ALSO_CALLED = {"se": "error", "color": "colour"}
"""Words that others use in the names of columns: a standard error, and the American spelling."""


class TwoColumns(Exception):
    """Two columns bear the wanted ``name``; ``places`` are where they stand, from 0."""

    def __init__(self, name: str, places: tuple[int, int]) -> None:
        super().__init__(name)
        self.name = name
        self.places = places


def find(names: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where the ``wanted`` names stand among ``names``; those that are missing are left out. Raises TwoColumns."""
    found: dict[str, int] = {}
    for key in (_exact, words, _sorted_words):
        _match(names, wanted, key, key, found)
    _match(names, wanted, _without_brackets, _words_unless_bracketed, found)
    _match(names, wanted, _words_unless_bracketed, _without_brackets, found)
    return found


def numbered(names: Sequence[str], count: int, grid: tuple[int, int] | None = None) -> list[int] | None:
    """Where ``count`` columns stand whose names are numbers in a row from 0 or 1; None unless there are just so many.

    With ``grid``, the rows and columns of a picture, letters may stand before the numbers, the same for all
    (``pixel0``), and names may be pairs of a row and a column, such as ``1x1`` or ``pixel_0_0``. Other columns may
    stand between.
    """
    groups: dict[str, dict[int, int]] = {}
    pairs: dict[str, dict[tuple[int, int], int]] = {}
    for place, name in enumerate(names):
        parts = _NUMBERED.fullmatch(name.strip())
        if parts is None or (parts[1] and grid is None):
            continue
        letters = (parts[1] or "").casefold()
        if parts[2] is not None:
            if groups.setdefault(letters, {}).setdefault(int(parts[2]), place) != place:
                return None
        elif grid is not None:
            pair = int(parts[3]), int(parts[4])
            if pairs.setdefault(letters, {}).setdefault(pair, place) != place:
                return None
    for first in (0, 1):
        for places in groups.values():
            if set(places) == set(range(first, first + count)):
                return [places[number] for number in sorted(places)]
        for squares in pairs.values():
            assert grid is not None
            rows, columns = (range(first, first + size) for size in grid)
            if set(squares) == {(row, column) for row in rows for column in columns}:
                return [squares[pair] for pair in sorted(squares)]
    return None


def _match(
    names: Sequence[str],
    wanted: Sequence[str],
    of_wanted: Callable[[str], str],
    of_name: Callable[[str], str],
    found: dict[str, int],
) -> None:
    """Add to ``found`` what two keys say is the same, where the key of the wanted name is its alone."""
    taken = set(found.values())
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if place not in taken and of_name(name):
            places.setdefault(of_name(name), []).append(place)
    shared = Counter(map(of_wanted, wanted))
    for name in wanted:
        key = of_wanted(name)
        if name in found or shared[key] > 1 or key not in places:
            continue
        if len(places[key]) > 1:
            raise TwoColumns(name, (places[key][0], places[key][1]))
        found[name] = places[key][0]


def _exact(name: str) -> str:
    return name.strip()


def words(name: str) -> str:
    """The words of a name: "radius mean" for radius_mean, RadiusMean and radius (mean); "area m2" for area (m²)."""
    name = _SEVERAL_WORDS.sub(" ", unicodedata.normalize("NFKC", name))
    return " ".join(_ALSO_CALLED.get(word, word) for word in _BETWEEN_WORDS.split(name.casefold()) if word)


def _sorted_words(name: str) -> str:
    return " ".join(sorted(words(name).split()))


def _without_brackets(name: str) -> str:
    """The words before brackets at the end of a name; nothing for a name without them."""
    parts = _BRACKETS_LAST.fullmatch(name.strip())
    return words(parts[1]) if parts is not None else ""


def _words_unless_bracketed(name: str) -> str:
    return "" if _BRACKETS_LAST.fullmatch(name.strip()) else words(name)
