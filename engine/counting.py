"""How many there are of something, in words: the one place where a noun becomes a plural."""

from __future__ import annotations


def noun(count: float, singular: str, plural: str = "") -> str:
    """The noun that goes with a count: "epoch" for 1, else "epochs", or ``plural`` where that is no mere "s"."""
    return singular if count == 1 else plural or f"{singular}s"


def counted(count: int, singular: str, plural: str = "") -> str:
    """A count with its noun: "1 epoch", "3,000 epochs", "0 classes"."""
    return f"{count:,} {noun(count, singular, plural)}"


_SINGULARS = {
    "epochs": "epoch",
    "features": "feature",
    "filters": "filter",
    "folds": "fold",
    "groups": "group",
    "heads": "head",
    "layers": "layer",
    "pixels": "pixel",
    "rows": "row",
    "samples": "sample",
    "times": "time",
    "units": "unit",
}


def unit_of(value: float, unit: str) -> str:
    """The unit of a setting as it goes with its value: "epochs", but "epoch" for 1; what is no noun stays as it is."""
    return noun(value, _SINGULARS.get(unit, unit), unit)
