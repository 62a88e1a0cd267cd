"""Only settings that do something are offered, with values that suit the data."""

from __future__ import annotations

import pytest

from engine.data import catalogue
from engine.graph import losses
from engine.graph.parameters import Choice
from engine.training.in_use import settings_in_use
from engine.training.recipe import SECTIONS, Recipe, RecipeError
from engine.training.settings import DATA, GOAL_GROUPS

DATASETS = tuple(name for name in catalogue.names() if name != "own-text")


def offered(recipe: Recipe) -> dict[str, object]:
    return {setting.path: setting.parameter for setting in settings_in_use(recipe)}


@pytest.mark.parametrize("name", [name for name in DATASETS if not catalogue.entry(name).downloadable])
def test_the_test_part_is_offered_where_it_decides_how_many_test_rows_there_are(name: str) -> None:
    few = {"samples": 300} if "samples" in [option.name for option in catalogue.options(name)] else {}
    sizes = {len(catalogue.load(name, options=few, test=part).test) for part in (0.1, 0.4)}
    assert ("test" in offered(Recipe(dataset=name))) == (len(sizes) == 2)


def test_data_from_elsewhere_that_brings_test_rows_has_no_test_part() -> None:
    assert "test" not in offered(Recipe(dataset="mnist"))
    assert "validation" in offered(Recipe(dataset="mnist"))


@pytest.mark.parametrize("name", DATASETS)
def test_only_losses_that_fit_the_answers_are_offered(name: str) -> None:
    kind = catalogue.schema(name).target.kind
    loss = offered(Recipe(dataset=name)).get("loss.kind")
    if catalogue.schema(name).kind == "text":
        assert loss is None
        return
    assert isinstance(loss, Choice)
    assert set(loss.options) == {"auto", *(fit.name for fit in losses.fitting(kind))}
    assert len(loss.labels) == len(loss.options)


def test_a_loss_that_does_not_fit_can_be_seen_and_changed() -> None:
    loss = offered(Recipe(dataset="houses").with_setting("loss", "cross_entropy"))["loss.kind"]
    assert isinstance(loss, Choice)
    assert loss.label("cross_entropy") == "Cross-entropy"


def test_pictures_are_augmented_and_rows_are_not() -> None:
    assert "augmentation.kind" in offered(Recipe(dataset="strokes"))
    assert "augmentation.kind" not in offered(Recipe(dataset="iris"))
    affine = Recipe(dataset="strokes").with_setting("augmentation", "affine").with_setting("dataset", "iris")
    assert {"augmentation.kind", "augmentation.rotation"} <= set(offered(affine)), "so that it can be set to none"


def test_answers_are_prepared_where_they_are_values() -> None:
    assert "answer_preparation" in offered(Recipe(dataset="houses"))
    assert "answer_preparation" not in offered(Recipe(dataset="iris"))


def test_of_data_that_is_not_known_every_setting_is_offered() -> None:
    recipe = Recipe(dataset="somebody's own")
    assert list(offered(recipe)) == list(recipe.paths())


def test_a_test_part_without_effect_is_in_nobodys_way() -> None:
    recipe = Recipe(dataset="mnist").with_setting("validation", 0.85)
    assert recipe.validation == 0.85
    other = recipe.with_setting("dataset", "iris")
    assert other.validation + other.test <= 0.9 + 1e-9
    with pytest.raises(RecipeError, match="Validation split"):
        Recipe(dataset="iris").with_setting("validation", 0.85)


def test_every_setting_stands_under_a_heading_but_what_has_a_place_of_its_own() -> None:
    """A new setting that declares none would be on no page."""
    recipe = Recipe().with_settings({"augmentation.kind": "affine", "schedule.kind": "cosine"})
    alone = [setting.path for setting in recipe.settings() if setting.group not in (DATA, *GOAL_GROUPS)]
    assert alone == ["dataset", "folds"], "the dataset is in the toolbar, the folds are at the split"
    assert {section.GROUP for section in SECTIONS.values()} <= set(GOAL_GROUPS)
