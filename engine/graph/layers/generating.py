"""What a drawing that makes new samples has beside ordinary layers: where noise comes in, and where its samples meet
real ones."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, Input, call
from engine.graph.layers.kind import LayerKind, Port
from engine.graph.layers.passing import unchanged
from engine.graph.layers.rules import need_numbers
from engine.graph.parameters import Integer, Params, Real
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode

REAL, GENERATED = "real", "generated"
"""The inputs of RealOrFake."""


def _noise_shape(p: Params, _inputs: Sequence[Shape]) -> Shape:
    return Shape.features(p.size)


def _first(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return Input(0)


def _hardmax_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    need_numbers(x, "Hardmax")
    if x.rank != 1:
        raise ShapeError(
            f"Hardmax takes a row of numbers, but {x.words()} arrive. Put a Flatten before it.",
            ShapeErrorCode.RANK,
        )
    if x.count < p.size:
        raise ShapeError(
            f"Hardmax turns the last {p.size:,} numbers into a one-hot vector, but only {x.count:,} arrive. Make its "
            "size smaller.",
            ShapeErrorCode.PARAMETER,
            setting="size",
        )
    return x


def _hardmax(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("modules.Hardmax", p.size, p.scale)


def _same_of_both(_p: Params, inputs: Sequence[Shape]) -> Shape:
    for x in inputs:
        need_numbers(x, "RealOrFake")
    real, *others = inputs
    for generated in others:
        if (generated.sizes, generated.names) != (real.sizes, real.names):
            raise ShapeError(
                f"The generated samples must look like the real ones: {real.words()}, but the generator gives "
                f"{generated.words()}.",
                ShapeErrorCode.MISMATCH,
                inputs=tuple(inputs),
                input=1,
            )
    return real


KINDS = (
    LayerKind(
        name="Noise",
        family="data",
        stem="noise",
        followed_by=("Linear",),
        summary="Gives new random numbers for every sample, which a generator makes something of.",
        why="A generator turns random numbers into samples that look like the data. How many numbers there are is how "
        "many ways its samples can differ from one another: a few for points, 16 to 128 for small images. They are "
        "drawn from the normal distribution, with mean 0 and standard deviation 1.",
        shape=_noise_shape,
        forward=_first,
        inputs=(),
        is_source=True,
        detail=lambda p: counted(p.size, "number"),
        parameters=(
            Integer(
                name="size",
                title="Size",
                default=16,
                low=1,
                high=65_536,
                help="How many random numbers there are for each sample, each with mean 0 and standard deviation 1.",
            ),
        ),
        keywords=("random", "latent", "z", "gan", "generator", "source"),
    ),
    LayerKind(
        name="Hardmax",
        family="data",
        stem="hardmax",
        followed_by=("Linear",),
        summary="Turns the last numbers that arrive into a one-hot vector: the largest counts, the others become 0.",
        why="After Noise it draws a category, each with the same probability. A generator can then "
        "make something else of every category, such as a digit of another shape, instead of having to bend one "
        "smooth noise around all of them, and it learns in fewer steps. No gradient passes a one-hot vector, so layers "
        "before it do not learn by it.",
        shape=_hardmax_shape,
        module=_hardmax,
        detail=lambda p: f"of {p.size}",
        parameters=(
            Integer(
                name="size",
                title="Categories",
                default=10,
                low=1,
                high=65_536,
                help="How many of the numbers, from the last, become a one-hot vector. Those before them stay as they "
                "are.",
            ),
            Real(
                name="scale",
                title="Scale",
                default=1.0,
                low=1e-6,
                high=1e6,
                logarithmic=True,
                help="What stands where the largest number was. The square root of the number of categories makes the "
                "vector as long as the noise that it takes the place of.",
            ),
        ),
        keywords=("argmax", "one-hot", "category", "categorical", "discrete", "infogan"),
    ),
    LayerKind(
        name="RealOrFake",
        short="Real/fake",
        family="merge",
        stem="realorfake",
        followed_by=("Linear", "Conv2d"),
        summary="Lets real samples and generated ones through to the critic, which learns to tell them apart.",
        why="In a GAN what lies before its generated input is the generator, and what comes after it is the critic. "
        "The critic learns to score real samples above generated ones, and the generator learns to make samples that "
        "score as high. When the network is used, the data goes through and the critic scores it.",
        shape=_same_of_both,
        forward=_first,
        passes=unchanged,
        inputs=(Port(REAL, "real samples"), Port(GENERATED, "generated samples")),
        is_switch=True,
        keywords=("gan", "discriminator", "critic", "adversarial", "switch"),
    ),
)
