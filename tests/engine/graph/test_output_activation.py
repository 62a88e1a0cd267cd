"""Whether probabilities arrive at the goal: said by what layers declare, checked against torch and whole networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from engine.data.preparation import Preparation
from engine.graph import output_activation as output_activation_module
from engine.graph.advice.analysis import analyse
from engine.graph.block import MOST_DEPTH
from engine.graph.graph import Graph, wire
from engine.graph.grouping import group
from engine.graph.inference import infer
from engine.graph.layers import LayerKind, kind
from engine.graph.layers.passing import PassingKind, makes_its_own
from engine.graph.output_activation import OutputActivation, output_activation
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.graph.wire_index import depth_first
from engine.network.build import build
from engine.network.evaluate import compile_step, construct
from engine.tasks.predictor import Predictor
from tests.engine.graph.drawings import COLOURED, TABLE, YES_NO, Layer, answer, row
from tests.engine.graph.layer_cases import CASES
from tests.engine.graph.strategies import inputs_for, reshaped, settings_for

PLAIN, SIGMOID = OutputActivation.PLAIN, OutputActivation.SIGMOID
SOFTMAX, LOG_SOFTMAX = OutputActivation.SOFTMAX, OutputActivation.LOG_SOFTMAX

AT_TIMES = {"LeakyReLU", "BatchNorm1d", "BatchNorm2d", "PositionalEmbedding", "Add", "Multiply", "Concatenate"}
"""Layers without weights that rare settings or sizes make give back what goes in; none stands before a goal."""


def passes(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> bool:
    """Whether torch gives back the very numbers that go in, in any order."""
    given_numbers = torch.randn(24, *shapes[0].sizes) * 2.0
    if shapes[0].dtype == "int":
        given_numbers = torch.randint(0, max(1, shapes[0].vocabulary), (24, *shapes[0].sizes))
    others = [torch.randn(24, *shape.sizes) for shape in shapes[1:]]
    with torch.no_grad():
        module = construct(layer.module(params, shapes)) if layer.module else None
        y = compile_step(layer.forward(params, shapes))(module.eval() if module else None, [given_numbers, *others])
    return y.numel() == given_numbers.numel() and bool(
        (y.reshape(24, -1).sort().values == given_numbers.reshape(24, -1).sort().values).all()
    )


def passes_all(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> bool:
    """Whether the layer says that it gives back the very numbers that go in."""
    said = layer.passes(params, shapes)
    return said is not None and said.how is PassingKind.SAME and not said.from_zero and len(shapes) == 1


@pytest.mark.parametrize("name", [name for name in CASES if not kind(name).is_switch])
def test_what_a_layer_passes_on_is_what_torch_passes_on(name: str) -> None:
    case, layer, seen = CASES[name], kind(name), Counter[bool]()

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        _families, shapes = data.draw(inputs_for(layer, case.takes))
        params = data.draw(reshaped(data.draw(settings_for(layer, case.most)), shapes[0]))
        try:
            layer.shape(params, shapes)
        except ShapeError:
            reject()
        said = passes_all(layer, params, shapes)
        seen[said] += 1
        if said or not (layer.weights(params, shapes) or name in AT_TIMES):
            assert passes(layer, params, shapes) == said

    torch.manual_seed(0)
    check()
    assert seen


def assert_ones(sums: torch.Tensor) -> None:
    torch.testing.assert_close(sums, torch.ones_like(sums))


@pytest.mark.parametrize("name", [name for name in CASES if kind(name).passes is not makes_its_own])
def test_shares_stay_shares_where_a_layer_says_so(name: str) -> None:
    """Random shares along every axis, and numbers from 0 to 1, through torch."""
    case, layer = CASES[name], kind(name)

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        _families, shapes = data.draw(inputs_for(layer, case.takes))
        params = data.draw(reshaped(data.draw(settings_for(layer, case.most)), shapes[0]))
        try:
            result = layer.shape(params, shapes)
        except ShapeError:
            reject()
        said = layer.passes(params, shapes)
        if said is None or shapes[0].dtype == "int":
            return
        assert len(said.axes) == result.rank
        module = construct(layer.module(params, shapes)).eval() if layer.module else None
        step = compile_step(layer.forward(params, shapes))
        with torch.no_grad():
            y = step(module, [torch.rand(3, *shape.sizes) for shape in shapes])
            assert float(y.min()) >= 0.0
            assert float(y.max()) <= 1 + 1e-6
            for axis in range(shapes[0].rank):
                shares = [torch.randn(3, *shape.sizes).mul(3).softmax(axis + 1) for shape in shapes]
                y = step(module, shares)
                if said.how is PassingKind.SAME and len(shapes) == 1:
                    there, here = (tensor.reshape(3, -1).sort().values for tensor in (shares[0], y))
                    assert torch.equal(there, here)
                if axis not in said.axes:
                    continue
                found = said.axes.index(axis) + 1
                if said.how in (PassingKind.SAME, PassingKind.MEAN):
                    assert_ones(y.sum(found))
                if said.how is PassingKind.SAME and not said.from_zero:
                    assert_ones(step(module, [tensor.log() for tensor in shares]).exp().sum(found))

    torch.manual_seed(0)
    check()


@pytest.mark.parametrize(
    ("name", "shape", "params", "expected"),
    [
        ("GlobalAvgPool", Shape.picture(10, 1, 1), {}, True),
        ("GlobalAvgPool", Shape.picture(10, 1, 2), {}, False),
        ("GlobalAvgPool", Shape.sequence(1, 10), {}, True),
        ("GlobalAvgPool", Shape.sequence(10, 1), {}, False),
        ("MaxPool2d", Shape.picture(4, 3, 3), {"kernel_size": 1}, True),
        ("MaxPool2d", Shape.picture(4, 3, 3), {"kernel_size": 1, "stride": 2}, False),
        ("MaxPool2d", Shape.picture(4, 1, 1), {"kernel_size": 3, "padding": 1}, True),
        ("AvgPool2d", Shape.picture(4, 1, 1), {"kernel_size": 3, "padding": 1}, False),
        ("AvgPool2d", Shape.picture(1, 1, 2), {"kernel_size": 2, "padding": 1, "count_include_pad": False}, True),
        ("MaxPool1d", Shape.signal(2, 2), {"kernel_size": 2, "padding": 1, "dilation": 2, "stride": 1}, True),
        ("AdaptiveAvgPool2d", Shape.picture(4, 1, 1), {}, True),
        ("ZeroPad2d", Shape.picture(4, 2, 2), {"left": 0, "right": 0, "top": 0, "bottom": 0}, True),
        ("ZeroPad2d", Shape.picture(4, 2, 2), {}, False),
        ("Upsample", Shape.picture(4, 2, 2), {"scale_factor": 1, "mode": "bicubic"}, True),
        ("Dropout", Shape.features(4), {"p": 1.0}, True),
    ],
)
def test_edges_of_passing_on(name: str, shape: Shape, params: dict[str, object], expected: bool) -> None:
    node = Graph().add(name, **params).nodes["n1"]
    assert passes_all(node.declaration, node.params, [shape]) is expected
    assert passes(node.declaration, node.params, [shape]) is expected


ONLY_PASS_ON: list[tuple[Layer, ...]] = [
    (),
    ("Identity",),
    ("GaussianNoise", "Dropout", "Flatten"),
    (("Reshape", {"sizes": (1, 1, -1)}), "Flatten"),
    (("Reshape", {"sizes": (-1, 1, 1)}), "Dropout2d", "GlobalAvgPool"),
    (("Reshape", {"sizes": (-1, 1)}), ("Permute", {"order": (2, 1)}), "Flatten"),
    (("Reshape", {"sizes": (-1, 1, 1)}), ("MaxPool2d", {"kernel_size": 1}), "AdaptiveAvgPool2d", "Flatten"),
]


@pytest.mark.parametrize("last", ONLY_PASS_ON)
@pytest.mark.parametrize(("activation", "expected"), [("Softmax", SOFTMAX), ("LogSoftmax", LOG_SOFTMAX)])
@pytest.mark.parametrize("grouped", [False, True])
def test_probabilities_of_classes_are_seen_through_layers_that_pass_them_on(
    last: tuple[Layer, ...], activation: str, expected: str, grouped: bool
) -> None:
    graph = row(answer(), activation, *last)
    if grouped:
        graph = group(graph, [id for id in graph.nodes if id not in ("n1", "n2", "n3")])
    assert output_activation(infer(graph, TABLE)) == expected
    assert_read_once(graph, TABLE, expected)


@pytest.mark.parametrize("last", ONLY_PASS_ON)
def test_a_sigmoid_is_seen_through_layers_that_pass_it_on(last: tuple[Layer, ...]) -> None:
    graph = row(answer(), "Sigmoid", *last)
    assert output_activation(infer(graph, YES_NO)) == SIGMOID
    assert_read_once(graph, YES_NO, SIGMOID)


def assert_read_once(graph: Graph, signature: Signature, expected: str) -> None:
    """The predictor gives what the network makes, and no softmax or sigmoid of it."""
    sizes = signature.input.sizes
    rows = np.random.default_rng(0).normal(size=(20, *sizes)).astype(np.float32)
    module = build(graph, signature).eval()
    with torch.no_grad():
        made = module(torch.from_numpy(rows)).numpy()
    made = np.exp(made) if expected == LOG_SOFTMAX else made
    weights = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    preparation = Preparation((0.0,) * sizes[0], (1.0,) * sizes[0])
    answers = Predictor(graph, signature, weights, preparation).predict(rows)
    np.testing.assert_allclose(answers[:, -made.shape[1] :], made, rtol=1e-6, atol=1e-7)


MASK = Signature(Shape.picture(3, 8, 8), YES_NO.target)
CHANNELS: Layer = ("Conv2d", {"out_channels": 4, "kernel_size": 1})
ONE_CHANNEL: Layer = ("Conv2d", {"out_channels": 1, "kernel_size": 1})


@pytest.mark.parametrize(
    ("layers", "signature", "expected"),
    [
        ((CHANNELS, "Softmax", "GlobalAvgPool"), COLOURED, SOFTMAX),
        ((CHANNELS, "Softmax", ("AvgPool2d", {"kernel_size": 4}), "Upsample", "GlobalAvgPool"), COLOURED, SOFTMAX),
        ((CHANNELS, "Softmax", ("Permute", {"order": (1, 3, 2)}), "Dropout2d", "GlobalAvgPool"), COLOURED, SOFTMAX),
        ((CHANNELS, "Softmax", ("Reshape", {"sizes": (4, 64), "axes": "signal"}), "GlobalAvgPool"), COLOURED, SOFTMAX),
        ((CHANNELS, "Softmax", "ReLU", "PReLU", "GlobalAvgPool"), COLOURED, SOFTMAX),
        ((CHANNELS, "LogSoftmax", "GlobalAvgPool"), COLOURED, PLAIN),
        ((CHANNELS, ("Softmax", {"axis": "height"}), "GlobalAvgPool"), COLOURED, SIGMOID),
        ((CHANNELS, "Softmax", ("MaxPool2d", {"kernel_size": 8}), "Flatten"), COLOURED, SIGMOID),
        ((CHANNELS, "Softmax", "ZeroPad2d", "GlobalAvgPool"), COLOURED, SIGMOID),
        ((CHANNELS, "GlobalAvgPool", "LogSoftmax", "ReLU"), COLOURED, PLAIN),
        ((ONE_CHANNEL, "Sigmoid", "GlobalAvgPool"), MASK, SIGMOID),
        ((ONE_CHANNEL, "Sigmoid", ("MaxPool2d", {"kernel_size": 8}), "Flatten"), MASK, SIGMOID),
        ((ONE_CHANNEL, "Sigmoid", "ReLU", "ELU", "GlobalAvgPool"), MASK, SIGMOID),
        ((ONE_CHANNEL, "Sigmoid", "Tanh", "GlobalAvgPool"), MASK, PLAIN),
        ((ONE_CHANNEL, "Sigmoid", ("Upsample", {"mode": "bicubic"}), "GlobalAvgPool"), MASK, PLAIN),
    ],
)
@pytest.mark.parametrize("grouped", [False, True])
def test_means_and_maxima_of_probabilities(
    layers: tuple[Layer, ...], signature: Signature, expected: str, grouped: bool
) -> None:
    """A mean over pixels of shares of 1 is shares of 1, and one of numbers from 0 to 1 stays between them."""
    graph = row(*layers)
    if grouped:  # what comes after the activation becomes a block that takes its numbers from outside
        graph = group(graph, [id for id in graph.nodes if id not in ("n1", "n2", "n3", "n4")])
    assert output_activation(infer(graph, signature)) == expected
    if (expected, signature) in ((SOFTMAX, COLOURED), (SIGMOID, MASK)):
        assert_read_once(graph, signature, expected)


@pytest.mark.parametrize(
    ("merge", "first", "second", "expected"),
    [
        ("Multiply", "Sigmoid", "Sigmoid", SIGMOID),
        ("Multiply", "Sigmoid", "Softmax", SIGMOID),
        ("Multiply", "Sigmoid", "Tanh", PLAIN),
        ("Multiply", "Softmax", "Softmax", SIGMOID),
        ("Add", "Sigmoid", "Sigmoid", PLAIN),
        (("Concatenate", {"axis": "height"}), "Softmax", "Softmax", SOFTMAX),
        (("Concatenate", {"axis": "height"}), "Softmax", "LogSoftmax", PLAIN),
        (("Concatenate", {"axis": "channels"}), "Softmax", "Softmax", SIGMOID),
        (("Concatenate", {"axis": "channels"}), "Sigmoid", "Sigmoid", SIGMOID),
    ],
)
def test_branches_that_come_together(merge: Layer, first: str, second: str, expected: str) -> None:
    name, params = (merge, {}) if isinstance(merge, str) else merge
    graph = Graph().add("Input").add("Output").add(first).add(second).add(name, **params).add("GlobalAvgPool")
    graph = graph.add("Conv2d", out_channels=3, kernel_size=1).connect(wire("n1", "n7"))
    for source, target, port in (("n7", "n3", "in"), ("n7", "n4", "in"), ("n3", "n5", "in1"), ("n4", "n5", "in2")):
        graph = graph.connect(wire(source, target, port))
    graph = graph.connect(wire("n5", "n6")).connect(wire("n6", "n2"))
    classes = 6 if params.get("axis") == "channels" else 3
    signature = Signature(Shape.picture(3, 8, 8), Categories(classes, tuple("abcdef"[:classes])))
    assert output_activation(infer(graph, signature)) == expected
    if expected == SOFTMAX:
        assert_read_once(graph, signature, expected)


def test_a_block_repeated_on_what_it_gives_itself() -> None:
    """The first time it is given plain numbers, from then on what it made itself; its last layer decides."""
    graph = group(row("Linear", "Softmax", "ReLU"), ["n4", "n5"])
    block = graph.of_kind("Block")[0]
    for repeat in (1, 2, 7):
        graph = graph.set_params(block.id, repeat=repeat).set_params("n3", out_features="answer")
        assert output_activation(infer(graph, TABLE)) == SOFTMAX


def test_many_blocks_in_blocks_are_looked_through_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an inside gives on its own is found out once: else every level would double the work."""
    graph = row(answer(), "Softmax", "Identity")
    last = "n5"
    for _depth in range(MOST_DEPTH):
        graph = group(graph, [last])
        last = graph.of_kind("Block")[0].id
    graph = graph.set_params(last, repeat=4)
    facts, walks = infer(graph, TABLE), []
    monkeypatch.setattr(
        output_activation_module, "depth_first", lambda last, feeding: walks.append(last) or depth_first(last, feeding)
    )
    assert output_activation(facts) is SOFTMAX
    assert len(walks) <= MOST_DEPTH**2


def test_the_warning_speaks_of_the_layer_that_made_the_probabilities() -> None:
    problems = analyse(row(CHANNELS, "Softmax", "GlobalAvgPool"), COLOURED).problems
    assert [(p.node, p.code) for p in problems] == [("n4", "squashed")]
    assert "applied twice" in problems[0].message
    problems = analyse(row(ONE_CHANNEL, "Sigmoid", "GaussianNoise", "GlobalAvgPool"), MASK).problems
    assert [(p.node, p.code) for p in problems] == [("n4", "squashed")]
    problems = analyse(row(CHANNELS, ("Softmax", {"axis": "width"}), "GlobalAvgPool"), COLOURED).problems
    assert "not probabilities" in problems[0].message


def test_a_softmax_along_another_axis_makes_no_probabilities() -> None:
    shaped = ("Reshape", {"sizes": (2, 1, 2)})
    along = row(("Linear", {"out_features": 4}), shaped, ("Softmax", {"axis": "channels"}), "Flatten")
    # Numbers from 0 to 1, but not the shares of one whole.
    assert output_activation(infer(along, COLOURED_TABLE)) == SIGMOID
    linear, reshaped = ("Linear", {"out_features": 4}), ("Reshape", {"sizes": (1, 1, 4)})
    fits = row(linear, reshaped, ("Softmax", {"axis": "width"}), "Flatten")
    assert output_activation(infer(fits, COLOURED_TABLE)) == SOFTMAX
    rows = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    answers = Predictor(along, COLOURED_TABLE, None, None).predict(rows)
    np.testing.assert_allclose(answers.sum(1), 1.0, rtol=1e-5)


COLOURED_TABLE = Signature(Shape.features(4), COLOURED.target)


def test_repetitions_of_a_block_are_looked_through() -> None:
    """A block that averages over nothing from the second time on only passes on; the first time it computes."""
    graph = row(answer(), "Softmax", "Identity", "Dropout")
    folded = group(graph, ["n5", "n6"])
    block = folded.of_kind("Block")[0]
    assert output_activation(infer(folded.set_params(block.id, repeat=5), TABLE)) == SOFTMAX
    folded = group(graph, ["n4", "n5", "n6"])
    block = folded.of_kind("Block")[0]
    assert output_activation(infer(folded.set_params(block.id, repeat=3), TABLE)) == SOFTMAX


def test_other_endings() -> None:
    assert output_activation(infer(row(answer()), TABLE)) == PLAIN
    assert output_activation(infer(row("Softmax", answer()), TABLE)) == PLAIN
    assert output_activation(infer(row(answer(), "Softmax", "Tanh"), TABLE)) == PLAIN
    assert output_activation(infer(Graph().add("Output"), TABLE)) == PLAIN
    assert output_activation(infer(row(answer(), "Softmax"), None)) == PLAIN
    graph = row(answer(), "Sigmoid", "Softmax")
    softmax = graph.of_kind("Softmax")[0]
    assert output_activation(infer(graph.set(softmax.id, bypassed=True), YES_NO)) == SIGMOID
