"""Everything a run needs to go on exactly where it was: arrays, and a position of plain values. Imports no torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from numpy.typing import NDArray

from engine.text import brief
from engine.training.precision_names import FULL_PRECISION, HALF_PRECISION
from engine.training.saved_values import (
    MOST_EPOCHS,
    POSITIVE,
    Number,
    OneOf,
    SavedValueError,
    Whole,
    check_history,
    wrong,
)

FORMAT = 3
"""Since 2 what only one kind of learner needs stands in ``learner``, and sums are a list with one entry a channel.
Since 3 the ``precision`` that a run computes in stands beside its ``threads``."""
MOST_THREADS = 1_024
MOST_CHANNELS = 16
MEMORY = "memory"
"""Where the position of a state tells how its learner's memory is put together from ``tensors``."""


class StateError(ValueError):
    """A saved run cannot be continued; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A run between two steps.

    ``tensors``: weights ("weights/…"), the best epoch's weights ("best/…") and the learner's memory, such as that of
    its optimizer ("learner/…"). ``position``: JSON values, with ``format``; ``Progress`` reads them.
    """

    tensors: dict[str, NDArray[Any]]
    position: dict[str, Any]

    @classmethod
    def checked(cls, tensors: dict[str, NDArray[Any]], position: Mapping[str, Any]) -> TrainingState:
        """A state from a file, whose values may be shown: each that is there is checked. Raises StateError.

        Whether all are there, and whether the tensors fit drawing and optimizer, is checked by ``checkpoint.restore``
        before they are used.
        """
        values = migrated(position)
        _checked({name: value for name, value in values.items() if name in _FIELDS})
        return cls(tensors, values)

    @property
    def resumable(self) -> bool:
        """Whether a run can go on from here. Where nothing is left of the learner, only the weights were kept."""
        return MEMORY in self.position

    def without_memory(
        self, weights: Mapping[str, NDArray[Any]], best: Mapping[str, NDArray[Any]]
    ) -> TrainingState:
        """The same run, for its two sets of weights alone, given here: their layers may have other names by now."""
        tensors = {f"weights/{name}": array for name, array in weights.items()}
        tensors.update({f"best/{name}": array for name, array in best.items()})
        return TrainingState(tensors, {name: v for name, v in self.position.items() if name != MEMORY})

    def weights(self) -> dict[str, NDArray[Any]]:
        """The weights at this position, by name."""
        return {name[8:]: array for name, array in self.tensors.items() if name.startswith("weights/")}

    def best(self) -> dict[str, NDArray[Any]]:
        """The weights of the best epoch, by name; empty when none was noted."""
        return {name[5:]: array for name, array in self.tensors.items() if name.startswith("best/")}


@dataclass
class Progress:
    """Progress as data: how far a run is, and what it has to remember besides tensors.

    ``epoch`` epochs and ``step`` steps are finished, ``batch`` of them in the running epoch, in which ``sums`` (one a
    channel) were added up over ``rows`` rows so far. ``threads`` and ``precision`` were chosen for the machine that it
    began on. ``learner`` holds what the learner alone understands.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    sums: list[float] = field(default_factory=list)
    rows: int = 0
    seconds: float = 0.0
    best_loss: float | None = None
    best_epoch: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    seed: int = 0
    threads: int = 1
    precision: str = FULL_PRECISION
    learner: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Progress:
        """Read what ``to_json`` wrote. Raises StateError."""
        found = data.get("format")
        if type(found) is not int or not 1 <= found <= FORMAT:
            raise StateError(
                f"The saved training has format {brief(found)}; this version reads format 1 to {FORMAT}."
            )
        values = migrated(data)
        values.pop("format", None)
        if missing := [name for name in _FIELDS if name not in values]:
            raise StateError(f"The saved training lacks {missing[0]!r}; train again from the weights.")
        if unknown := set(values) - set(_FIELDS):
            raise StateError(f"The saved training has an unknown part {brief(min(unknown))}.")
        return cls(**_checked(values))


_LEARNERS = ("learning_rate", "plateau", "batch_size", "train_rows", "optimizer", "recipe_learning_rate")
"""What stood among the rest in format 1."""


def migrated(position: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a saved position as they are named now; itself, copied, where they are."""
    values = dict(position)
    if values.get("format") == 1:
        _to_format_2(values)
    if values.get("format") == 2:
        # Whatever a recipe asked for then, it asks for by name: no run has chosen for itself.
        values.update(format=3, precision=FULL_PRECISION)
    return values


def _to_format_2(values: dict[str, Any]) -> None:
    values["format"] = 2
    values["sums"] = [values.pop(name) for name in ("loss_sum", "metric_sum") if name in values]
    values["learner"] = {name: values.pop(name) for name in _LEARNERS if name in values}
    if "optimizer_memory" in values:
        values[MEMORY] = values.pop("optimizer_memory")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of known fields, as a ``Progress`` holds them. Raises StateError."""
    try:
        checked = {name: _FIELDS[name](value, f'"{name}"') for name, value in values.items()}
        _check_epochs(checked)
    except SavedValueError as error:
        raise StateError(f"The saved training is damaged: {error}.") from None
    return checked


def _check_epochs(checked: Mapping[str, Any]) -> None:
    """No epoch that is spoken of may lie beyond those that are finished: the next one is added behind it."""
    done = checked.get("epoch", MOST_EPOCHS)
    spoken_of = {"best_epoch": checked.get("best_epoch", 0)}
    if history := checked.get("history"):
        spoken_of["the last epoch of the history"] = history[-1]["epoch"]
    for name, epoch in spoken_of.items():
        if epoch > done:
            raise wrong(name, f"at most {done:,}, the number of epochs finished", epoch)


def _history(value: Any, _name: str) -> list[dict[str, Any]]:
    return check_history(value)


def _sum(value: Any, name: str) -> float:
    """A sum that was not finite is saved as null: JSON has no word for it."""
    checked = Number(optional=True).check(value, name)
    return math.nan if checked is None else checked


def _sums(value: Any, name: str) -> list[float]:
    if not isinstance(value, list) or len(value) > MOST_CHANNELS:
        raise wrong(name, f"a list of at most {MOST_CHANNELS} sums", value)
    return [_sum(one, f"a sum in {name}") for one in value]


def _learner(value: Any, name: str) -> dict[str, Any]:
    """Only that it is an object: what is in it is checked by the learner that it is of."""
    if not isinstance(value, Mapping):
        raise wrong(name, "an object with values by name", value)
    return dict(value)


_FIELDS: Mapping[str, Callable[[Any, str], Any]] = {
    "epoch": Whole(high=MOST_EPOCHS).check,
    **dict.fromkeys(("batch", "step", "rows", "best_epoch", "seed"), Whole().check),
    "seconds": POSITIVE.check,
    "sums": _sums,
    "best_loss": Number(optional=True).check,
    "threads": Whole(low=1, high=MOST_THREADS).check,
    "precision": OneOf((FULL_PRECISION, HALF_PRECISION)).check,
    "history": _history,
    "learner": _learner,
}
"""The schema of a saved position; names are those of ``Progress``."""
