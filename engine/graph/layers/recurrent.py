"""Recurrent layers: they read a sequence step by step and remember."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, apply, call, item, method
from engine.graph.layers.kind import INITIALISATION, LayerKind, ModuleRule, ShapeRule, WeightRule
from engine.graph.layers.later_steps import within_steps
from engine.graph.layers.rules import need_sequence, unusual
from engine.graph.parameters import Choice, Flag, Integer, Parameter, Params, Real
from engine.graph.shapes import Shape, ShapeForm


def _directions(p: Params) -> int:
    return 2 if p.bidirectional else 1


def _shape(layer: str) -> ShapeRule:
    def shape(p: Params, inputs: Sequence[Shape]) -> Shape:
        time, _ = need_sequence(inputs[0], layer)
        features = p.hidden_size * _directions(p)
        return Shape.features(features) if p.output == "last" else Shape.sequence(time, features)

    return shape


def _ahead(p: Params, _inputs: Sequence[Shape]) -> frozenset[str]:
    # What it gives of the last step alone has no steps any more: it is about all of them.
    return within_steps(p.bidirectional or p.output == "last")


def _module(target: str) -> ModuleRule:
    def module(p: Params, inputs: Sequence[Shape]) -> Expression:
        given = {
            "num_layers": p.num_layers,
            "nonlinearity": p.get("nonlinearity", "tanh"),
            "bias": p.bias,
            # Dropout acts between stacked layers; torch warns when there is no "between".
            "dropout": p.dropout if p.num_layers > 1 else 0.0,
            "bidirectional": p.bidirectional,
        }
        usual = {"num_layers": 1, "nonlinearity": "tanh", "bias": True, "dropout": 0.0, "bidirectional": False}
        return call(target, inputs[0].sizes[-1], p.hidden_size, **unusual(given, usual), batch_first=True)

    return module


def _forward(cell: bool) -> ModuleRule:
    """What is taken of torch's (outputs, state); the state of an LSTM is a pair of which the first is the output."""

    def forward(p: Params, _inputs: Sequence[Shape]) -> Expression:
        if p.output == "sequence":
            return item(apply(), 0)
        if not p.bidirectional:
            return item(item(apply(), 0), None, -1)
        # The backward direction has read everything at the first step, not at the last: take both final states.
        state: Expression = item(item(apply(), 1), 0) if cell else item(apply(), 1)
        last_layer = method(state, "narrow", 0, -2, 2)
        return method(method(last_layer, "transpose", 0, 1), "flatten", 1)

    return forward


def _weights(gates: int) -> WeightRule:
    def weights(p: Params, inputs: Sequence[Shape]) -> int:
        total, features = 0, inputs[0].sizes[-1]
        for _ in range(p.num_layers):
            total += _directions(p) * gates * p.hidden_size * (features + p.hidden_size + (2 if p.bias else 0))
            features = p.hidden_size * _directions(p)
        return total

    return weights


def _detail(p: Params) -> str:
    parts = [counted(p.hidden_size, "unit")]
    if p.num_layers > 1:
        parts.append(f"{p.num_layers} layers")
    if p.bidirectional:
        parts.append("bidirectional")
    parts.append("last step" if p.output == "last" else "every step")
    return " · ".join(parts)


_OUTPUT = Choice(
    name="output",
    title="Output",
    default="last",
    options=("last", "sequence"),
    labels=("the last step only", "every step"),
    help="The last step sums up the whole sequence, for one output about it; every step gives a new sequence, for "
    "another layer of this family.",
)
_NONLINEARITY = Choice(
    name="nonlinearity",
    title="Activation",
    default="tanh",
    options=("tanh", "relu"),
    labels=("tanh", "ReLU"),
    help="The non-linear function inside the layer. With ReLU numbers can grow without limit over a long sequence.",
    advanced=True,
)


def _parameters(*own: Parameter) -> tuple[Parameter, ...]:
    return (
        Integer(
            name="hidden_size",
            was=("units",),
            title="Units",
            default=64,
            low=1,
            high=16_384,
            unit="units",
            help="How many numbers the layer remembers from step to step.",
        ),
        _OUTPUT,
        Integer(
            name="num_layers",
            was=("layers",),
            title="Layers",
            default=1,
            low=1,
            high=16,
            unit="layers",
            help="How many of these layers are stacked, each reading what the one below gives at every step.",
        ),
        Flag(
            name="bidirectional",
            title="Bidirectional",
            default=False,
            help="Reads the sequence forwards and backwards and puts both results side by side: twice the numbers.",
        ),
        Real(
            name="dropout",
            title="Dropout",
            default=0.0,
            low=0.0,
            high=1.0,
            unit="share",
            help="The share of numbers set to zero between stacked layers while training; it does nothing with one "
            "layer.",
            advanced=True,
        ),
        *own,
        Flag(
            name="bias",
            title="Bias",
            default=True,
            help="Gives each unit numbers of its own to add.",
            advanced=True,
        ),
        INITIALISATION,
    )


KINDS = (
    LayerKind(
        name="RNN",
        family="sequence",
        stem="rnn",
        followed_by=("Linear", "Dropout", "RNN"),
        summary="Reads a sequence step by step and mixes each step with what it remembers.",
        why="The simplest layer with a memory, and the best one to understand the idea with. It forgets quickly: over "
        "more than some ten steps gradients fade, and LSTM or GRU learn better.",
        shape=_shape("RNN"),
        looks_ahead=_ahead,
        module=_module("nn.RNN"),
        forward=_forward(cell=False),
        weights=_weights(1),
        detail=_detail,
        parameters=_parameters(_NONLINEARITY),
        keywords=("recurrent", "sequence", "memory", "text", "time series"),
        torch_class="nn.RNN",
    ),
    LayerKind(
        name="LSTM",
        family="sequence",
        stem="lstm",
        followed_by=("Linear", "Dropout", "LSTM"),
        usual_for={ShapeForm.SEQUENCE: 1},
        summary="Reads a sequence step by step and learns what to keep, what to forget and what to give out.",
        why="Its memory is guarded by gates that it learns to open and close, so it can hold on to something over "
        "hundreds of steps. A sound first choice for text, sensor readings and other series.",
        shape=_shape("LSTM"),
        looks_ahead=_ahead,
        module=_module("nn.LSTM"),
        forward=_forward(cell=True),
        weights=_weights(4),
        detail=_detail,
        parameters=_parameters(),
        keywords=("recurrent", "sequence", "memory", "long short-term memory", "text", "time series", "gates"),
        torch_class="nn.LSTM",
    ),
    LayerKind(
        name="GRU",
        family="sequence",
        stem="gru",
        followed_by=("Linear", "Dropout", "GRU"),
        usual_for={ShapeForm.SEQUENCE: 2},
        summary="Reads a sequence step by step with a memory guarded by two gates: a lighter LSTM.",
        why="Does what LSTM does with a quarter fewer parameters, usually about as well. Take it when the data is "
        "small or speed counts.",
        shape=_shape("GRU"),
        looks_ahead=_ahead,
        module=_module("nn.GRU"),
        forward=_forward(cell=False),
        weights=_weights(3),
        detail=_detail,
        parameters=_parameters(),
        keywords=("recurrent", "sequence", "memory", "gated recurrent unit", "text", "time series", "gates"),
        torch_class="nn.GRU",
    ),
)
