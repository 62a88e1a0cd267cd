"""What a file holds that this version does not understand: kept as it is, and written back.

A newer version may have put more into a file of the same format: more about a layer, a note or the whole, or parts of
its own in the zip. Opening such a file here and saving it must not cost that. What is kept belongs to the object it
was found in and goes with it: it is found again by the ids that layers and notes have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.training.recipe import SECTIONS

_OUTCOMES = frozenset({"preparation", "test", "trained_with", "ended", "folds"})
"""Objects that are replaced as a whole: what is not understood in one says something about that very one."""
_OF_THE_REST = frozenset({"made", "novelty"})
"""What is true of an object only while all else in it is the same: from what a block was made, or a record of novelty
by another method, which goes with the weights."""
_RECIPES = frozenset({"recipe", "trained_with"})


@dataclass(frozen=True)
class Unknown:
    """What was not understood of one JSON object.

    ``values`` stay whatever happens to the object; ``bound`` only while what is understood of it is ``of``; ``below``
    is what was not understood of the objects in it, by name, and ``listed`` of those in a list, by name and id.
    ``ordered`` is the same for objects without an id, by their place, while what is understood of the list is the same.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    bound: Mapping[str, Any] = field(default_factory=dict)
    of: Mapping[str, Any] = field(default_factory=dict)
    below: Mapping[str, Unknown] = field(default_factory=dict)
    listed: Mapping[str, Mapping[str, Unknown]] = field(default_factory=dict)
    ordered: Mapping[str, tuple[list[Any], tuple[Unknown, ...]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.bound or self.below or self.listed or self.ordered)


NOTHING = Unknown()


def unknown_in(found: Mapping[str, Any], understood: Mapping[str, Any], name: str = "") -> Unknown:
    """What is in ``found``, as it was read, and not in ``understood``, as this version would write it.

    ``name`` is that of the object in the one around it.
    """
    values: dict[str, Any] = {}
    bound: dict[str, Any] = {}
    below: dict[str, Unknown] = {}
    listed: dict[str, dict[str, Unknown]] = {}
    ordered: dict[str, tuple[list[Any], tuple[Unknown, ...]]] = {}
    for key, value in found.items():
        if key not in understood:
            (bound if name in _OUTCOMES or key in _OF_THE_REST else values)[key] = value
            continue
        known = understood[key]
        if key == "params" or (name in _RECIPES and key in SECTIONS):
            continue  # settings: a name that nothing declares was refused, and one of an earlier version is understood
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            if inside := unknown_in(value, known, key):
                below[key] = inside
        elif isinstance(value, list) and isinstance(known, list):
            ours = dict(_with_id(known))
            entries = {id: unknown_in(entry, ours[id]) for id, entry in _with_id(value) if id in ours}
            if entries := {id: inside for id, inside in entries.items() if inside}:
                listed[key] = entries
            if not ours and any(by_place := _by_place(value, known)):
                ordered[key] = (known, by_place)
    return Unknown(values, bound, understood if bound else {}, below, listed, ordered)


def _by_place(found: list[Any], understood: list[Any]) -> tuple[Unknown, ...]:
    """What was not understood of each entry of a list; nothing where the two lists differ in length."""
    if len(found) != len(understood):
        return ()
    return tuple(
        unknown_in(one, other) if isinstance(one, Mapping) and isinstance(other, Mapping) else NOTHING
        for one, other in zip(found, understood, strict=True)
    )


def with_unknown(written: Mapping[str, Any], unknown: Unknown) -> dict[str, Any]:
    """``written`` with what was not understood of it; what this version writes itself is never changed by that."""
    whole = {**unknown.values, **written}
    if unknown.bound and written == unknown.of:
        whole = {**unknown.bound, **whole}
    for key, inside in unknown.below.items():
        if isinstance(below := whole.get(key), Mapping):
            whole[key] = with_unknown(below, inside)
    for key, entries in unknown.listed.items():
        if isinstance(listed := whole.get(key), list):
            whole[key] = [_entry(entry, entries) for entry in listed]
    for key, (understood, places) in unknown.ordered.items():
        if whole.get(key) == understood:
            whole[key] = [
                with_unknown(entry, inside) if inside else entry
                for entry, inside in zip(understood, places, strict=True)
            ]
    return whole


def _entry(entry: Any, entries: Mapping[str, Unknown]) -> Any:
    unknown = entries.get(entry["id"]) if isinstance(entry, Mapping) and isinstance(entry.get("id"), str) else None
    return entry if unknown is None else with_unknown(entry, unknown)


def _with_id(entries: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in entries:
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
            yield entry["id"], entry
