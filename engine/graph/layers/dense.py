"""Dense layers: every output sees every input."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import INITIALISATION, LayerKind
from engine.graph.layers.later_steps import along_last
from engine.graph.parameters import ANSWER, Flag, Integer, Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _linear_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    if x.is_tokens:
        raise ShapeError("Linear needs numbers, but tokens arrive: put an Embedding before it.", ShapeErrorCode.DTYPE)
    if x.rank > 1 and not p.last_axis:
        raise ShapeError(
            f"Linear takes a flat list of features, but {x.words()} arrive. Flatten them first, or apply it along "
            "the last axis.",
            ShapeErrorCode.RANK,
        )
    return Shape((*x.sizes[:-1], p.out_features), x.names)


def _linear_weights(p: Params, inputs: Sequence[Shape]) -> int:
    return int(p.out_features * (inputs[0].sizes[-1] + (1 if p.bias else 0)))


def _linear(p: Params, inputs: Sequence[Shape]) -> Expression:
    keywords: dict[str, Expression] = {} if p.bias else {"bias": False}
    return call("nn.Linear", inputs[0].sizes[-1], p.out_features, **keywords)


KINDS = (
    LayerKind(
        name="Linear",
        family="dense",
        stem="linear",
        followed_by=("ReLU", "Output", "Dropout", "BatchNorm1d"),
        usual_for={ShapeForm.FEATURES: 1},
        summary="Weighs every input for every unit: the plain layer of a neural network.",
        why="Each unit adds up all inputs, every one multiplied by a weight it learns, plus a bias. It can combine "
        "anything with anything, so it usually makes the final decision; on images it costs many parameters, which "
        "is why convolutions come first there.",
        shape=_linear_shape,
        looks_ahead=along_last,
        module=_linear,
        weights=_linear_weights,
        detail=lambda p: "set by the data" if p.out_features == ANSWER else counted(p.out_features, "unit"),
        parameters=(
            Integer(
                name="out_features",
                was=("units",),
                title="Units",
                default=128,
                low=1,
                high=65_536,
                words=(ANSWER,),
                unit="units",
                help='How many numbers come out. "answer" means one per class or target value, whatever the dataset.',
            ),
            Flag(
                name="bias",
                title="Bias",
                default=True,
                help="Gives each unit a number of its own to add. Needless just before a normalisation.",
                advanced=True,
            ),
            Flag(
                name="last_axis",
                title="Along the last axis",
                default=False,
                help="Applies the same layer to the last axis only, leaving the others as they are: for sequences.",
                advanced=True,
            ),
            INITIALISATION,
        ),
        keywords=("dense", "fully connected", "perceptron", "affine"),
        torch_class="nn.Linear",
    ),
)
