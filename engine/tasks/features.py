"""What goes into the last layer with weights: what a network has made of its input before it decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data.novelty import MOST_FEATURES
from engine.graph.shapes import Shape
from engine.network.build import Called, Network

_Taken = tuple[NDArray[np.float32], NDArray[np.float32]]


class Features:
    """Listens to the last layer of a network that multiplies by weights, while ``listening``."""

    def __init__(self, network: Network, size: Shape) -> None:
        self._parts: list[torch.Tensor] = []
        self._module, self._maps = _find(network, size)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what goes into the layer within this context. A layer that runs repeatedly is heard the last time."""
        self._parts = []
        if self._module is None:
            yield
            return
        heard: list[torch.Tensor] = []

        def before(_module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            heard[:] = [inputs[0].float().reshape(len(inputs[0]), -1)]

        def after(_module: nn.Module, _inputs: Any, _output: Any) -> None:
            self._parts.append(heard.pop())

        hooks = self._module.register_forward_pre_hook(before), self._module.register_forward_hook(after)
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def taken(self) -> _Taken | None:
        """The features N×F and the means of their M maps, N×M (themselves, where they are no maps); None without."""
        if not self._parts:
            return None
        features, self._parts = torch.cat(self._parts), []
        if features.shape[1] > MOST_FEATURES:
            return None
        maps = features.reshape(len(features), self._maps, -1).mean(2) if self._maps else features
        return features.numpy(), maps.numpy()


def _find(network: Network, size: Shape) -> tuple[nn.Module | None, int]:
    """The last layer with weights that runs once, and how many maps its inputs are; (None, 0) where there is none."""
    calls = list(network.calls())
    weighted = [call for call in calls if _has_weights(call)]
    if not weighted:
        return None, 0
    last = weighted[-1]
    if sum(call.module is last.module for call in calls) > 1:
        return None, 0
    shapes = _shapes(network, size)
    made_by = {call.key: call for call in calls}
    name, count = last.sources[0], int(np.prod(shapes[last.sources[0]]))
    # Back through what only rearranges, as Flatten and Dropout, to where the numbers were still maps.
    while len(shapes[name]) != 3:
        before = made_by.get(name)
        if before is None or len(before.sources) != 1 or _has_weights(before):
            return last.module, 0
        name = before.sources[0]
        if int(np.prod(shapes[name])) != count:
            return last.module, 0
    return last.module, shapes[name][0]


def _has_weights(call: Called) -> bool:
    return call.module is not None and any(parameter.ndim > 1 for parameter in call.module.parameters())


def _shapes(network: Network, size: Shape) -> dict[str, tuple[int, ...]]:
    """The shape of every value, without the batch axis, found by running one empty row."""
    kind = torch.int64 if size.dtype == "int" else torch.float32
    calls = list(network.calls())
    made = {call.key for call in calls}
    (data,) = {source for call in calls for source in call.sources} - made
    values: dict[str, torch.Tensor] = {data: torch.zeros((1, *size.sizes), dtype=kind)}
    with torch.inference_mode():
        for call in calls:
            values[call.key] = call.call([values[source] for source in call.sources])
    return {name: tuple(value.shape[1:]) for name, value in values.items()}
