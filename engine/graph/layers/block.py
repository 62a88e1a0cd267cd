"""What all blocks have in common as layers; the rest of a block's declaration follows from what is inside it.

Not part of the catalogue: there is not a block without contents, so ``Graph.add`` cannot make one by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.layers.kind import LayerKind
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape

MOST_REPEATS = 100


def _by_inference(_p: Params, _inputs: Sequence[Shape]) -> Shape:
    raise NotImplementedError("What a block gives follows from what is inside: engine.graph.inference works it out.")


BLOCK = LayerKind(
    name="Block",
    family="block",
    stem="block",
    summary="Layers grouped into one.",
    why="A block gives several layers one name, so that a large network reads like a small one. It can be repeated, "
    "each repetition with parameters of its own, and copies of a block can be changed together. Exported code makes "
    "it a class.",
    shape=_by_inference,
    parameters=(
        Integer(
            name="repeat",
            title="Repeat",
            default=1,
            low=1,
            high=MOST_REPEATS,
            help="How often the block stands in a row, each time with parameters of its own: each repetition takes "
            "what the one before it gives. Further inputs of the block go to every repetition.",
        ),
    ),
    keywords=("group", "module", "subgraph", "fold"),
    torch_class="nn.Module",
)
