"""From a live run to a TrainingState and back, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.training.optimizers import Optimizer
from engine.training.state import Position, StateError, TrainingState
from engine.training.weights import Arrays, WeightsError, load_weights, to_array

_MEMORY = "optimizer_memory"


def capture(
    module: nn.Module, optimizer: Optimizer, position: Position, best: Mapping[str, Tensor] | None
) -> TrainingState:
    """The run as it is now, copied to the processor's memory."""
    tensors: Arrays = {f"weights/{name}": to_array(value) for name, value in module.state_dict().items()}
    if best is not None:
        tensors.update({f"best/{name}": to_array(value) for name, value in best.items()})
    memory = _pack(optimizer.state(), "optimizer", tensors)
    return TrainingState(tensors, {**position.to_json(), _MEMORY: memory})


def restore(
    state: TrainingState, module: nn.Module, optimizer: Optimizer, kind: str
) -> tuple[Position, dict[str, Tensor] | None]:
    """Put module and optimizer back as captured; returns the position and the best epoch's weights, if any.

    The memory of another kind of optimizer than ``kind`` is left out: the new one starts afresh.
    Raises StateError when the state does not belong to this drawing or is damaged.
    """
    values = dict(state.position)
    memory = values.pop(_MEMORY, None)
    position = Position.from_json(values)
    try:
        load_weights(module, state.weights())
    except WeightsError as error:
        raise StateError(f"The saved training does not belong to this drawing. {error}") from None
    if position.optimizer == kind:
        try:
            optimizer.load(_unpack(memory, state.tensors))
        except (ValueError, KeyError, TypeError, IndexError, RuntimeError) as error:
            raise StateError(f"The saved memory of the optimizer {kind} cannot be used: {error}") from None
    return position, _best(state, module)


def _best(state: TrainingState, module: nn.Module) -> dict[str, Tensor] | None:
    saved = state.best()
    if not saved:
        return None
    best = {}
    for name, own in module.state_dict().items():
        if name not in saved or tuple(saved[name].shape) != tuple(own.shape):
            raise StateError(f"The saved best weights do not belong to this drawing: {name!r} does not fit.")
        best[name] = torch.from_numpy(np.array(saved[name])).to(own.device, own.dtype)
    return best


def _pack(value: Any, path: str, tensors: dict[str, NDArray[Any]]) -> Any:
    """Nested memory as JSON; tensors go to ``tensors`` under the path where they were."""
    if isinstance(value, Tensor):
        tensors[path] = to_array(value)
        return {"tensor": path}
    if isinstance(value, Mapping):
        # As pairs, since parameters are numbered and JSON turns number keys into words.
        return {"pairs": [[key, _pack(item, f"{path}/{key}", tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return [_pack(item, f"{path}/{number}", tensors) for number, item in enumerate(value)]
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{path}: {type(value).__name__} cannot be saved")


def _unpack(value: Any, tensors: Mapping[str, NDArray[Any]]) -> Any:
    if isinstance(value, Mapping):
        if "tensor" in value:
            return torch.from_numpy(np.array(tensors[value["tensor"]]))
        if "float" in value:
            return float(value["float"])
        return {key: _unpack(item, tensors) for key, item in value["pairs"]}
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    return value
