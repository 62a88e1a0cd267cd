"""What a drawing that makes new samples has beside ordinary layers: where noise comes in, and where its samples meet
real ones."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, Input
from engine.graph.layers.kind import LayerKind, Port
from engine.graph.layers.passing import unchanged
from engine.graph.layers.rules import need_numbers
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode

REAL, GENERATED = "real", "generated"
"""The inputs of RealOrFake."""


def _noise_shape(p: Params, _inputs: Sequence[Shape]) -> Shape:
    return Shape.features(p.size)


def _first(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return Input(0)


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
