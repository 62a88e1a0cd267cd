"""Which weights L1 presses on and Muon evens out."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.network.modules import PositionalEmbedding
from engine.training.optimizers import make
from engine.training.recipe import OptimizerSettings
from engine.training.weights import multiplied


def _module() -> nn.ModuleDict:
    return nn.ModuleDict(
        {
            "embedding": nn.Embedding(5, 4),
            "position": PositionalEmbedding(3, 4),
            "attention": nn.MultiheadAttention(4, 2, batch_first=True),
            "norm": nn.LayerNorm((3, 4)),
            "root": nn.RMSNorm((3, 4)),
            "slopes": nn.PReLU(4),
            "batch": nn.BatchNorm1d(3),
            "filters": nn.Conv1d(4, 2, 3),
            "frozen": nn.Linear(4, 4).requires_grad_(False),
            "last": nn.Linear(4, 2),
        }
    )


def _names(module: nn.Module, chosen: list[nn.Parameter]) -> set[str]:
    ids = {id(p) for p in chosen}
    return {name for name, p in module.named_parameters() if id(p) in ids}


MATRICES = {"attention.in_proj_weight", "attention.out_proj.weight", "last.weight"}


def test_biases_and_normalisation_are_left_out() -> None:
    module = _module()
    expected = MATRICES | {"filters.weight", "embedding.weight", "position.weight"}
    assert _names(module, multiplied(module)) == expected
    assert _names(module, multiplied(module, embeddings=False)) == MATRICES | {"filters.weight"}


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon")
def test_muon_trains_matrices_and_adamw_everything_else() -> None:
    module = _module()
    muon, adamw = make(OptimizerSettings("Muon"), module).parts
    assert _names(module, muon.param_groups[0]["params"]) == MATRICES
    trained = {name for name, p in module.named_parameters() if p.requires_grad}
    assert _names(module, adamw.param_groups[0]["params"]) == trained - MATRICES
