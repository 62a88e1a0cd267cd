"""What a ready block is: a title, settings declared as those of layers are, and the drawing they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.graph.block import Block, ReadyBlockSettings
from engine.graph.errors import BadSetting
from engine.graph.graph import Graph, wire
from engine.graph.layout.arranging import Layer, place
from engine.graph.parameter_sets import resolve, with_current_names
from engine.graph.parameters import BadParameter, Choice, Integer, Parameter, Params
from engine.graph.shapes import Shape

ACTIVATIONS = ("ReLU", "LeakyReLU", "GELU", "SiLU", "Mish", "Hardswish", "Tanh")


@dataclass(frozen=True, kw_only=True)
class ReadyBlock:
    """A block from the catalogue.

    ``draw`` makes the drawing inside from checked settings. ``fit`` names the settings that depend on what arrives
    and the values they need for it, for example as many channels as come in.
    """

    title: str
    summary: str
    why: str
    parameters: tuple[Parameter, ...]
    draw: Callable[[Params], Graph]
    fit: Callable[[Params, Shape], Mapping[str, Any]]
    sample: Shape
    """A shape it can take with its usual settings."""
    keywords: tuple[str, ...] = ()

    def changed(self, params: Mapping[str, Any], changes: Mapping[str, Any]) -> Block:
        """The block with ``params`` and ``changes`` of them. Raises BadSetting."""
        try:
            named = with_current_names(self.parameters, changes)
        except BadParameter as error:
            raise BadSetting(f"{self.title}: {error}") from None
        return self.make(**{**params, **named})

    def make(self, **given: Any) -> Block:
        """The block with these settings, the others as usual. Raises BadSetting."""
        try:
            params = resolve(self.parameters, given, self.title)
        except BadParameter as error:
            raise BadSetting(f"{self.title}: {error}") from None
        return Block(self.title, self.draw(params), self.summary, ReadyBlockSettings(self.title, params)).checked()


def no_fit(_p: Params, _arriving: Shape) -> Mapping[str, Any]:
    return {}


def filters_fit(name: str = "out_channels") -> Callable[[Params, Shape], Mapping[str, Any]]:
    """As many filters as channels come in, where the shortcut adds the two."""

    def fit(p: Params, arriving: Shape) -> Mapping[str, Any]:
        if p.get("shortcut") != "identity" or "channels" not in arriving.names:
            return {}
        return {name: arriving.size("channels")}

    return fit


def filters(default: int = 32, help: str = "How many patterns the block looks for: the channels it gives.") -> Integer:
    return Integer(
        name="out_channels", was=("filters",), title="Filters", default=default, low=1, high=4096, help=help
    )


def activation(default: str = "ReLU") -> Choice:
    return Choice(
        name="activation",
        title="Activation",
        default=default,
        options=ACTIVATIONS,
        help="The non-linear function after each layer; without one, layers together are a single linear one.",
    )


STRIDE = Integer(
    name="stride",
    title="Stride",
    default=1,
    low=1,
    high=8,
    help="How far the window moves at each step: 2 halves the height and width of the image.",
)

SHORTCUT = Choice(
    name="shortcut",
    title="Shortcut",
    default="projection",
    options=("projection", "identity"),
    labels=("through a 1×1 convolution", "unchanged"),
    help="How the input reaches the end of the block. Unchanged needs as many filters as channels come in, and a "
    "stride of 1; a 1×1 convolution fits anything.",
)


class BlockBuilder:
    """A block being drawn, column by column. Rows are branches, 0 the middle one."""

    def __init__(self) -> None:
        self.graph = Graph().add("Input", name="input", position=place(-1, 0))
        self.start = self.graph.last

    def row(self, source: str, *layers: Layer | None, column: float = 0, row: float = 0) -> str:
        """Layers one after another behind ``source``; returns the last one. None stands for no layer."""
        for kind, params in (layer for layer in layers if layer is not None):
            self.graph = self.graph.add(kind, position=place(column, row), **params)
            new = self.graph.last
            self.graph = self.graph.connect(wire(source, new, self.graph.open_input(new) or "in"))
            source, column = new, column + 1
        return source

    def join(self, kind: str, *sources: str, column: float, row: float = 0, **params: Any) -> str:
        """A merge of several branches."""
        self.graph = self.graph.add(kind, position=place(column, row), **params)
        new = self.graph.last
        for source in sources:
            self.graph = self.graph.connect(wire(source, new, self.graph.open_input(new) or "in1"))
        return new

    def end(self, last: str, column: float) -> Graph:
        """The drawing, with its output behind ``last``."""
        self.graph = self.graph.add("Output", name="output", position=place(column, 0))
        return self.graph.connect(wire(last, self.graph.last))
