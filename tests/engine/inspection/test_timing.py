"""Measuring layers: the figures against torch itself, and the arithmetic of the clock with a clock of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from engine.data import catalogue
from engine.graph import templates
from engine.graph.graph import Graph, Wire, empty, wire
from engine.graph.grouping import group
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.inspection import timing
from engine.inspection.costs import cost_words
from engine.inspection.timing import MeasureCancelled, MeasureError, measure, random_batch
from engine.network.build import Network, build
from engine.training.recipe import Recipe

PICTURES = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))
WORDS = Signature(Shape.tokens(12, 50), Categories(3, ("a", "b", "c")))
ROWS = 8
RECIPE = Recipe().with_settings({"batch_size": ROWS, "device": "cpu"})


def chain(*layers: tuple[str, dict[str, Any]]) -> Graph:
    graph, before = empty(), "n1"
    for kind, params in layers:
        graph = graph.add(kind, **params)
        graph = graph.connect(wire(before, graph.last, graph.open_input(graph.last) or "in"))
        before = graph.last
    return graph.connect(wire(before, "n2"))


def perceptron() -> Graph:
    """n3 flatten, n4 linear (16), n5 relu, n6 linear (10)."""
    hidden, last = ("Linear", {"out_features": 16}), ("Linear", {"out_features": "answer"})
    return chain(("Flatten", {}), hidden, ("ReLU", {}), last)


def quick(graph: Graph, signature: Signature = PICTURES, recipe: Recipe = RECIPE) -> timing.Costs:
    return measure(graph, signature, recipe, seconds=0.0)


@pytest.mark.parametrize("name", ["digit-cnn", "small-resnet", "houses", "points-2d"])
def test_weights_and_memory_are_those_torch_counts_for_the_whole_network(name: str) -> None:
    template, graph = templates.describe(name), templates.build(name)
    recipe = Recipe().with_settings({**dict(template.recipe), "batch_size": ROWS, "device": "cpu"})
    signature = catalogue.signature(recipe.dataset, "", recipe.dataset_options)
    costs = quick(graph, signature, recipe)
    network = build(graph, signature)
    assert sum(cost.parameters for cost in costs.layers.values()) == sum(p.numel() for p in network.parameters())
    assert sum(cost.parameter_bytes for cost in costs.layers.values()) == sum(
        p.numel() * p.element_size() for p in network.parameters()
    )
    for id, name in network.layers():
        own = getattr(network, name, None)
        counted = sum(p.numel() for p in own.parameters()) if own is not None else 0
        assert costs.layers[id].parameters == costs.layers[id].trainable == counted

    # Everything autograd puts away in one unbroken pass, each piece of memory once; not the weights, not the batch.
    network.to(memory_format=torch.channels_last if any(p.ndim == 4 for p in network.parameters()) else None)
    inputs = random_batch(signature.input, ROWS, torch.device("cpu"))
    known = {tensor.untyped_storage().data_ptr() for tensor in (inputs, *network.parameters(), *network.buffers())}
    put_away: dict[int, Any] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.untyped_storage().data_ptr() not in known:
            put_away[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        held = network(inputs)
    expected = sum(storage.nbytes() for storage in put_away.values())
    assert costs.memory == expected
    assert held.shape[0] == ROWS


def test_memory_stands_at_the_layer_that_made_what_is_kept() -> None:
    graph = chain(
        ("Conv2d", {"out_channels": 4}),
        ("ReLU", {}),
        ("Dropout2d", {}),
        ("Flatten", {}),
        ("Linear", {"out_features": 16}),
        ("ReLU", {}),
        ("Linear", {"out_features": "answer"}),
    )
    layers = quick(graph).layers
    # A convolution's output is not kept when a ReLU follows, whose own output is all that its gradient needs.
    assert layers["n3"].memory == 0
    assert layers["n4"].memory == ROWS * 4 * 28 * 28 * 4
    assert layers["n7"].memory == 0
    assert layers["n8"].memory == ROWS * 16 * 4
    assert layers["n9"].memory == 0


def test_what_does_not_learn_has_no_backward_pass_and_keeps_nothing() -> None:
    graph = perceptron().set("n4", frozen=True)
    layers = quick(graph).layers
    assert layers["n3"].backward_ms == layers["n4"].backward_ms == layers["n5"].backward_ms == 0.0
    assert layers["n6"].backward_ms > 0.0
    assert (layers["n4"].parameters, layers["n4"].trainable) == (784 * 16 + 16, 0)
    assert layers["n6"].trainable == 16 * 10 + 10
    assert all(cost.forward_ms > 0.0 for cost in layers.values())


class Clock:
    """Stands still but for what it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


def test_times_are_medians_of_rounds_after_warming_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", clock.perf_counter)
    forward = {"n3": [9, 9, 1, 2, 30], "n4": [9, 9, 5, 4, 6], "n5": [9, 9, 0, 0, 0], "n6": [9, 9, 7, 7, 7]}
    backward = iter([9, 9, 9, 9, 9, 9, 8, 2, 1, 8, 3, 1, 8, 1, 50])  # n6, n5, n4 of every round: n3 learns nothing
    calls, grad = Network.calls, torch.autograd.grad

    def slow_calls(network: Network) -> Any:
        for called in calls(network):
            takes = iter(forward[called.key])

            def slow(arriving: Any, call: Any = called.call, takes: Any = takes) -> Any:
                if not in_memory_pass[0]:
                    clock.now += next(takes) / 1000
                return call(arriving)

            yield replace(called, call=slow)

    def slow_grad(*arguments: Any, **keywords: Any) -> Any:
        clock.now += next(backward) / 1000
        return grad(*arguments, **keywords)

    in_memory_pass = [True]
    rounds = timing.LayerBench.rounds

    def counted_rounds(bench: Any, seconds: float) -> Any:
        in_memory_pass[0] = False
        return rounds(bench, seconds)

    monkeypatch.setattr(Network, "calls", slow_calls)
    monkeypatch.setattr(torch.autograd, "grad", slow_grad)
    monkeypatch.setattr(timing.LayerBench, "rounds", counted_rounds)
    monkeypatch.setattr(timing, "warm_up", lambda *_arguments: 0)
    costs = quick(perceptron())
    assert costs.rounds == timing.FEWEST_ROUNDS == 3
    measured = {id: (cost.forward_ms, cost.backward_ms) for id, cost in costs.layers.items()}
    assert measured == {
        "n3": (pytest.approx(2), 0.0),
        "n4": (pytest.approx(5), pytest.approx(1)),
        "n5": (pytest.approx(0), pytest.approx(2)),
        "n6": (pytest.approx(7), pytest.approx(8)),
    }
    assert next(backward, None) is None


@pytest.mark.parametrize(
    "middle",
    [
        (("LSTM", {"hidden_size": 8}),),
        (("MultiheadAttention", {"num_heads": 2}), ("Flatten", {})),
        (("Flatten", {}), ("Identity", {})),
    ],
)
def test_tokens_attention_recurrence_and_layers_that_do_nothing(middle: tuple[tuple[str, dict[str, Any]], ...]) -> None:
    graph = chain(("Embedding", {"embedding_dim": 8}), *middle, ("Linear", {"out_features": "answer"}))
    costs = quick(graph, WORDS)
    network = build(graph, WORDS)
    assert sum(cost.parameters for cost in costs.layers.values()) == sum(p.numel() for p in network.parameters())
    assert set(costs.layers) == {id for id, _name in network.layers()}


def test_a_skipped_layer_is_not_measured() -> None:
    graph = perceptron().set("n5", bypassed=True)
    assert set(quick(graph).layers) == {"n3", "n4", "n6"}


def test_a_block_is_measured_as_one_layer() -> None:
    graph = chain(
        ("Conv2d", {"out_channels": 4}),
        ("BatchNorm2d", {}),
        ("ReLU", {}),
        ("Flatten", {}),
        ("Linear", {"out_features": "answer"}),
    )
    apart = quick(graph)
    folded = group(graph, ["n3", "n4", "n5"], "Convolution")
    block = next(node.id for node in folded.nodes.values() if node.block is not None)
    costs = quick(folded)
    assert set(costs.layers) == {block, "n6", "n7"}
    together = [apart.layers[id] for id in ("n3", "n4", "n5")]
    assert costs.layers[block].parameters == sum(cost.parameters for cost in together) == 4 * 9 + 4 + 8
    assert costs.layers[block].memory == sum(cost.memory for cost in together)
    assert costs.memory == apart.memory
    assert costs.layers[block].forward_ms > 0
    assert costs.layers[block].backward_ms > 0


def test_layers_inside_blocks_are_measured_each_for_all_its_copies() -> None:
    graph = chain(
        ("Conv2d", {"out_channels": 4}),
        ("BatchNorm2d", {}),
        ("ReLU", {}),
        ("Conv2d", {"out_channels": 4}),
        ("Flatten", {}),
        ("Linear", {"out_features": "answer"}),
    )
    graph = group(graph, ["n4", "n5"], "Inner")
    inner = graph.last
    graph = group(graph, [inner, "n6"], "Outer")
    outer = graph.last
    graph = graph.set_params(outer, repeat=3)
    costs, network = quick(graph), build(graph, PICTURES)
    name = graph.nodes[outer].name
    within = graph.nodes[outer].block.graph
    deep = within.of_kind("Block")[0]
    below = deep.block.graph
    assert set(costs.layers) == {"n3", outer, "n7", "n8"}
    assert set(costs.inside) == {(outer,), (outer, deep.id)}
    for path, drawing, stem in (((outer,), within, "{}"), ((outer, deep.id), below, "{}." + deep.name)):
        level = costs.at(path)
        assert level is not None
        assert level.graph is drawing
        assert level.repeats == 3
        assert set(level.layers) == {node.id for node in drawing.nodes.values() if node.kind not in ("Input", "Output")}
        for id, cost in level.layers.items():
            names = [f"{name}.{stem.format(number)}.{drawing.nodes[id].name}" for number in range(3)]
            own = [network.get_submodule(n) for n in names if n in dict(network.named_modules())]
            counted = sum(p.numel() for module in own for p in module.parameters())
            assert cost.parameters == cost.trainable == counted
            assert cost.forward_ms > 0
            assert cost.backward_ms > 0
    whole = costs.layers[outer]
    assert whole.parameters == 3 * (4 + 4 + 4 * 4 * 9 + 4)
    level = costs.at((outer,))
    assert whole.memory == level.memory > 0
    assert level.layers[deep.id].memory == costs.at((outer, deep.id)).memory
    one = quick(graph.set_params(outer, repeat=1)).at((outer,))
    assert one.repeats == 1
    assert level.layers[deep.id].memory == 3 * one.layers[deep.id].memory > 0
    assert costs.at(("n7",)) is None


def test_a_repeated_block_with_two_inputs_runs_as_the_network_does(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = chain(("Conv2d", {"out_channels": 4}), ("Flatten", {}), ("Linear", {"out_features": "answer"}))
    graph = graph.add("ReLU").add("Add")
    relu, add = list(graph.nodes)[-2:]
    graph = graph.disconnect(wire("n3", "n4")).connect(wire("n3", relu)).connect(wire(add, "n4"))
    graph = graph.connect(Wire(relu, "out", add, "in1")).connect(Wire("n3", "out", add, "in2"))
    graph = group(graph, [add], "Merge")
    block = graph.last
    graph = graph.set_params(block, repeat=2)
    values: dict[str, torch.Tensor] = {}
    network = build(graph, PICTURES)
    network.eval()
    inputs = random_batch(PICTURES.input, ROWS, torch.device("cpu"))
    values["n1"] = inputs
    for called in network.calls():
        values[called.key] = called.call([values[key] for key in called.sources])
    assert torch.equal(values["n5"], network(inputs))
    assert quick(graph).at((block,)).layers[add].forward_ms > 0


def test_times_inside_a_block_are_sums_over_its_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", clock.perf_counter)
    calls, times = Network.calls, {"n4": 2, "n5": 3}

    def slow_calls(network: Network) -> Any:
        for called in calls(network):

            def slow(arriving: Any, called: Any = called) -> Any:
                clock.now += times.get(called.path[-1], 0) / 1000
                return called.call(arriving)

            yield replace(called, call=slow)

    monkeypatch.setattr(Network, "calls", slow_calls)
    monkeypatch.setattr(timing, "warm_up", lambda *_arguments: 0)
    drawn = chain(("Flatten", {}), ("ReLU", {}), ("Tanh", {}), ("Linear", {"out_features": "answer"}))
    graph = group(drawn, ["n4", "n5"])
    block = graph.last
    costs = quick(graph.set_params(block, repeat=4))
    inside = costs.at((block,))
    assert [inside.layers[id].forward_ms for id in ("n4", "n5")] == pytest.approx([8, 12])
    assert costs.layers[block].forward_ms == pytest.approx(20)
    assert inside.share("n5") == pytest.approx(0.6)
    said = " ".join(cost_words(inside, "n5"))
    assert "60 % of the time of all layers in this block" in said
    assert "all 4 repetitions" in said


def test_it_leaves_torch_as_it_was() -> None:
    torch.manual_seed(7)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    graph = chain(("Dropout", {}), ("Flatten", {}), ("Linear", {"out_features": "answer"}))
    costs = quick(graph)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    assert (costs.batch_size, costs.device, costs.precision) == (ROWS, "cpu", "float32")
    assert costs.graph is graph


def test_half_precision_is_measured_as_it_runs() -> None:
    graph = perceptron()
    half = RECIPE.with_setting("precision", "bfloat16")
    costs = quick(graph, recipe=half)
    assert costs.precision == "bfloat16"
    # relu keeps numbers of two bytes now
    assert costs.layers["n5"].memory == ROWS * 16 * 2


def test_a_drawing_that_is_not_ready_is_refused_with_its_layer() -> None:
    graph = chain(("Conv2d", {}), ("Linear", {"out_features": 5}))
    with pytest.raises(MeasureError) as caught:
        quick(graph)
    assert caught.value.node is not None
    assert len(str(caught.value)) > 20


def test_a_batch_that_a_layer_cannot_take_is_told_in_a_sentence() -> None:
    graph = chain(("Flatten", {}), ("BatchNorm1d", {}), ("Linear", {"out_features": "answer"}))
    with pytest.raises(MeasureError, match="norm1"):
        quick(graph, recipe=RECIPE.with_setting("batch_size", 1))


class _FailsBackward(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, inputs: torch.Tensor) -> torch.Tensor:
        return inputs.clone()

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("the plug was pulled")


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("way", ["forward", "backward", "memory"])
def test_a_layer_that_fails_at_work_is_named(monkeypatch: pytest.MonkeyPatch, way: str, after: int) -> None:
    """However often it went well before: in the warming up, when memory is looked at, in a round that counts."""
    calls = []
    forward = torch.nn.ReLU.forward

    def fails(layer: torch.nn.ReLU, inputs: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        if len(calls) <= after:
            return forward(layer, inputs)
        if way == "memory":
            return inputs + torch.empty(1 << 50)
        if way == "forward":
            raise RuntimeError("the plug was pulled\nat some line")
        return _FailsBackward.apply(inputs)

    monkeypatch.setattr(torch.nn.ReLU, "forward", fails)
    with pytest.raises(MeasureError) as caught:
        measure(perceptron(), PICTURES, RECIPE)
    words = "not enough memory" if way == "memory" else "the plug was pulled."
    assert words in str(caught.value)
    assert "raining" not in str(caught.value), "nothing was trained"
    if way != "backward":
        assert caught.value.node == "n5"
        assert "relu1" in str(caught.value)


def test_it_can_be_called_off_between_two_layers() -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(MeasureCancelled):
        measure(perceptron(), PICTURES, RECIPE, cancelled=cancelled)
    assert len(asked) == 3
