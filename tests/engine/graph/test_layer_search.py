"""Finding layers by what one remembers of them."""

from __future__ import annotations

import pytest

from engine.graph.advice.analysis import analyse
from engine.graph.advice.layer_search import find, split
from engine.graph.graph import Graph, empty, wire
from engine.graph.note_edits import add_note
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories

SIGNATURE = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))


def drawing() -> Graph:
    """data → conv1 (32, 3×3) → relu1 → pool1 (2×2) → conv2 (64, 5×5) → flatten1 → dropout1 → linear1 (128) →
    linear2 (answer) → goal; norm1 stands alone."""
    graph = empty()
    chain = [
        ("Conv2d", {"out_channels": 32, "kernel_size": 3}),
        ("ReLU", {}),
        ("MaxPool2d", {"kernel_size": 2}),
        ("Conv2d", {"out_channels": 64, "kernel_size": 5}),
        ("Flatten", {}),
        ("Dropout", {"p": 0.25}),
        ("Linear", {"out_features": 128, "bias": False}),
        ("Linear", {"out_features": "answer"}),
    ]
    before = "n1"
    for kind, params in chain:
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    graph = graph.connect(wire(before, "n2"))
    graph = graph.add("BatchNorm2d", position=(10.0, 300.0))
    conv2 = graph.find("conv2")
    assert conv2 is not None
    return graph.set(conv2.id, frozen=True, note="corners of corners")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("kernel", ["t1", "t2"]),
        ("KERNELS why", ["t1"]),
        ("note", ["t1"]),
        ("frame", ["t2"]),
        ("frame kernel", ["t2"]),
        ("5 x 5", ["t1"]),
        ("kernels nothing", []),
        ("", []),
    ],
)
def test_notes_and_frames_are_found_by_their_words(words: str, expected: list[str]) -> None:
    graph = add_note(empty(), "note", text="Why these kernels?\n5x5 sees more.")
    graph = add_note(graph, "frame", text="Kernel zoo")
    ids = dict(zip(("t1", "t2"), graph.notes, strict=True))
    assert find(graph, analyse(graph, SIGNATURE), words) == tuple(ids[name] for name in expected)


def names(words: str) -> list[str]:
    graph = drawing()
    return [graph.nodes[id].name for id in find(graph, analyse(graph, SIGNATURE), words)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("conv1", ["conv1"]),
        ("conv", ["conv1", "conv2"]),
        ("CONV2D", ["conv1", "conv2"]),
        ("nn.Linear", ["linear1", "linear2"]),
        ("dense", ["linear1", "linear2"]),
        ("corners", ["conv2"]),
        ("frozen", ["conv2"]),
        ("frozen conv", ["conv2"]),
        ("skipped", []),
        ("bypassed", []),
        # shapes
        ("32×28×28", ["conv1", "relu1"]),
        ("32x14x14", ["pool1"]),
        ("32 x 14 x 14", ["pool1"]),
        ("14×14", ["pool1", "conv2"]),
        ("32×28", []),
        ("64 channels", ["conv2"]),
        ("12544", ["flatten1", "dropout1"]),
        ("channels 64", ["conv2"]),
        ("14 high", ["pool1", "conv2"]),
        ("12544 features", ["flatten1", "dropout1"]),
        # settings
        ("kernel 3", ["conv1"]),
        ("kernel=3", ["conv1"]),
        ("kernel_size: 5×5", ["conv2"]),
        ("kernel size 5", ["conv2"]),
        ("conv kernel 5", ["conv2"]),
        ("p=0.25", ["dropout1"]),
        ("p = .25", ["dropout1"]),
        ("p 25%", ["dropout1"]),
        ("p=0.5", []),
        ("rate 25 %", ["dropout1"]),
        ("units 128", ["linear1"]),
        ("128 units", ["linear1"]),
        ("units 10", ["linear2"]),
        ("units answer", ["linear2"]),
        ("filters 32", ["conv1"]),
        ("filters=32", ["conv1"]),
        ("out_channels=32", ["conv1"]),
        ("out_features 128", ["linear1"]),
        ("linear bias off", ["linear1"]),
        ("linear bias yes", ["linear2"]),
        # numbers that stand on the layer
        ("64", ["conv2"]),
        ("6", []),
        # nothing
        ("", []),
        ("   ", []),
        ("no such thing", []),
        ("99999999999999999999 channels", []),
        ("(", []),
        ("‡", []),
        ("batchnorm", ["norm1"]),
    ],
)
def test_what_words_find(words: str, expected: list[str]) -> None:
    assert names(words) == expected


def test_layers_come_in_the_order_data_runs_whatever_the_order_they_were_drawn() -> None:
    graph = empty().add("ReLU", position=(400, 0)).add("ReLU", position=(200, 0)).add("ReLU", position=(0, 90))
    graph = graph.connect(wire("n1", "n4")).connect(wire("n4", "n3")).connect(wire("n3", "n2"))
    assert find(graph, analyse(graph, SIGNATURE), "relu") == ("n4", "n3", "n5")


def test_without_a_dataset_names_and_settings_are_still_found() -> None:
    graph = drawing()
    analysis = analyse(graph, None)
    assert len(find(graph, analysis, "conv")) == 2
    assert len(find(graph, analysis, "kernel 5")) == 1
    assert len(find(graph, analysis, "64 channels")) == 1, "the setting; what arrives is not known"
    assert find(graph, analysis, "12544 features") == ()


def test_the_words_of_a_query() -> None:
    assert split("p = 0.5, 32 x 14 x 14") == ("p", "0.5", "32×14×14")
    assert split("Kernel:3") == ("kernel", "3")
