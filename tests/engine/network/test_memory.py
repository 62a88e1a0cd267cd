"""What can never fit into memory is refused before it is tried, and an error that says so is known for what it is."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch

from engine.graph.advice.analysis import analyse
from engine.graph.block import Block
from engine.graph.graph import Graph, empty, wire
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.network import build as building
from engine.network import memory
from engine.network.build import BuildError, build

SIGNATURE = Signature(Shape.features(2), Categories(2, ("a", "b")))


def row(*layers: tuple[str, dict[str, object]]) -> Graph:
    """Layers one behind the other, from the data to the goal."""
    graph, last = empty(), "n1"
    for kind, params in layers:
        graph = graph.add(kind, **params)
        graph, last = graph.connect(wire(last, graph.last)), graph.last
    return graph.connect(wire(last, "n2"))


HUGE = row(*(("Linear", {"out_features": 65_536}),) * 201, ("Linear", {"out_features": "answer"}))
"""3.4 TB of weights in a file of some kilobytes."""


@pytest.mark.parametrize(
    "ask",
    [
        lambda: torch.empty(10**15),
        lambda: torch.empty(2**62),
        lambda: torch.zeros(1).expand(10**15).clone(),
        lambda: np.empty(10**15),
        lambda: bytearray(2**62),
    ],
)
def test_what_says_that_memory_ran_out(ask) -> None:
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        ask()
    assert memory.is_out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("can't start new thread"), True),
        (ImportError("libtorch_cpu.so: failed to map segment from shared object"), True),
        (ImportError("No module named 'torch'"), False),
        (RuntimeError("unsupported memory format option Contiguous"), False),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False),
        (ValueError("out of memory"), False),
    ],
)  # fmt: skip
def test_what_only_speaks_of_memory(error: Exception, expected: bool) -> None:
    assert memory.is_out_of_memory(error) == expected


def test_the_machine_says_how_much_it_has() -> None:
    found = memory.largest_possible()
    assert found is None or 2**28 < found < 2**50


def test_a_network_that_never_fits_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "largest_possible", lambda: 8 * 10**9)
    monkeypatch.setattr(building, "Network", lambda *_: pytest.fail("it was made"))
    with pytest.raises(BuildError, match=r" parameters, which take 3,436 GB of memory; this machine has 8\.0 GB\."):
        build(HUGE, SIGNATURE)


def test_what_training_keeps_is_counted_for_what_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = row(("Linear", {"out_features": 10}), ("Linear", {"out_features": "answer"}))
    weights, last = 2 * 10 + 10 + 10 * 2 + 2, 10 * 2 + 2
    monkeypatch.setattr(memory, "largest_possible", lambda: 4 * (2 * weights + 3 * weights) - 1)
    assert memory.too_large(analyse(graph, SIGNATURE), copies=2, trained_copies=3)
    assert not memory.too_large(analyse(graph, SIGNATURE), copies=2, trained_copies=2)
    frozen = graph.set(graph.find("linear1").id, frozen=True)
    assert not memory.too_large(analyse(frozen, SIGNATURE), copies=2, trained_copies=3)
    monkeypatch.setattr(memory, "largest_possible", lambda: 4 * (2 * weights + 3 * last) - 1)
    reason = memory.too_large(analyse(frozen, SIGNATURE), copies=2, trained_copies=3)
    assert reason is not None
    assert "with what training keeps beside them" in reason


def test_the_widest_layer_counts_also_inside_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = row(("Linear", {"out_features": 1000}), ("Linear", {"out_features": 2}))
    graph = empty().add_block(Block("wide", inside), repeat=3)
    graph = graph.connect(wire("n1", "n3", "n1")).connect(wire("n3", "n2"))
    analysis = analyse(graph, SIGNATURE)
    monkeypatch.setattr(memory, "largest_possible", lambda: 10**6)
    assert memory.too_large(analysis, rows=200) is None
    reason = memory.too_large(analysis, rows=300)
    assert reason is not None
    assert reason.startswith("linear1 outputs 1,000 numbers for every sample, which for 300 samples at once take")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of address space")
def test_a_process_without_memory_says_so_in_sentences() -> None:
    """In a process of its own, whose memory really ends."""
    program = """
        import resource
        from pathlib import Path
        import torch
        from engine.network import memory
        from engine.network.build import BuildError, build
        from engine.running.run import Run
        from tests.engine.network.test_memory import SIGNATURE, row
        from tests.engine.training.helpers_training import CLASSES, dataset, recipe

        data = dataset(CLASSES)
        signature = data.schema.signature()
        large = row(("Linear", {"units": 7000}), ("Linear", {"units": 7000}), ("Linear", {"units": "answer"}))
        small = row(("Linear", {"units": "answer"}))
        Run(small, recipe(epochs=1), data).run()
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()

        def limit(room):
            resource.setrlimit(resource.RLIMIT_AS, (size + room, resource.RLIM_INFINITY))

        limit(50 * 10**6)
        try:
            build(large, signature)
        except BuildError as error:
            print(error)
        limit(290 * 10**6)
        memory.largest_possible = lambda: None
        print(Run(large, recipe(epochs=1), data).run().message)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    built, trained = done.stdout.strip().splitlines()
    assert built.startswith("There is not enough memory for the 49,063,003 parameters of this network.")
    assert trained.startswith("There was not enough memory")
    assert "alloc" not in done.stdout
