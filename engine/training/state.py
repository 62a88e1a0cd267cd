"""Everything a run needs to go on exactly where it was: arrays, and a position of plain values. Imports no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from numpy.typing import NDArray

from engine.training.schedules import Plateau

FORMAT = 1


class StateError(ValueError):
    """A saved run cannot be continued; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A run between two steps.

    ``tensors``: weights ("weights/…"), the best epoch's weights ("best/…") and the optimizer's memory
    ("optimizer/…"). ``position``: JSON values, with ``format``; ``Position`` reads them.
    """

    tensors: dict[str, NDArray[Any]]
    position: dict[str, Any]

    def weights(self) -> dict[str, NDArray[Any]]:
        """The weights at this position, by name."""
        return {name[8:]: array for name, array in self.tensors.items() if name.startswith("weights/")}

    def best(self) -> dict[str, NDArray[Any]]:
        """The weights of the best epoch, by name; empty when none was noted."""
        return {name[5:]: array for name, array in self.tensors.items() if name.startswith("best/")}


@dataclass
class Position:
    """Progress as data: how far a run is, and what it has to remember besides tensors.

    ``epoch`` epochs and ``step`` steps are finished, ``batch`` of them in the running epoch, whose sums over
    ``rows`` rows so far are ``loss_sum`` and ``metric_sum``. ``learning_rate`` is the rate the schedule starts from.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    learning_rate: float = 0.0
    loss_sum: float = 0.0
    metric_sum: float = 0.0
    rows: int = 0
    seconds: float = 0.0
    best_loss: float | None = None
    best_epoch: int = 0
    plateau: Plateau = field(default_factory=Plateau)
    history: list[dict[str, Any]] = field(default_factory=list)
    # The settings under which it came here; a changed one has consequences.
    seed: int = 0
    batch_size: int = 0
    train_rows: int = 0
    optimizer: str = ""
    recipe_learning_rate: float = 0.0
    threads: int = 1

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Position:
        """Read what ``to_json`` wrote. Raises StateError."""
        values = dict(data)
        found = values.pop("format", None)
        if found != FORMAT:
            raise StateError(f"The saved training has format {found!r}; this version reads format {FORMAT}.")
        for name, (kinds, what) in _FIELDS.items():
            if name not in values:
                raise StateError(f"The saved training lacks {name!r}; train again from the weights.")
            value = values[name]
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise StateError(f"The saved training's {name!r} must be {what}, not {value!r}.")
            if isinstance(value, int | float) and not 0 <= value < math.inf and name not in _ANY_SIGN:
                raise StateError(f"The saved training's {name!r} must be a number from 0, not {value!r}.")
        if unknown := set(values) - set(_FIELDS):
            raise StateError(f"The saved training has an unknown part {min(unknown)!r}.")
        values["plateau"] = _plateau(values["plateau"])
        if not all(isinstance(row, Mapping) for row in values["history"]):
            raise StateError("The saved training's history must be a list of epochs.")
        values["history"] = [dict(row) for row in values["history"]]
        return cls(**values)


_INT, _NUMBER = ((int,), "a whole number"), ((int, float), "a number")
_FIELDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("epoch", "batch", "step", "rows", "best_epoch", "seed", "batch_size", "train_rows"), _INT),
    **dict.fromkeys(("learning_rate", "loss_sum", "metric_sum", "seconds", "recipe_learning_rate"), _NUMBER),
    "threads": _INT,
    "best_loss": ((int, float, type(None)), "a number"),
    "plateau": ((dict,), "an object"),
    "history": ((list,), "a list"),
    "optimizer": ((str,), "a name"),
}
_ANY_SIGN = frozenset({"loss_sum", "best_loss"})


def _plateau(data: Mapping[str, Any]) -> Plateau:
    best, bad, fraction = data.get("best"), data.get("bad"), data.get("fraction")
    if (best is not None and not isinstance(best, int | float)) or not isinstance(bad, int):
        raise StateError(f"The saved training's plateau is not readable: {dict(data)!r}.")
    if not isinstance(fraction, int | float) or not 0 < fraction <= 1:
        raise StateError(f"The saved training's plateau is not readable: {dict(data)!r}.")
    return Plateau(best, bad, float(fraction))
