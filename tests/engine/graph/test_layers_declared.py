"""Every layer explains itself, and nothing is declared that does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from engine.graph.columns import ColumnNames
from engine.graph.layers import FAMILIES, INITIALISATION, LayerKind, kind, kinds
from engine.graph.layers.kind import ENDS
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import BadParameter, Choice, Flag, Integer, Parameter, Params, Real, Size, Sizes, TextLine
from engine.graph.shapes import Shape, ShapeError
from engine.network import modules
from engine.network.evaluate import construct
from engine.network.expression_source import written
from tests.engine.graph.layer_cases import CASES
from tests.engine.graph.strategies import settings_for

LAYERS = list(kinds().values())
CATALOGUE = set(
    """
Input Output Linear Conv1d Conv2d ConvTranspose2d MaxPool1d MaxPool2d AvgPool2d AdaptiveAvgPool2d GlobalAvgPool
Upsample PixelShuffle PixelUnshuffle Flatten Reshape Permute ZeroPad2d ReLU LeakyReLU PReLU ELU GELU SiLU Mish Sigmoid
Tanh Softplus Hardswish Softmax LogSoftmax Dropout Dropout2d GaussianNoise BatchNorm1d BatchNorm2d LayerNorm GroupNorm
RMSNorm Embedding PositionalEmbedding RNN LSTM GRU MultiheadAttention TransformerEncoderLayer Add Multiply Concatenate
Identity KMeans Noise RealOrFake Hardmax
""".split()  # noqa: SIM905
)
"""Names that stand in files: more layers may come, none of these may go."""
INITIALISED = {"Linear", "Conv1d", "Conv2d", "ConvTranspose2d", "RNN", "LSTM", "GRU", "MultiheadAttention"}
"""Layers made of plain weights and biases. Larger or special ones have a start of their own that belongs to them."""
EXAMPLES = (
    Shape.picture(16, 12, 8),
    Shape.features(784),
    Shape.sequence(12, 16),
    Shape.signal(16, 12),
    Shape.tokens(12, 30),
)


def parametrized() -> list[Any]:
    return [pytest.param(k, p, id=f"{k.name}.{p.name}") for k in LAYERS for p in k.parameters]


def is_sentence(text: str) -> bool:
    return bool(re.match(r"[A-Z0-9\"]", text)) and text.endswith((".", "?")) and "  " not in text


def test_the_catalogue_is_complete_and_in_the_order_of_the_palette() -> None:
    assert set(kinds()) >= CATALOGUE
    order = [list(FAMILIES).index(layer.family) for layer in LAYERS]
    assert order == sorted(order)
    assert {layer.family for layer in LAYERS} == set(FAMILIES)
    assert all(name == layer.name for name, layer in kinds().items())
    assert len({layer.summary for layer in LAYERS}) == len(LAYERS)
    assert len({layer.why for layer in LAYERS}) == len(LAYERS)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_explains_itself(layer: LayerKind) -> None:
    assert is_sentence(layer.summary)
    assert ". " not in layer.summary, "a summary is one sentence"
    assert len(layer.summary) <= 130
    assert is_sentence(layer.why)
    assert 100 <= len(layer.why) <= 600
    assert re.fullmatch(r"[a-z]+", layer.stem)
    assert len(layer.keywords) >= 2
    assert len(set(layer.keywords)) == len(layer.keywords)
    assert all(word == word.strip() and word for word in layer.keywords)
    names = [p.name for p in layer.parameters]
    titles = [p.title for p in layer.parameters]
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)
    assert not any(p.advanced for p in layer.parameters[:1]) or all(p.advanced for p in layer.parameters)
    ports = [port.name for port in layer.inputs]
    assert len(set(ports)) == len(ports)
    assert not any(port.optional for port in layer.inputs[:1])
    assert ("initialisation" in names) == (layer.name in INITIALISED)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_torch_has_what_is_said_to_be_its_name(layer: LayerKind) -> None:
    if layer.torch_class:
        root, name = layer.torch_class.split(".")
        assert callable(getattr({"nn": nn, "torch": torch}[root], name))
        if root == "nn":
            assert name == layer.name
    elif layer.family not in ("data", "goal"):
        assert not hasattr(nn, layer.name)


@pytest.mark.parametrize(("layer", "parameter"), parametrized())
def test_a_setting_is_bounded_and_explained(layer: LayerKind, parameter: Parameter) -> None:
    assert re.fullmatch(r"[a-z][a-z_0-9]*", parameter.name)
    assert parameter.title[0].isupper()
    assert is_sentence(parameter.help)
    assert 20 <= len(parameter.help) <= 260
    assert parameter.check(parameter.default) == parameter.default
    assert parameter.parse(parameter.show(parameter.default)) == parameter.default
    match parameter:
        case Integer() | Real() | Size() | Sizes():
            assert parameter.low < parameter.high
            outside: Any = parameter.high + 1
            with pytest.raises(BadParameter):
                parameter.check([outside] if isinstance(parameter, Sizes) else outside)
        case Choice():
            assert len(set(parameter.options)) == len(parameter.options) >= 2
            assert len(parameter.labels) in (0, len(parameter.options))
            assert len(set(parameter.labels)) == len(parameter.labels)
        case Flag():
            assert isinstance(parameter.default, bool)
        case TextLine():
            assert isinstance(parameter.default, str)
        case ColumnNames():
            assert parameter.default == ()
            assert parameter.parse('age, "a, b",  age') == ("age", "a, b")
            for outside in ("age", ["age", 1], [""]):
                with pytest.raises(BadParameter):
                    parameter.check(outside)
        case _:
            pytest.fail(f"{type(parameter).__name__} is not covered here")


@pytest.mark.parametrize("layer", [k for k in LAYERS if k.name in CASES], ids=lambda layer: layer.name)
def test_a_new_layer_works_on_something_as_it_comes(layer: LayerKind) -> None:
    params = resolve(layer.parameters, {}, layer.name)
    params = params.replace(out_features=10) if params.get("out_features") == "answer" else params
    fitting = [shapes for shapes in inputs_of(layer) if outcome(layer, params, shapes)[0] is not None]
    assert fitting


def inputs_of(layer: LayerKind) -> Iterator[tuple[Shape, ...]]:
    count = 2 if layer.variadic else max(1, len(layer.inputs))
    for shape in EXAMPLES:
        yield (shape,) * count
    if count > 2:
        yield (EXAMPLES[2], Shape.sequence(9, 4), Shape.sequence(9, 8))


def outcome(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> tuple[Any, ...]:
    """Everything that follows from the settings: the shape and both expressions; (None, why) when refused."""
    try:
        shape = layer.shape(params, shapes)
    except ShapeError as error:
        return (None, error.code)
    module = layer.module(params, shapes) if layer.module else None
    return (shape, module, layer.forward(params, shapes))


def others(parameter: Parameter, value: Any) -> list[Any]:
    """Some values of a setting other than ``value``."""
    match parameter:
        case Flag():
            found: list[Any] = [not value]
        case Choice():
            found = list(parameter.options)
        case Integer():
            found = [parameter.low, 2, 3]
        case Real():
            found = [parameter.low, (parameter.low + min(parameter.high, 2.0)) / 2]
        case Size():
            found = [(n,) * parameter.axes for n in (parameter.low, 1, 2)]
        case _:
            found = [(784,), (1, 2), (2, 1), (3, 1, 2), (16, -1)]
    return [v for v in found if v != value]


@pytest.mark.parametrize(("layer", "parameter"), parametrized())
def test_a_setting_changes_something(layer: LayerKind, parameter: Parameter) -> None:
    if parameter is INITIALISATION:
        return  # changes where the weights start, which no expression says
    if layer.name in ENDS:
        return  # of columns and targets by name, which follow from the data: tests/engine/graph/test_columns.py
    plain = resolve(layer.parameters, {}, layer.name)
    settings = [plain]
    for other in layer.parameters:
        if other is not parameter:
            settings += [plain.replace(**{other.name: value}) for value in others(other, plain[other.name])]
    for params in settings:
        for shapes in inputs_of(layer):
            before = outcome(layer, params, shapes)
            for value in others(parameter, params[parameter.name]):
                after = outcome(layer, params.replace(**{parameter.name: value}), shapes)
                if before != after and (before[0] is not None or after[0] is not None):
                    return
    pytest.fail(f"{layer.name}.{parameter.name} makes no difference to anything")


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_printed_is_what_is_built(name: str, data: st.DataObject) -> None:
    layer = kind(name)
    params = data.draw(settings_for(layer, CASES[name].most))
    if layer.detail is not None:
        detail = layer.detail(params)
        assert len(detail) <= 60
        assert "(" not in detail
    for shapes in inputs_of(layer):
        if outcome(layer, params, shapes)[0] is None or layer.module is None:
            continue
        expression = layer.module(params, shapes)
        names = {"torch": torch, "nn": nn, **vars(modules)}
        assert repr(eval(written(expression), names)) == repr(construct(expression))


def test_details_read_as_on_the_node() -> None:
    def detail(name: str, **given: Any) -> str:
        layer = kind(name)
        assert layer.detail is not None
        return layer.detail(resolve(layer.parameters, given, name))

    assert detail("Conv2d") == "32 filters · 3×3"
    assert detail("Conv2d", kernel_size=(3, 5), stride=2, padding=1) == "32 filters · 3×5 · stride 2 · padding 1"
    assert detail("Linear", out_features="answer") == "set by the data"
    assert detail("MaxPool2d") == "2×2"
    assert detail("Dropout", p=0.25) == "25%"
    assert detail("LSTM", bidirectional=True) == "64 units · bidirectional · last step"


@pytest.mark.parametrize("name", ["Conv1d", "Conv2d", "ConvTranspose2d", "MaxPool1d", "MaxPool2d", "AvgPool2d"])
def test_valid_is_another_word_for_no_padding(name: str) -> None:
    layer = kind(name)
    axes = 1 if name.endswith("1d") else 2
    shape = Shape.signal(4, 9) if axes == 1 else Shape.picture(4, 9, 8)
    declared = next(parameter for parameter in layer.parameters if parameter.name == "padding")
    assert declared.parse(" Valid ") == "valid"
    assert declared.show("valid") == "valid"
    word, number = (resolve(layer.parameters, {"padding": value}, name) for value in ("valid", 0))
    assert layer.shape(word, [shape]) == layer.shape(number, [shape])
    assert layer.module is not None
    assert written(layer.module(word, [shape])) == written(layer.module(number, [shape]))
    assert layer.detail is not None
    assert layer.detail(word) == layer.detail(number)
    assert layer.weights(word, [shape]) == layer.weights(number, [shape])


def test_refusals_say_what_would_do() -> None:
    def refusal(name: str, shape: Shape, **given: Any) -> ShapeError:
        layer = kind(name)
        with pytest.raises(ShapeError) as caught:
            layer.shape(resolve(layer.parameters, given, name), [shape] * len(layer.inputs))
        return caught.value

    small = refusal("MaxPool2d", Shape.picture(4, 3, 1))
    assert (small.code, small.details["fits"]) == ("size", (2, 1))
    assert "width is only 1" in str(small)
    stepping = refusal("Conv2d", Shape.picture(1, 28, 28), stride=2)
    assert (stepping.code, stepping.details["setting"], stepping.details["fits"]) == ("parameter", "padding", (1, 1))
    heads = refusal("MultiheadAttention", Shape.sequence(5, 10), num_heads=4)
    assert (heads.details["setting"], heads.details["fits"]) == ("num_heads", 2)
    groups = refusal("GroupNorm", Shape.picture(12, 4, 4), num_groups=8)
    assert (groups.details["setting"], groups.details["fits"]) == ("num_groups", 6)
    shuffle = refusal("PixelShuffle", Shape.picture(6, 4, 4))
    assert shuffle.details["fits"] == 8
    words = refusal("LSTM", Shape.tokens(9, 100))
    assert words.code == "dtype"
    assert "Embedding" in str(words)


FITS = ["Conv1d", "Conv2d", "ConvTranspose2d", "MaxPool1d", "MaxPool2d", "AvgPool2d", "GroupNorm", "MultiheadAttention"]


@pytest.mark.parametrize("name", [*FITS, "TransformerEncoderLayer", "Softmax", "Concatenate", "PReLU", "Permute"])
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_value_said_to_fit_is_not_refused_for_the_same_reason(name: str, data: st.DataObject) -> None:
    layer = kind(name)
    params = data.draw(settings_for(layer, CASES[name].most))
    shape = data.draw(st.sampled_from([*EXAMPLES, Shape.picture(6, 3, 2), Shape.signal(6, 3), Shape.sequence(3, 9)]))
    shapes = [shape] * (2 if layer.variadic else len(layer.inputs))
    refused = rule(layer, params, shapes)
    if not isinstance(refused, ShapeError) or "fits" not in refused.details:
        return
    setting = refused.details.get("setting", "kernel_size")
    mended = params.replace(**{setting: layer.parameter(setting).check(refused.details["fits"])})
    still = rule(layer, mended, shapes)
    if isinstance(still, ShapeError):
        assert (still.code, still.details.get("setting", "kernel_size")) != (refused.code, setting)


def rule(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> Shape | ShapeError:
    try:
        return layer.shape(params, shapes)
    except ShapeError as error:
        return error
