"""What goes into the last layers with weights, and comes out of the last: what a network has made of its input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.novelty import DIRECTIONS, MOST_FEATURES, STATISTICS, Seen, compressed
from engine.graph.shapes import Shape
from engine.network.build import Called, Network
from engine.network.route import NetworkRoute

LEVELS = 3
"""So many of the last layers with weights are looked at."""


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
    """A value that is looked at, what goes into a layer: it is ``maps`` feature maps, or plain numbers (0)."""

    value: str
    maps: int
    heard: _Heard = field(default_factory=_Heard)

    def hear(self, given: torch.Tensor) -> None:
        """Keep means and standard deviations of the feature maps, N×2M, or the plain numbers as they are."""
        given = given.float().reshape(len(given), -1)
        if self.maps:
            maps = given.reshape(len(given), self.maps, -1)
            given = torch.cat([maps.mean(2), maps.std(2, correction=0)], dim=1)
        self.heard.add(given)


class Features:
    """Runs a network and keeps what goes into its last layers that multiply by weights, and what comes out."""

    def __init__(self, network: Network, size: Shape) -> None:
        calls, _places = network.every_call()
        (data,) = network.planned.inputs
        self._levels, last = _find(list(network.calls()), data, size)
        looked_at = [level.value for level in self._levels]
        self._route = NetworkRoute(calls, [data], [network.planned.result, *looked_at, *([last] if looked_at else [])])
        self._forget()

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """What the network gives for prepared inputs; what is made of them on the way is kept until ``taken``."""
        outputs, *seen = self._route.values(inputs)
        if self._levels:
            *features, last = seen
            for level, value in zip(self._levels, features, strict=True):
                level.hear(value)
            self._look_at_last(features[-1], last)
        return outputs

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

    def _look_at_last(self, given: torch.Tensor, output: torch.Tensor) -> None:
        features = given.float().reshape(len(given), -1)
        self._directions.add(features / features.norm(dim=1, keepdim=True).clamp_min(1e-9))
        outputs = output.float().reshape(len(output), output.shape[1], -1).mean(2)
        # One output alone tells yes from no: as two, it says as much of either as against the other.
        outputs = torch.cat([outputs / 2, -outputs / 2], dim=1) if outputs.shape[1] == 1 else outputs
        self._energy.append(-outputs.logsumexp(1))


def _find(calls: Sequence[Called], data: str, size: Shape) -> tuple[list[_Level], str]:
    """What goes into the last layers with weights that run once, in their order, and the name of what the last of them
    gives; none where the very last layer with weights runs more often."""
    weighted = [call for call in calls if _has_weights(call)]
    once = [call for call in weighted if sum(call.module is other.module for other in calls) == 1]
    if not weighted or once[-1:] != weighted[-1:]:
        return [], ""
    shapes = _shapes(calls, data, size)
    made_by = {call.key: call for call in calls}
    found = [call for call in once[-LEVELS:] if math.prod(shapes[call.sources[0]]) <= MOST_FEATURES]
    if found[-1:] != weighted[-1:]:
        return [], ""
    return [_Level(call.sources[0], _maps(call.sources[0], shapes, made_by)) for call in found], found[-1].key


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


def _shapes(calls: Sequence[Called], data: str, size: Shape) -> dict[str, tuple[int, ...]]:
    """The shape of every value, without the batch axis, found by running one empty row."""
    kind = torch.int64 if size.is_tokens else torch.float32
    names = [data, *(call.key for call in calls)]
    with torch.inference_mode():
        values = NetworkRoute(calls, [data], names).values(torch.zeros((1, *size.sizes), dtype=kind))
    return {name: tuple(value.shape[1:]) for name, value in zip(names, values, strict=True)}
