"""What another learning rate, or another setting that is live, means to the run under way; and where a rate came with
another optimizer."""

from __future__ import annotations

from engine.training.data_loading import kind_chosen
from engine.training.recipe import Recipe
from engine.training.setting_change import usual_rate

RATE = "optimizer.learning_rate"
"""The path of the setting."""


def live_paths(recipe: Recipe) -> tuple[str, ...]:
    """The settings that a run of the recipe takes over while it is under way."""
    kind = kind_chosen(recipe)
    return (RATE,) if kind is None else kind.live


def live_change(before: Recipe, after: Recipe) -> tuple[str, float] | None:
    """Path and value of the setting that the run under way goes on with; None where none or more has changed."""
    if before == after:
        return None
    values = {setting.path: setting.value for setting in after.settings()}
    for path in live_paths(before):
        new = values.get(path)
        if not isinstance(new, float) or (path == RATE and new <= 0) or path not in before.paths():
            continue
        if before.with_setting(path, new) == after:
            return path, new
    return None


def words_of(recipe: Recipe, path: str) -> str:
    """What a setting is called inside a sentence: "learning rate"."""
    title = next(setting.parameter.title for setting in recipe.settings() if setting.path == path)
    return title[:1].lower() + title[1:]


def replaced_by_default(before: Recipe, after: Recipe) -> str:
    """A sentence where another optimizer brought its own learning rate in place of the one that was set; else ""."""
    old, new, kind = _rate(before), _rate(after), after.optimizer.kind
    if before.optimizer.kind == kind or not old or old == new or new != usual_rate(kind):
        return ""
    return f"The learning rate is now {new:g}, the default of {kind}; it was {old:g}."


def _rate(recipe: Recipe) -> float:
    return getattr(recipe.optimizer, "learning_rate", 0.0)
