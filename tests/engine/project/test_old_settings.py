"""Drawings, recipes and blocks from before settings had torch's names: they open, mean the same and are written anew.

The files were written by the program as it was then, and hold every name that a setting has had.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.export.source import signature_of, source_text
from engine.graph.blocks import ready
from engine.graph.errors import BadSetting
from engine.graph.layers import kinds
from engine.graph.parameters import Parameter
from engine.graph.reading import graph_from_json
from engine.project import my_blocks
from engine.project.file import read, write
from engine.project.project import ProjectError
from engine.tasks.predictor import Predictor
from engine.training.recipe import SECTIONS, Recipe, RecipeError
from tests.engine.project.projects import parts_of, zipped
from tests.engine.project.test_round_trip import same_project

FILES = Path(__file__).parent / "files"
OLD = FILES / "old-settings.sketchnet"
OTHERS: dict[str, Any] = json.loads((FILES / "old-settings.json").read_text(encoding="utf-8"))


def declared() -> Iterator[tuple[str, Parameter]]:
    """Every setting that has had other names, with the layer, block, optimizer or schedule that it belongs to."""
    for kind in kinds().values():
        yield from ((kind.name, parameter) for parameter in kind.parameters)
    for block in ready().values():
        yield from ((block.title, parameter) for parameter in block.parameters)
    for section in SECTIONS.values():
        yield from ((kind, parameter) for kind, parameters in section.KINDS.items() for parameter in parameters)


def named(value: Any) -> Iterator[tuple[str, str]]:
    """The settings in a JSON value: the kind of what they belong to, and their names."""
    if isinstance(value, dict):
        params = value.get("params")
        if isinstance(params, dict):
            yield from ((value.get("kind", value.get("name")), name) for name in params)
        elif isinstance(value.get("kind"), str):
            yield from ((value["kind"], name) for name in value)
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from named(part)


def document(path: Path) -> dict[str, Any]:
    return json.loads(parts_of(path)["project.json"])  # type: ignore[no-any-return]


FORMER = {(owner, former) for owner, parameter in declared() for former in parameter.was}
CURRENT = {(owner, parameter.name) for owner, parameter in declared() if parameter.was}


def test_the_old_files_hold_every_name_that_a_setting_has_had() -> None:
    held = {*named(document(OLD)), *named(OTHERS)}
    assert len(FORMER) > 40
    assert held >= FORMER
    assert not held & CURRENT


def test_an_old_file_is_written_anew_and_answers_bit_for_bit_the_same(tmp_path: Path) -> None:
    assert document(OLD)["format"] == 1
    old, new = read(OLD), tmp_path / "new.sketchnet"
    write(old, new)
    held = set(named(document(new)))
    assert document(new)["format"] == 2
    assert not held & FORMER
    assert held & CURRENT
    again = read(new)
    assert same_project(again, old)
    assert {name: part for name, part in parts_of(new).items() if name != "project.json"} == {
        name: part for name, part in parts_of(OLD).items() if name != "project.json"
    }
    signature = signature_of(old)
    inputs = np.random.default_rng(7).random((5, *signature.input.sizes)).astype(np.float32)
    one, other = (Predictor(made.graph, signature, made.run.weights, None).predict(inputs) for made in (old, again))
    assert one.tobytes() == other.tobytes()
    assert one == pytest.approx(np.array(OTHERS["predictions"]), abs=2e-4)  # as it was then, on whatever computer
    texts = [source_text(made, file_name="mine.py") for made in (old, again)]
    assert texts[0] == texts[1]


def test_old_settings_mean_what_they_meant() -> None:
    project = read(OLD)
    by_kind = {node.kind: node.params for node in project.graph.nodes.values()}
    assert by_kind["Conv2d"].out_channels == 4
    assert by_kind["Linear"].out_features == 3
    assert (by_kind["LSTM"].hidden_size, by_kind["LSTM"].num_layers) == (6, 2)
    assert by_kind["MultiheadAttention"].num_heads == 2
    assert (by_kind["TransformerEncoderLayer"].nhead, by_kind["TransformerEncoderLayer"].dim_feedforward) == (2, 12)
    assert by_kind["GroupNorm"].num_groups == 2
    assert by_kind["RMSNorm"].elementwise_affine is False
    assert (by_kind["PixelUnshuffle"].downscale_factor, by_kind["PixelShuffle"].upscale_factor) == (4, 2)
    assert by_kind["Embedding"].embedding_dim == 9
    blocks = {node.block.title: node.block for node in project.graph.nodes.values() if node.block is not None}
    made = {title: block.made.params for title, block in blocks.items() if block.made is not None}
    assert made["Conv-norm-activation"].out_channels == 6
    assert made["Conv-norm-activation"].num_groups == 3
    assert made["MLP"].hidden_channels == (7, 5)
    encoder = made["Transformer encoder"]
    assert (encoder.d_model, encoder.nhead, encoder.dim_feedforward) == (8, 2, 10)
    for title, params in made.items():  # drawn alike; what is said of them may be said better today
        assert replace(ready()[title].make(**params), summary=blocks[title].summary) == blocks[title]
    schedule = project.recipe.schedule
    assert project.recipe.optimizer.eps == 1e-9
    assert (schedule.pct_start, schedule.div_factor, schedule.final_div_factor) == (0.25, 20.0, 5e3)
    assert project.trained_with is not None
    assert project.trained_with.optimizer.max_iter == 7
    assert project.trained_with.optimizer.line_search_fn == "strong_wolfe"
    assert (project.trained_with.schedule.patience, project.trained_with.schedule.factor) == (5, 0.4)


def kinds_of(recipe: dict[str, Any]) -> str:
    return f"{recipe['optimizer']['kind']}-{recipe['schedule']['kind']}"


@pytest.mark.parametrize("old", OTHERS["recipes"], ids=kinds_of)
def test_old_recipes_are_read(old: dict[str, Any]) -> None:
    new = Recipe.from_json(old).to_json()
    assert new["task"] == {"kind": old["task"]}, "which was a name"
    for section in SECTIONS.keys() - {"task"}:
        assert list(new[section].values()) == list(old[section].values())
        assert not set(named(new[section])) & FORMER
    others = {name: value for name, value in old.items() if name not in (*SECTIONS, "format")}
    others["split"] = "random"  # which was the only way to divide rows
    assert {name: value for name, value in new.items() if name not in (*SECTIONS, "format")} == others


def test_a_block_that_was_kept_before_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_blocks, "folder", lambda: tmp_path)
    (tmp_path / "mine.block.json").write_text(json.dumps(OTHERS["block"]))
    block = my_blocks.everything().blocks[0]
    made = ready()["Conv-norm-activation"].make(out_channels=5, normalisation="group", num_groups=5)
    assert block == replace(made, title="Mine")
    assert not set(named(json.loads(my_blocks.save(block).read_text()))) & FORMER


def test_layers_that_were_on_the_clipboard_are_read() -> None:
    graph = graph_from_json(OTHERS["clipboard"]["graph"])
    assert list(graph.nodes.values()) == list(read(OLD).graph.subgraph(graph.nodes).nodes.values())


def test_what_an_old_file_holds_besides_is_kept_and_its_old_names_are_not(tmp_path: Path) -> None:
    data = document(OLD)
    data["graph"]["nodes"][3]["colour"] = "red"
    one, two = tmp_path / "one.sketchnet", tmp_path / "two.sketchnet"
    one.write_bytes(zipped({**parts_of(OLD), "project.json": json.dumps(data).encode()}))
    write(read(one), two)
    assert document(two)["graph"]["nodes"][3]["colour"] == "red"
    assert not set(named(document(two))) & FORMER


@pytest.mark.parametrize("words", ["filters and out_channels", "epsilon and eps"])
def test_a_setting_with_its_old_and_its_new_name_is_refused(words: str, tmp_path: Path) -> None:
    data, path = document(OLD), tmp_path / "a.sketchnet"
    if words.startswith("filters"):
        node = next(node for node in data["graph"]["nodes"] if node["kind"] == "Conv1d")
        node["params"]["out_channels"] = 4
    else:
        data["recipe"]["optimizer"]["eps"] = 1e-3
    path.write_bytes(zipped({**parts_of(OLD), "project.json": json.dumps(data).encode()}))
    with pytest.raises(ProjectError, match=f"{words} are two names of one setting: give it once"):
        read(path)


def test_old_paths_of_a_recipe_work_and_advice_names_the_new_ones() -> None:
    given = {"optimizer.epsilon": "1e-6", "recipe.schedule.rise": "20%", "schedule": "one-cycle"}
    recipe = Recipe().with_settings(given)
    assert recipe.optimizer.eps == 1e-6
    assert recipe.schedule.pct_start == 0.2
    assert recipe.with_setting("optimizer.eps", "1e-5").optimizer.eps == 1e-5
    assert Recipe().with_setting("schedule", "step").with_setting("schedule.factor", 0.5).schedule.gamma == 0.5
    assert Recipe().with_setting("schedule", "plateau").with_setting("schedule.factor", 0.5).schedule.factor == 0.5
    assert {"optimizer.eps", "optimizer.learning_rate"} < set(recipe.paths())
    assert not any("epsilon" in path for path in recipe.paths())
    with pytest.raises(RecipeError, match=r"no setting called 'epsilonn'\. Did you mean eps\?"):
        recipe.with_setting("optimizer.epsilonn", 1)
    with pytest.raises(RecipeError, match=r"'optimiser\.epsilon'\. Did you mean optimizer\.eps"):
        recipe.with_setting("optimiser.epsilon", 1)
    with pytest.raises(RecipeError, match=r"SGD does not use 'epsilon' \(now called eps\); it is a setting of Adam, "):
        recipe.with_setting("optimizer", "SGD").with_setting("optimizer.epsilon", 1)
    with pytest.raises(RecipeError, match=r"Cosine does not use 'factor'; it is a setting of step, exponential, "):
        recipe.with_setting("schedule", "cosine").with_setting("schedule.factor", 1)
    with pytest.raises(RecipeError, match=r"SGD does not use 'eps'; it is a setting of Adam, "):
        recipe.with_setting("optimizer", "SGD").with_setting("optimizer.eps", 1)


def test_old_names_are_read_wherever_a_layer_is_given_settings() -> None:
    node = {"id": "n1", "kind": "Linear", "name": "a", "params": {"units": 5}}
    graph = graph_from_json({"nodes": [node], "wires": []})
    assert graph.nodes["n1"].params.out_features == 5
    assert graph.set_params("n1", units=6).nodes["n1"].params.out_features == 6
    assert graph.add("GRU", units=7).nodes["n2"].params.hidden_size == 7
    with pytest.raises(BadSetting, match="Linear: units and out_features are two names of one setting"):
        graph.set_params("n1", units=6, out_features=7)
    with pytest.raises(BadSetting, match="no setting called 'filters'; it has: out_features"):
        graph.add("Linear", filters=6)
