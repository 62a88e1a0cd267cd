"""The parts of an exported network, loaded from its file, give what the program answers, bit for bit."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from engine.export.source import export_source
from engine.graph import templates
from engine.network.build import build
from engine.project.project import Project
from engine.running.run import Run
from engine.tasks.answerer import Answerer
from engine.tasks.gan.network import parts_of
from engine.tasks.queries import Decode, Encode, LearnedNetwork, Predict
from engine.training.data_loading import load_rows
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.weights import load_weights


def exported(template: str, folder: Path, **settings: Any) -> tuple[ModuleType, LearnedNetwork, np.ndarray]:
    """The module of an exported file, the network it is of, and some raw samples."""
    graph = templates.build(template)
    recipe = Recipe().with_settings(templates.describe(template).recipe)
    recipe = recipe.with_settings({"epochs": 1, "device": "cpu", **settings})
    data = load_rows(recipe)
    outcome = Run(graph, recipe, data).run()
    record = RunRecord(weights=outcome.weights, preparation=outcome.preparation)
    path = folder / "network.py"
    export_source(Project(graph, recipe, record, trained_on=recipe.dataset), path)
    spec = importlib.util.spec_from_file_location("exported_network", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = LearnedNetwork(graph, recipe, data.schema, outcome.weights, outcome.preparation)
    return module, network, data.train.inputs[:5]


def prepared(module: ModuleType, raw: np.ndarray) -> torch.Tensor:
    inputs = torch.from_numpy(np.array(raw))
    return module.prepare(inputs) if hasattr(module, "prepare") else inputs.float()


def test_the_encoder_and_decoder_of_a_file(tmp_path: Path) -> None:
    small = {"dataset_options.samples": 200, "batch_size": 32}
    module, network, raw = exported("autoencoder", tmp_path, **small)
    made = module.load()
    answerer = Answerer()
    with torch.no_grad():
        code = made.encoder(prepared(module, raw))
        outputs = made.decoder(code)
    assert code.shape == (5, 16)
    assert np.array_equal(code.numpy(), answerer.answer(network, Encode(raw, ("norm1",))).values["norm1"])
    assert np.array_equal(outputs.numpy(), answerer.answer(network, Encode(raw, ("goal",))).values["goal"])
    other = np.roll(code.numpy(), 1, axis=1)
    with torch.no_grad():
        restored = module.restore(made.decoder(torch.from_numpy(other)))
    assert np.array_equal(restored.numpy(), answerer.answer(network, Decode(other, "norm1")).answers)
    with torch.no_grad():
        restored = module.restore(made(prepared(module, raw)))
    assert np.array_equal(restored.numpy(), answerer.answer(network, Predict(raw)).answers)


def test_the_generator_and_critic_of_a_file(tmp_path: Path) -> None:
    module, network, raw = exported("gan-points", tmp_path)
    made = module.load()
    built = build(network.graph, network.schema.signature()).eval()
    load_weights(built, network.weights)
    parts = parts_of(built)
    noise = torch.randn(5, *parts.sizes)
    with torch.no_grad():
        assert torch.equal(made.generator(noise), parts.generator(noise))
        scores = made.critic(prepared(module, raw))
    assert np.array_equal(scores.numpy(), Answerer().answer(network, Predict(raw)).answers)
