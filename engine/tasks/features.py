"""What goes into the last layers with weights, and comes out of the last: what a network has made of its input."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data.novelty import DIRECTIONS, MOST_FEATURES, STATISTICS, Seen, compressed
from engine.graph.shapes import Shape
from engine.network.build import Called, Network

LEVELS = 3
"""So many of the last layers with weights are listened to."""


@dataclass(eq=False)
class _Heard:
    """One view of the pictures given so far: compressed at once to ``most`` numbers, since there may be many."""

    most: int = STATISTICS
    numbers: int = 0
    parts: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, part: torch.Tensor) -> None:
        self.numbers = part.shape[1]
        self.parts.append(compressed(part.numpy(), self.most))


@dataclass(eq=False)
class _Level:
    """A layer that is listened to: what goes into it is ``maps`` feature maps, or plain numbers (0)."""

    module: nn.Module
    maps: int
    heard: _Heard = field(default_factory=_Heard)

    def before(self, _module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        """Hear means and standard deviations of the feature maps, N×2M, or the plain numbers as they are."""
        given = inputs[0].float().reshape(len(inputs[0]), -1)
        if self.maps:
            maps = given.reshape(len(given), self.maps, -1)
            given = torch.cat([maps.mean(2), maps.std(2, correction=0)], dim=1)
        self.heard.add(given)


class Features:
    """Listens to the last layers of a network that multiply by weights, while ``listening``."""

    def __init__(self, network: Network, size: Shape) -> None:
        self._levels = _find(network, size)
        self._forget()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what is made of the pictures that the network is given within this context."""
        self._forget()
        hooks = [level.module.register_forward_pre_hook(level.before) for level in self._levels]
        if self._levels:
            hooks.append(self._levels[-1].module.register_forward_hook(self._last))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def taken(self) -> Seen | None:
        """What was made of them; None of a network without such layers, or with too much going into the last one."""
        if not self._energy:
            return None
        heard = [level.heard for level in self._levels] + [self._directions]
        views = tuple(np.concatenate(one.parts) for one in heard)
        seen = Seen(views, tuple(one.numbers for one in heard), torch.cat(self._energy).numpy())
        self._forget()
        return seen

    def _forget(self) -> None:
        for level in self._levels:
            level.heard = _Heard()
        self._directions, self._energy = _Heard(DIRECTIONS), list[torch.Tensor]()

    def _last(self, _module: nn.Module, inputs: tuple[torch.Tensor, ...], given: Any) -> None:
        output: torch.Tensor = given[0] if isinstance(given, tuple) else given
        features = inputs[0].float().reshape(len(inputs[0]), -1)
        self._directions.add(features / features.norm(dim=1, keepdim=True).clamp_min(1e-9))
        outputs = output.float().reshape(len(output), output.shape[1], -1).mean(2)
        # One output alone tells yes from no: as two, it says as much of either as against the other.
        outputs = torch.cat([outputs / 2, -outputs / 2], dim=1) if outputs.shape[1] == 1 else outputs
        self._energy.append(-outputs.logsumexp(1))


def _find(network: Network, size: Shape) -> list[_Level]:
    """The last layers with weights that run once, in their order; none where the very last runs more often."""
    calls = list(network.calls())
    weighted = [call for call in calls if _has_weights(call)]
    once = [call for call in weighted if sum(call.module is other.module for other in calls) == 1]
    if not weighted or once[-1:] != weighted[-1:]:
        return []
    shapes = _shapes(network, size)
    made_by = {call.key: call for call in calls}
    levels = []
    for call in once[-LEVELS:]:
        if math.prod(shapes[call.sources[0]]) <= MOST_FEATURES and call.module is not None:
            levels.append(_Level(call.module, _maps(call.sources[0], shapes, made_by)))
    return levels if levels and levels[-1].module is weighted[-1].module else []


def _maps(name: str, shapes: dict[str, tuple[int, ...]], made_by: dict[str, Called]) -> int:
    """How many feature maps a value is; 0 where it is none, or the picture itself: of that every pixel counts."""
    count = math.prod(shapes[name])
    # Back through what only rearranges, as Flatten and Dropout, to where the numbers were still maps.
    while len(shapes[name]) != 3:
        before = made_by.get(name)
        if before is None or len(before.sources) != 1 or _has_weights(before):
            return 0
        name = before.sources[0]
        if math.prod(shapes[name]) != count:
            return 0
    return shapes[name][0] if name in made_by else 0


def _has_weights(call: Called) -> bool:
    return call.module is not None and any(parameter.ndim > 1 for parameter in call.module.parameters())


def _shapes(network: Network, size: Shape) -> dict[str, tuple[int, ...]]:
    """The shape of every value, without the batch axis, found by running one empty row."""
    kind = torch.int64 if size.is_tokens else torch.float32
    calls = list(network.calls())
    made = {call.key for call in calls}
    (data,) = {source for call in calls for source in call.sources} - made
    values: dict[str, torch.Tensor] = {data: torch.zeros((1, *size.sizes), dtype=kind)}
    with torch.inference_mode():
        for call in calls:
            values[call.key] = call.call([values[source] for source in call.sources])
    return {name: tuple(value.shape[1:]) for name, value in values.items()}
