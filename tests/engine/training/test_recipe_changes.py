"""What differs between two recipes."""

from __future__ import annotations

from engine.training.recipe import Recipe
from engine.training.recipe_changes import differences


def told(before: Recipe, now: Recipe, **more: object) -> list[str]:
    found = differences(before, now, **more)  # type: ignore[arg-type]
    return [f"{one.name}: {one.words(one.now)}, was {one.before}" for one in found]


def test_equal_recipes_differ_in_nothing() -> None:
    assert differences(Recipe(), Recipe()) == ()


def test_each_changed_setting_is_told_once() -> None:
    before = Recipe(batch_size=32)
    now = before.with_settings({"batch_size": 64, "patience": 3})
    assert told(before, now) == ["batch size: 64, was 32", "early stopping: 3, was 0"]
    assert told(before, now, beside=("batch_size",)) == ["early stopping: 3, was 0"]


def test_a_setting_that_only_the_new_kind_has_was_none() -> None:
    now = Recipe().with_setting("schedule.kind", "step")
    found = {one.path: one.before for one in differences(Recipe(), now)}
    assert found["schedule.kind"] == Recipe().schedule.kind
    assert None in found.values()
