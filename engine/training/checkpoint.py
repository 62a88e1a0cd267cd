"""From a live run to a TrainingState and back, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.text import brief
from engine.training.state import MEMORY, Progress, StateError, TrainingState, migrated
from engine.training.weights import Arrays, WeightsError, check_finite, check_weights, load_weights, to_array


@dataclass(frozen=True)
class LearnerState:
    """What a learner remembers beside the weights of its module.

    ``values`` are JSON values by name; ``memory`` is nested mappings, lists, plain values and tensors.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    memory: Any = None


@dataclass(frozen=True)
class PackedMemory:
    """The memory of a learner as it was saved, to be unpacked by the learner that finds it to be its own."""

    value: Any
    tensors: Mapping[str, NDArray[Any]]

    def unpack(self) -> Any:
        """Nested mappings, lists, plain values and tensors. Raises ValueError when it is damaged."""
        return _unpack(self.value, dict(self.tensors))


def capture(
    module: nn.Module, progress: Progress, learner: LearnerState, best: Mapping[str, Tensor] | None
) -> TrainingState:
    """The run as it is now, copied to the processor's memory."""
    tensors: Arrays = {f"weights/{name}": to_array(value) for name, value in module.state_dict().items()}
    if best is not None:
        tensors.update({f"best/{name}": to_array(value) for name, value in best.items()})
    memory = _pack(learner.memory, "learner", tensors)
    return TrainingState(tensors, {**progress.to_json(), "learner": dict(learner.values), MEMORY: memory})


def restore(state: TrainingState, module: nn.Module) -> tuple[Progress, dict[str, Tensor] | None, PackedMemory]:
    """Put the module back as captured; returns the progress, the best epoch's weights if any, and the memory.

    Raises StateError when the state does not belong to this drawing or is damaged.
    """
    values = migrated(state.position)
    memory = PackedMemory(values.pop(MEMORY, None), state.tensors)
    progress = Progress.from_json(values)
    # A file of a larger machine: sums are added up in another order here, whatever is done.
    progress.threads = min(progress.threads, torch.get_num_threads())
    try:
        check_finite(state.weights())
        load_weights(module, state.weights())
    except WeightsError as error:
        raise StateError(f"The saved training does not belong to this diagram. {error}") from None
    return progress, _best(state, module), memory


def _best(state: TrainingState, module: nn.Module) -> dict[str, Tensor] | None:
    saved = state.best()
    if not saved:
        return None
    try:
        check_finite(saved)
        check_weights(module, saved)
    except WeightsError as error:
        raise StateError(f"The saved best weights do not belong to this diagram. {error}") from None
    own = module.state_dict()
    return {name: torch.from_numpy(np.array(saved[name])).to(own[name].device) for name in own}


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


def _unpack(value: Any, tensors: dict[str, NDArray[Any]]) -> Any:
    """What ``_pack`` packed. Raises ValueError for anything else, as a file may hold it.

    Every tensor is taken out of ``tensors``: none may be named twice, since each name becomes a copy of its own.
    """
    match value:
        case {"tensor": str(path)} if path in tensors:
            return torch.from_numpy(np.array(tensors.pop(path)))
        case {"float": "inf" | "-inf" | "nan" as word}:
            return float(word)
        case {"pairs": list(pairs)}:
            return dict(_pair(pair, tensors) for pair in pairs)
        case Mapping():
            raise ValueError(f"it holds {brief(value)}, which is neither a tensor nor a number nor pairs")
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    return value


def _pair(pair: Any, tensors: dict[str, NDArray[Any]]) -> tuple[int | str, Any]:
    match pair:
        case [int() | str() as key, item]:
            return key, _unpack(item, tensors)
    raise ValueError(f"it holds {brief(pair)} in the place of a name and a value")
