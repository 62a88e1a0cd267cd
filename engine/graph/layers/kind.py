"""What a layer declaration holds. Palette, inspector, validation, file, code and help all read this one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.graph.expressions import Expression, apply
from engine.graph.layers.later_steps import AheadRule, looks_everywhere
from engine.graph.layers.passing import PassRule, makes_its_own
from engine.graph.parameters import Choice, Parameter, Params
from engine.graph.shapes import Shape, ShapeForm

FAMILIES: dict[str, str] = {
    "data": "Data",
    "convolution": "Convolution",
    "pooling": "Pooling",
    "dense": "Dense",
    "activation": "Activation",
    "normalisation": "Normalisation",
    "regularisation": "Regularisation",
    "shape": "Shape",
    "sequence": "Sequence",
    "attention": "Attention",
    "clustering": "Clustering",
    "merge": "Merge",
    "goal": "Goal",
}
"""Families in the order of the palette, with their titles."""

INPUT, OUTPUT = "Input", "Output"
"""The kinds where data comes into a drawing, or into the inside of a block, and where it leaves."""
ENDS = frozenset({INPUT, OUTPUT})
"""What every drawing has one each of: they are neither deleted, copied, replaced nor bypassed."""

MOST_INPUTS = 64
"""How many wires a merge takes at most."""


_NUMBERS = frozenset(str(k) for k in range(1, MOST_INPUTS + 1))


@dataclass(frozen=True)
class Port:
    """Where a wire ends on a node. An optional port that stays empty takes what the port before it takes."""

    name: str
    title: str
    optional: bool = False


ShapeRule = Callable[[Params, Sequence[Shape]], Shape]
"""(settings, input shapes) -> output shape; raises ShapeError in words. The settings hold no words such as "answer"."""

WeightRule = Callable[[Params, Sequence[Shape]], int]

GroupRule = Callable[[Params, Sequence[Shape]], int]
"""(settings, input shapes) -> how many numbers of one sample a layer brings to a common scale together."""

ModuleRule = Callable[[Params, Sequence[Shape]], Expression]


class OutputActivation(StrEnum):
    """What numbers are, by the layer that made them."""

    PLAIN = "plain"
    """Of any size."""
    SOFTMAX = "softmax"
    """Shares that add up to 1."""
    LOG_SOFTMAX = "log-softmax"
    """The logarithms of such shares."""
    SIGMOID = "sigmoid"
    """From 0 to 1."""
    UNKNOWN = "unknown"
    """What enters a block, as long as only its inside is looked at."""

    @property
    def is_shares(self) -> bool:
        """Whether they are shares of one whole, or their logarithms."""
        return self in (OutputActivation.SOFTMAX, OutputActivation.LOG_SOFTMAX)

    @property
    def is_probability(self) -> bool:
        """Whether one of them alone is a probability as it stands: from 0 to 1."""
        return self in (OutputActivation.SOFTMAX, OutputActivation.SIGMOID)



def one_input() -> tuple[Port, ...]:
    """The one input of most layers."""
    return (Port("in", "input"),)


def no_weights(_p: Params, _inputs: Sequence[Shape]) -> int:
    """For layers that learn nothing."""
    return 0


def apply_module(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    """``self.layer(x)``: what most layers do with their input."""
    return apply()


def same_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    """For layers that change numbers and not axes, and take any."""
    return inputs[0]


@dataclass(frozen=True, kw_only=True)
class LayerKind:
    """One kind of layer.

    ``name`` is torch's name for it where there is one, and is what files hold; ``stem`` begins the names of its
    nodes ("conv" gives conv1, conv2, …). ``summary`` says what it does in one sentence, ``why`` says in one
    paragraph when one uses it. ``shape`` is the shape rule, ``module`` the one torch expression (None when the
    layer needs no module), ``forward`` what happens to its inputs, ``weights`` how many numbers it learns.
    ``detail`` writes the line under the title of a node ("32 filters · 3×3").
    ``gives`` says what the numbers are that it makes (of shares: along the axis that its setting names),
    ``output_limits`` in words which numbers it can never give ("it never gives less than 0"; "" for a layer that can
    give any), to warn of where any may be wanted;
    ``passes`` what it does to numbers that others made, such as probabilities, when the network is used.
    ``looks_ahead`` names the axes along which what it gives may depend on what comes later (along all, unless it says
    otherwise).
    ``normalises`` is given for layers that bring numbers to a mean of 0: they need two or more at once, of a sample or,
    with ``over_batch``, of all rows of a training step.
    A ``variadic`` kind takes inputs in1, in2, … as many as are wired (at least ``fewest``).
    ``fitted`` says that no gradient changes its weights: only a kind of learning that ends in such a layer does.
    ``drops`` says that it sets numbers to 0 at random while the network is trained.
    ``followed_by`` names the kinds that usually come next, the likeliest first. ``usual_for`` are the forms of data for
    which it is one of the layers people choose first, and how early: 1 before 2. ``same_for`` names the kind that does
    the same for data of another form.
    ``is_source``: it makes values of its own, as random numbers; whoever runs the network gives them.
    ``is_switch``: its inputs are alternatives, of which it lets one through; when the network is used, the first.
    ``short`` is a shorter name, for a box seen from afar, where the first letters would mean another layer.
    ``torch_class`` is the class or function shown to those who know torch and found by the search.
    """

    name: str
    family: str
    stem: str
    summary: str
    why: str
    shape: ShapeRule
    module: ModuleRule | None = None
    forward: ModuleRule = apply_module
    weights: WeightRule = no_weights
    passes: PassRule = makes_its_own
    looks_ahead: AheadRule = looks_everywhere
    gives: OutputActivation = OutputActivation.PLAIN
    output_limits: str = ""
    normalises: GroupRule | None = None
    over_batch: bool = False
    detail: Callable[[Params], str] | None = None
    parameters: tuple[Parameter, ...] = ()
    inputs: tuple[Port, ...] = one_input()
    variadic: bool = False
    fewest: int = 2
    has_output: bool = True
    fitted: bool = False
    drops: bool = False
    is_source: bool = False
    is_switch: bool = False
    followed_by: tuple[str, ...] = ()
    usual_for: Mapping[ShapeForm, int] = field(default_factory=dict, hash=False)
    same_for: Mapping[ShapeForm, str] = field(default_factory=dict, hash=False)
    short: str = ""
    keywords: tuple[str, ...] = ()
    torch_class: str = ""

    @property
    def title(self) -> str:
        """The name without the number of axes, where a word must be short: BatchNorm for BatchNorm2d."""
        return re.sub(r"[123]d$", "", self.name)

    @property
    def icon(self) -> str:
        """The name of the icon: one for each family."""
        return self.family

    def parameter(self, name: str) -> Parameter:
        """The declaration of one setting. Raises KeyError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def has_input(self, port: str) -> bool:
        """Whether ``port`` is one of the layer's inputs."""
        if not self.variadic:
            return any(p.name == port for p in self.inputs)
        number = port.removeprefix("in")
        return port.startswith("in") and number in _NUMBERS

    def input_rank(self, port: str) -> int:
        """The place of an input among the layer's inputs: in1, in2, … in10, or the order of declaration."""
        if self.variadic:
            return int(port.removeprefix("in"))
        return next(k for k, p in enumerate(self.inputs) if p.name == port)


INITIALISATION = Choice(
    name="initialisation",
    title="Initialisation",
    default="default",
    options=("default", "xavier", "kaiming", "orthogonal", "zeros"),
    labels=("torch's default", "Xavier (Glorot)", "Kaiming (He)", "orthogonal", "zeros"),
    help="The numbers the weights start from. Kaiming suits ReLU, Xavier suits tanh and sigmoid; "
    "with zeros no unit can become different from the others, which is worth seeing once.",
    advanced=True,
)
"""For layers whose weights torch initialises by a choice that one may want to make otherwise."""
