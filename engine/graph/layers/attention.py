"""Attention: every step of a sequence looks at all others and takes what it needs."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, Identifier, Input, apply, call, item, method
from engine.graph.layers.kind import INITIALISATION, LayerKind, Port
from engine.graph.layers.later_steps import within_steps
from engine.graph.layers.rules import need_sequence, unusual
from engine.graph.parameters import Choice, Flag, Integer, Params, Real
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _roles(inputs: Sequence[Shape]) -> tuple[int, int, int]:
    """Which input is query, key and value. One input plays all three roles, a second one is both key and value."""
    return (0, min(1, len(inputs) - 1), min(2, len(inputs) - 1))


def _check_heads(layer: str, features: int, setting: str, heads: int) -> None:
    """Refuse heads that do not divide the features; ``setting`` is what the layer calls their number."""
    if features % heads:
        divisors = [n for n in range(1, min(features, heads) + 1) if features % n == 0]
        raise ShapeError(
            f"The {heads} heads of {layer} share the {features} features of a step evenly, and {heads} does not "
            f"divide {features}; {divisors[-1]} would.",
            ShapeErrorCode.SIZE,
            setting=setting,
            fits=divisors[-1],
        )


def _ahead(p: Params, _inputs: Sequence[Shape]) -> frozenset[str]:
    return within_steps(not p.causal)


def _attention_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    if not 1 <= len(inputs) <= 3:
        raise ShapeError(
            f"MultiheadAttention takes one to three inputs, but {len(inputs)} arrive.", ShapeErrorCode.COUNT
        )
    steps = [need_sequence(x, "MultiheadAttention") for x in inputs]
    query, key, value = (steps[role] for role in _roles(inputs))
    if key[0] != value[0]:
        raise ShapeError(
            f"MultiheadAttention needs a value for every key, but {key[0]} keys and {value[0]} values arrive.",
            ShapeErrorCode.MISMATCH,
        )
    _check_heads("MultiheadAttention", query[1], "num_heads", p.num_heads)
    return Shape.sequence(*query)


def _attention(p: Params, inputs: Sequence[Shape]) -> Expression:
    query, key, value = (inputs[role].sizes[-1] for role in _roles(inputs))
    given = {"dropout": p.dropout, "bias": p.bias, "kdim": key, "vdim": value}
    usual = {"dropout": 0.0, "bias": True, "kdim": query, "vdim": query}
    return call("nn.MultiheadAttention", query, p.num_heads, **unusual(given, usual), batch_first=True)


def _mask(query: Shape, key: Shape) -> Expression:
    """True where a step must not look: at steps after its own. Made from the input, so that it is on its device."""
    hidden = method(Input(0), "new_ones", (query.sizes[0], key.sizes[0]), dtype=Identifier("torch.bool"))
    return method(hidden, "triu", 1)


def _attend(p: Params, inputs: Sequence[Shape]) -> Expression:
    query, key, value = _roles(inputs)
    keywords: dict[str, Expression] = {"need_weights": False}
    if p.causal:
        keywords["attn_mask"] = _mask(inputs[query], inputs[key])
    return item(apply(Input(query), Input(key), Input(value), **keywords), 0)


def _attention_weights(p: Params, inputs: Sequence[Shape]) -> int:
    query, key, value = (inputs[role].sizes[-1] for role in _roles(inputs))
    return int(query * (query + key + value + query) + (4 * query if p.bias else 0))


def _encoder_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    _, features = need_sequence(inputs[0], "TransformerEncoderLayer")
    _check_heads("TransformerEncoderLayer", features, "nhead", p.nhead)
    return inputs[0]


def _encoder(p: Params, inputs: Sequence[Shape]) -> Expression:
    given = {
        "dim_feedforward": p.dim_feedforward,
        "dropout": p.dropout,
        "activation": p.activation,
        "norm_first": p.norm_first,
    }
    usual = {"dim_feedforward": 2048, "dropout": 0.1, "activation": "relu", "norm_first": False}
    features = inputs[0].sizes[-1]
    return call("nn.TransformerEncoderLayer", features, p.nhead, **unusual(given, usual), batch_first=True)


def _encode(p: Params, inputs: Sequence[Shape]) -> Expression:
    keywords: dict[str, Expression] = {"src_mask": _mask(inputs[0], inputs[0])} if p.causal else {}
    return apply(**keywords)


def _encoder_weights(p: Params, inputs: Sequence[Shape]) -> int:
    features = inputs[0].sizes[-1]
    attention = 4 * features * (features + 1)
    return int(attention + 2 * features * p.dim_feedforward + p.dim_feedforward + features + 4 * features)


def _heads(name: str) -> Integer:
    return Integer(
        name=name,
        was=("heads",),
        title="Heads",
        default=4,
        low=1,
        high=1024,
        unit="heads",
        help="How many views look at once, each at its own share of the features; it must divide their number.",
    )


_CAUSAL = Flag(
    name="causal",
    title="Causal",
    default=False,
    help="A causal mask: hides the later steps from each step, as needed when the next step is to be predicted.",
)


def _dropout(default: float) -> Real:
    return Real(
        name="dropout",
        title="Dropout",
        default=default,
        low=0.0,
        high=1.0,
        unit="share",
        help="The share of connections set to zero while training, against overfitting.",
        advanced=True,
    )


KINDS = (
    LayerKind(
        name="MultiheadAttention",
        family="attention",
        stem="attention",
        followed_by=("Add", "LayerNorm"),
        summary="Lets each step of a sequence gather what it needs from all steps, near or far.",
        why="For each step (the query) it weighs every other step by how well its key fits, and takes a mix of their "
        "values; several heads do so in parallel. With only the query wired, a sequence looks at itself. Wire "
        "another sequence to the key and it looks there, for instance from a translation to the original. Add the "
        "input to the output and normalise, as transformers do.",
        shape=_attention_shape,
        looks_ahead=_ahead,
        module=_attention,
        forward=_attend,
        weights=_attention_weights,
        detail=lambda p: f"{counted(p.num_heads, 'head')}{' · causal' if p.causal else ''}",
        parameters=(
            _heads("num_heads"),
            _CAUSAL,
            _dropout(0.0),
            Flag(
                name="bias",
                title="Bias",
                default=True,
                help="Gives the queries, keys, values and outputs numbers of their own to add.",
                advanced=True,
            ),
            INITIALISATION,
        ),
        inputs=(
            Port("query", "query"),
            Port("key", "key", optional=True),
            Port("value", "value", optional=True),
        ),
        keywords=("self-attention", "cross-attention", "transformer", "query key value", "sequence", "text"),
        torch_class="nn.MultiheadAttention",
    ),
    LayerKind(
        name="TransformerEncoderLayer",
        family="attention",
        stem="encoder",
        followed_by=("TransformerEncoderLayer", "GlobalAvgPool", "Flatten"),
        usual_for={ShapeForm.SEQUENCE: 3},
        summary="One full block of a transformer: attention, a small dense network for each step, and shortcuts.",
        why="The building block of modern language models. Stack two to six, after an Embedding and a "
        "PositionalEmbedding, and average over time at the end to classify texts. It wants more data than recurrent "
        "layers and rewards it.",
        shape=_encoder_shape,
        looks_ahead=_ahead,
        module=_encoder,
        forward=_encode,
        weights=_encoder_weights,
        detail=lambda p: f"{counted(p.nhead, 'head')}{' · causal' if p.causal else ''}",
        parameters=(
            _heads("nhead"),
            Integer(
                name="dim_feedforward",
                was=("feedforward",),
                title="Feedforward units",
                default=256,
                low=1,
                high=65_536,
                unit="units",
                help="The width of the dense network inside; four times the features is usual.",
            ),
            _CAUSAL,
            _dropout(0.1),
            Choice(
                name="activation",
                title="Activation",
                default="relu",
                options=("relu", "gelu"),
                labels=("ReLU", "GELU"),
                help="The non-linear function inside the feedforward network.",
                advanced=True,
            ),
            Flag(
                name="norm_first",
                title="Pre-norm",
                default=False,
                help="Normalises before attention and the dense network instead of after: deep stacks train more "
                "steadily.",
                advanced=True,
            ),
        ),
        keywords=("transformer", "self-attention", "block", "bert", "sequence", "text"),
        torch_class="nn.TransformerEncoderLayer",
    ),
)
