"""What another learning rate means: to the run under way, and where it came with another optimizer."""

from __future__ import annotations

from engine.training.recipe import Recipe
from engine.training.setting_change import usual_rate

RATE = "optimizer.learning_rate"
"""The path of the setting."""


def rate_for_run(before: Recipe, after: Recipe) -> float | None:
    """The learning rate that the run under way goes on with; None where it is the same, or more has changed."""
    old, new = _rate(before), _rate(after)
    return new if new != old and new > 0 and before.with_setting(RATE, new) == after else None


def replaced_by_default(before: Recipe, after: Recipe) -> str:
    """A sentence where another optimizer brought its own learning rate in place of the one that was set; else ""."""
    old, new, kind = _rate(before), _rate(after), after.optimizer.kind
    if before.optimizer.kind == kind or not old or old == new or new != usual_rate(kind):
        return ""
    return f"The learning rate is now {new:g}, the default of {kind}; it was {old:g}."


def _rate(recipe: Recipe) -> float:
    return getattr(recipe.optimizer, "learning_rate", 0.0)
