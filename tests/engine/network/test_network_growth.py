"""Building a network, writing its source and finding a fault in it: work in proportion to its layers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from engine.graph.graph import Graph
from engine.network.build import Network, build
from engine.network.source import source
from engine.training.failures import explain
from tests.engine.graph.growing import SHAPES, lines_run
from tests.engine.graph.test_growth import MOST, SIGNATURE

FEW = 80
SOUND = ("chain", "dense_chain", "wide", "wide_behind_idle", "bypassed")


WORK: dict[str, Callable[[Graph], object]] = {
    "build": lambda graph: build(graph, SIGNATURE),
    "source": lambda graph: source(graph, SIGNATURE),
}


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("shape", SOUND)
def test_work_grows_with_the_layers_and_no_faster(shape: str, work: str) -> None:
    few, many = SHAPES[shape](FEW), SHAPES[shape](4 * FEW)
    WORK[work](few)  # what torch does once
    before = lines_run(lambda: WORK[work](few), MOST)
    assert lines_run(lambda: WORK[work](many), 6 * before) < 6 * before


def test_a_fault_is_looked_for_in_one_pass() -> None:
    few, many = (build(SHAPES["chain"](count), SIGNATURE) for count in (FEW, 8 * FEW))

    def looking(network: Network) -> object:
        return explain(RuntimeError("unknown"), network, torch.zeros(2, 2), 0.1)

    looking(few)
    before = lines_run(lambda: looking(few), MOST)
    assert lines_run(lambda: looking(many), 12 * before) < 12 * before
