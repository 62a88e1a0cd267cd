"""The recipe: strict both ways, explains itself, says what is wrong with a setting."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.parameters import Choice, Flag, Integer, Parameter, Real
from engine.training.recipe import SECTIONS, OptimizerSettings, Recipe, RecipeError, Settings


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    match parameter:
        case Integer():
            return st.integers(parameter.low, parameter.high)
        case Real():
            return st.floats(parameter.low, parameter.high)
        case Choice():
            return st.sampled_from(parameter.options)
        case Flag():
            return st.booleans()
    return st.just(parameter.default)


@st.composite
def sections(draw: st.DrawFn, kind: type[Settings]) -> Settings:
    chosen = draw(st.sampled_from(list(kind.KINDS)))
    declared = kind.KINDS[chosen]
    return kind(chosen, **{p.name: draw(values(p)) for p in declared if p.name != "nesterov"})


@given(st.fixed_dictionaries({name: sections(kind) for name, kind in SECTIONS.items()}))
def test_json_both_ways(parts: dict[str, Any]) -> None:
    recipe = Recipe(dataset="moons", dataset_options={"noise": 0.2, "samples": 500}, **parts)
    text = json.dumps(recipe.to_json(), allow_nan=False)
    again = Recipe.from_json(json.loads(text))
    assert again == recipe
    assert json.dumps(again.to_json()) == text
    assert hash(again) == hash(recipe)
    for other in (copy.deepcopy(recipe), pickle.loads(pickle.dumps(recipe))):  # noqa: S301
        assert other == recipe


@given(st.data())
def test_every_setting_can_be_typed(data: st.DataObject) -> None:
    recipe = Recipe(**{name: data.draw(sections(kind)) for name, kind in SECTIONS.items()})
    setting = data.draw(st.sampled_from([s for s in recipe.settings() if s.parameter.name not in ("nesterov", "kind")]))
    if setting.path in ("validation", "test"):
        return
    value = data.draw(values(setting.parameter))
    changed = recipe.with_setting(f"recipe.{setting.path}", setting.parameter.show(value))
    found = {s.path: s.value for s in changed.settings()}[setting.path]
    assert found == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value)


def test_every_explanation_is_a_whole_sentence() -> None:
    for setting in Recipe().settings():
        assert setting.parameter.help.endswith((".", "!", "?")), setting.path


def test_every_setting_explains_itself_within_its_bounds() -> None:
    for name, section in SECTIONS.items():
        assert section.DEFAULT in section.KINDS
        assert set(section.SUMMARIES) == set(section.KINDS), name
        for kind in section.KINDS:
            for setting in (s for s in Recipe(**{name: section(kind)}).settings() if s.path.startswith(name)):
                assert setting.parameter.title
                assert len(setting.parameter.help) > 30
                assert setting.parameter.check(setting.parameter.default) == setting.parameter.default


def test_only_what_an_optimizer_uses_is_there() -> None:
    assert "momentum" not in {p.name for p in OptimizerSettings("Adam").parameters}
    assert {p.name for p in OptimizerSettings("SGD").parameters} == {
        "learning_rate",
        "momentum",
        "nesterov",
        "weight_decay",
    }
    with pytest.raises(AttributeError):
        _ = OptimizerSettings("Adam").momentum
    with pytest.raises(RecipeError, match="it is a setting of SGD, RMSprop, Muon"):
        Recipe().with_setting("optimizer.momentum", 0.9)


def test_another_optimizer_brings_its_own_defaults() -> None:
    recipe = Recipe().with_setting("optimizer.learning_rate", 0.7)
    assert recipe.with_setting("optimizer", "Adadelta").optimizer == OptimizerSettings("Adadelta")
    assert recipe.with_setting("optimizer.kind", "AdamW").optimizer.learning_rate == 0.7, "nothing was changed"


def test_settings_together_in_any_order() -> None:
    changes = {"optimizer.momentum": "0.5", "optimizer.kind": "SGD", "dataset_options.noise": "0.3", "dataset": "xor"}
    for order in (list(changes), list(reversed(changes))):
        recipe = Recipe().with_settings({name: changes[name] for name in order})
        assert recipe.optimizer.momentum == 0.5
        assert dict(recipe.dataset_options) == {"noise": 0.3}
    assert dict(recipe.with_setting("dataset", "moons").dataset_options) == {}


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("samples", "1,000", 1_000),
        ("samples", "20.000", 20_000),
        ("samples", " 2e3 ", 2_000),
        ("noise", "0,5", 0.5),
        ("noise", "50%", 0.5),
        ("of another version", "1.5", 1.5),
    ],
)
def test_options_of_a_dataset_are_typed_like_all_settings(path: str, text: str, value: float) -> None:
    recipe = Recipe(dataset="moons").with_setting(f"dataset_options.{path}", text)
    assert recipe.dataset_options[path] == value
    unknown = Recipe(dataset="of another version").with_setting(f"dataset_options.{path}", "3")
    assert unknown.dataset_options[path] == 3


@pytest.mark.parametrize("text", ["2.5", "1,5", "5 rows", "9", "nan", ""])
def test_an_option_that_is_no_such_number_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="Samples must be a whole number"):
        Recipe(dataset="moons").with_setting("dataset_options.samples", text)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("batchsize", 3, "Did you mean batch_size"),
        ("optimizer.lr", 3, "no setting called 'lr'"),
        ("optimizer", "Adamm", "no optimizer called 'Adamm'. Did you mean"),
        ("batch_size", 0, "from 1 to"),
        ("batch_size", "many", "whole number"),
        ("epochs", True, "whole number"),
        ("optimizer.learning_rate", float("nan"), "number from"),
        ("optimizer.learning_rate", "fast", "number from"),
        ("device", "tpu", "one of auto, cpu, cuda, mps"),
        ("validation", 0.9, "leave less than a tenth"),
        ("dataset", "", "name of 1 to"),
        ("dataset_options.noise", [1], "'noise' must be a number"),
        ("epochs.many", 1, "no setting called 'epochs.many'"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(path: str, value: object, words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        Recipe(dataset="iris").with_setting(path, value)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"format": 5},
        {"task": 3},
        {"task": "clairvoyance"},
        {"format": True},
        {"epoch": 3},
        {"epochs": "3"},
        {"epochs": 1.5},
        {"optimizer": "SGD"},
        {"optimizer": {"kind": "SGD", "beta1": 0.9}},
        {"optimizer": {"kind": ["SGD"]}},
        {"optimizer": {"kind": "SGD", "momentum": "0.9x"}},
        {"optimizer": {"self": 1}},
        {"optimizer": {"kind": "SGD", "momentum": 0, "nesterov": True}},
        {"dataset_options": {"a": None}},
        {"dataset_options": 3},
        {"l1": float("inf")},
    ],
)
def test_strange_json_is_refused(data: object) -> None:
    with pytest.raises(RecipeError):
        Recipe.from_json(data)


def test_importing_the_recipe_brings_no_torch() -> None:
    code = (
        "import sys, engine.training.recipe, engine.training.control, engine.training.telemetry, "
        "engine.training.state, engine.training.schedules, engine.training.result; sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_settings_that_belong_together_are_changed_at_once() -> None:
    recipe = Recipe().with_settings({"validation": "0.9", "test": "0", "optimizer.learning_rate": 0.5})
    assert (recipe.validation, recipe.test, recipe.optimizer.learning_rate) == (0.9, 0.0, 0.5)
    assert Recipe(validation=0.0, test=0.9).with_settings({"validation": 0.9, "test": 0.0}).validation == 0.9
    with pytest.raises(RecipeError, match="leave less than a tenth"):
        Recipe(dataset="iris").with_settings({"validation": 0.5, "test": 0.5})


def test_typed_settings_take_both_decimal_marks() -> None:
    recipe = Recipe().with_settings({"epochs": "1,000", "batch_size": "1.024", "optimizer.learning_rate": "1,5e-3"})
    assert (recipe.epochs, recipe.batch_size, recipe.optimizer.learning_rate) == (1000, 1024, 0.0015)
    for name, text in (("epochs", "1,5"), ("batch_size", "1.5"), ("optimizer.learning_rate", "1,500")):
        with pytest.raises(RecipeError, match=text):
            Recipe().with_settings({name: text})
