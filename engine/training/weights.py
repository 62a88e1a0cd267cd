"""Weights across the border: a module's state dict as numpy arrays, and back, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.preparation import Preparation
from engine.graph.advice.analysis import Analysis
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.network.build import Network, build, checked
from engine.network.modules import PositionalEmbedding

Arrays = dict[str, NDArray[Any]]


# The scales of these may have several axes: those of a layer norm over whole pictures have three.
_NORMALISING = (nn.LayerNorm, nn.RMSNorm)
_EMBEDDING = (nn.Embedding, PositionalEmbedding)


class WeightsError(ValueError):
    """Weights do not belong to this drawing; the message names the first that does not."""


def multiplied(module: nn.Module, *, embeddings: bool = True) -> list[nn.Parameter]:
    """The trained weights that inputs are multiplied by: no biases, and no scales or shifts of normalisation.

    Embeddings are looked up or added rather than multiplied; they count here unless told otherwise.
    """
    left_out = _NORMALISING if embeddings else (*_NORMALISING, *_EMBEDDING)
    kept = (child for child in module.modules() if not isinstance(child, left_out))
    return [p for child in kept for p in child.parameters(recurse=False) if p.requires_grad and p.ndim > 1]


def to_array(tensor: Tensor) -> NDArray[Any]:
    """A copy of a tensor as a plain array, rows first whatever its memory layout."""
    return np.array(tensor.detach().cpu().numpy(), order="C", copy=True)


def take_weights(module: nn.Module) -> Arrays:
    """A copy of all weights and running statistics, by name."""
    return {name: to_array(tensor) for name, tensor in module.state_dict().items()}


def check_weights(module: nn.Module, weights: Mapping[str, NDArray[Any]]) -> None:
    """Raise WeightsError unless ``weights`` has exactly the module's names, sizes and kinds of number."""
    own = module.state_dict()
    for name, tensor in own.items():
        if name not in weights:
            raise WeightsError(f"The weights {name!r} are missing; were they made by another diagram?")
        array = weights[name]
        if tuple(array.shape) != tuple(tensor.shape):
            raise WeightsError(
                f"The weights {name!r} are {_size(array.shape)}, but the diagram has {_size(tensor.shape)}."
            )
        if f"torch.{array.dtype.name}" != str(tensor.dtype):
            raise WeightsError(f"The weights {name!r} hold {array.dtype}, but the diagram has {tensor.dtype}.")
    for name in weights:
        if name not in own:
            raise WeightsError(f"The diagram has no place for the weights {name!r}; were they made by another diagram?")


def check_finite(weights: Mapping[str, NDArray[Any]]) -> None:
    """Raise WeightsError when some of ``weights`` are not finite: nothing can be learned from there on."""
    for name, array in weights.items():
        if not np.isfinite(array).all():
            raise WeightsError(f"The weights {name!r} hold numbers that are not finite; train from scratch.")


def check_preparation(preparation: Preparation | None, signature: Signature) -> None:
    """Raise WeightsError unless a saved preparation is one for the columns and values of ``signature``."""
    if preparation is None:
        return
    known = "".join(signature.target.names) if preparation.characters else ""
    if preparation.characters != known:
        raise WeightsError(
            f"The weights know {len(preparation.characters) - 1:,} characters that are not those of the text there is "
            "now: choose the text they were trained on, or train from scratch."
        )
    columns = 0 if signature.input.is_tokens else signature.input.sizes[0]
    values = len(signature.target.measured) if any(signature.target.measured) else 0
    for what, found, allowed in (
        ("input columns or channels", len(preparation.input_shift), (columns,)),
        ("target values", len(preparation.target_shift), (0, values)),
    ):
        if found not in allowed:
            raise WeightsError(
                f"The saved preparation is for {found:,} {what}, but the data has {allowed[-1]:,}; train from scratch."
            )


def network_for(
    graph: Graph,
    signature: Signature,
    weights: Mapping[str, NDArray[Any]],
    seed: int = 0,
    analysis: Analysis | None = None,
) -> Network:
    """The network of a drawing, into which ``weights`` are to be loaded.

    A few numbers in a file must not make a large network: their count is compared before it is built. Raises
    BuildError, and WeightsError when there are too few.
    """
    analysis = analysis or checked(graph, signature)
    found, needed = sum(array.size for array in weights.values()), analysis.total_parameters
    if found < needed:
        raise WeightsError(
            f"The weights hold {found:,} parameters, but the diagram has {needed:,}; were they made by another diagram?"
        )
    return build(graph, signature, seed, analysis)


def load_weights(module: nn.Module, weights: Mapping[str, NDArray[Any]]) -> None:
    """Copy ``weights`` into the module. Raises WeightsError and changes nothing when they do not fit."""
    check_weights(module, weights)
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            # A copy, since arrays may be read-only views of a file.
            tensor.copy_(torch.from_numpy(np.array(weights[name])))


def _size(shape: tuple[int, ...] | torch.Size) -> str:
    return "×".join(map(str, shape)) or "a single number"
