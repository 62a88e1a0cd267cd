"""Exported code runs the named parts of a drawing as the program does, bit for bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import RealOrFakeScore
from engine.network.build import build
from engine.network.source import Scaling, source
from engine.tasks.gan.network import parts_of

POINTS, DIGITS = Shape.features(2), Shape.picture(1, 28, 28)


def renamed(graph: Graph, before: str, after: str) -> Graph:
    found = graph.find(before)
    assert found is not None
    return graph.rename(found.id, after)


@pytest.mark.parametrize(
    ("graph", "entering", "generator", "critic"),
    [
        (templates.build("gan-points"), POINTS, "generator", "critic"),
        (templates.build("gan-digits"), DIGITS, "generator", "critic"),
        (renamed(templates.build("gan-points"), "linear1", "generator"), POINTS, "run_generator", "critic"),
        (renamed(templates.build("gan-points"), "linear7", "critic"), POINTS, "generator", "run_critic"),
    ],
    ids=["points", "digits", "a layer called generator", "a layer called critic"],
)
def test_the_parts_of_the_exported_class_give_what_the_program_gives(
    graph: Graph, entering: Shape, generator: str, critic: str
) -> None:
    signature = Signature(entering, RealOrFakeScore())
    network = build(graph, signature, seed=3).eval()
    shift, scale = (0.5,) * entering.sizes[0], (2.0,) * entering.sizes[0]
    made: dict[str, Any] = {"__name__": "exported"}
    text = source(graph, signature, title="Maker", weights_file=None, scaling=Scaling(shift, scale))
    exec(compile(text, "exported.py", "exec"), made)
    exported = made["Maker"]()
    exported.load_state_dict(network.state_dict())
    exported.eval()
    parts = parts_of(network)
    z, x = torch.randn(5, *parts.sizes), torch.randn(5, *entering.sizes)
    with torch.no_grad():
        assert torch.equal(getattr(exported, generator)(z), parts.generator(z))
        assert torch.equal(getattr(exported, critic)(x), parts.critic(x))
        assert torch.equal(exported(x), network(x))
    samples = made["new_samples"](exported, 4, seed=1)
    assert samples.shape == (4, *entering.sizes)
    assert torch.equal(samples, made["new_samples"](exported, 4, seed=1))
    assert not torch.equal(samples, made["new_samples"](exported, 4, seed=2))
    with torch.no_grad():
        raw = parts.generator(torch.randn(4, *parts.sizes, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(samples, raw * 2 + 0.5)
