"""What a GAN remembers beside weights and optimizers, checked when it is read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.training.saved_values import POSITIVE, SavedValueError, Whole
from engine.training.state import Progress, StateError


@dataclass
class GanProgress:
    """The two rates in force, those of the recipe they came from, and the settings under which an epoch was begun."""

    generator_rate: float
    critic_rate: float
    recipe_generator_rate: float
    recipe_critic_rate: float
    batch_size: int
    train_rows: int
    critic_steps: int

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> GanProgress:
        """Read what ``dataclasses.asdict`` gave. Raises StateError."""
        if missing := [name for name in _FIELDS if name not in values]:
            raise StateError(f"The saved training lacks {missing[0]!r}; train again from the weights.")
        try:
            return cls(**{name: check(values[name], f'"{name}"') for name, check in _FIELDS.items()})
        except SavedValueError as error:
            raise StateError(f"The saved training is damaged: {error}.") from None

    def check_same_epoch(self, now: GanProgress, progress: Progress, seed: int, steps: int) -> None:
        """Raise StateError where an epoch that was begun would go on with other rows or other noise."""
        if progress.batch == 0:
            return
        for title, before, found in (
            ("seed", progress.seed, seed),
            ("batch size", self.batch_size, now.batch_size),
            ("number of critic steps", self.critic_steps, now.critic_steps),
            ("number of training samples", self.train_rows, now.train_rows),
        ):
            if before != found:
                raise StateError(
                    f"The training was stopped in the middle of an epoch with a {title} of {before:,}; now it is "
                    f"{found:,}. Set it back to continue, or train from scratch."
                )
        if progress.batch > steps:
            raise StateError("The saved training is further in its epoch than the epoch is long; train from scratch.")


_FIELDS: Mapping[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(
        ("generator_rate", "critic_rate", "recipe_generator_rate", "recipe_critic_rate"), POSITIVE.check
    ),
    **dict.fromkeys(("batch_size", "train_rows"), Whole().check),
    "critic_steps": Whole(low=1).check,
}
