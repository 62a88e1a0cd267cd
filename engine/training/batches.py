"""The rows of a split as tensors on the device, and batches of them by index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.chosen_rows import ChosenRows, as_chosen
from engine.training import random

Batch = tuple[Tensor, Tensor]
"""Inputs and targets of the same rows."""
Augment = Callable[[Batch, torch.Generator], Batch]
"""The random changes of a batch: of its targets as well, where they lie in the picture, as masks and boxes do."""

KEEP_PREPARED = 256 * 2**20
"""Bytes up to which prepared rows are kept as float32; larger picture sets stay uint8 and are prepared per batch.

Four times the memory traffic costs about what the conversion saves; what decides is that both fit.
"""


_BROUGHT_AT_ONCE = 4_096
"""Rows that are brought from disk to a device at a time."""


class BatchLoader:
    """Rows with their targets. ``inputs`` raw: uint8 pictures, numbers or tokens, N×…; ``targets`` a tensor of N rows.

    ``tokens`` come out as int64, whatever whole numbers they are kept as; everything else as float32.
    ``shift`` and ``scale`` (one a channel or column) prepare inputs as ``Preparation.inputs`` does, bit for bit.
    Rows of a large array on disk stay there until they are taken, unless the device has a memory of its own.
    """

    def __init__(
        self,
        inputs: NDArray[Any],
        targets: Tensor,
        device: torch.device,
        *,
        shift: tuple[float, ...] = (),
        scale: tuple[float, ...] = (),
        augment: Augment | None = None,
        tokens: bool = False,
        keep_prepared: int = KEEP_PREPARED,
    ) -> None:
        self.rows = len(targets)
        self.device = device
        self.targets = targets.to(device)
        self._augment = augment
        shape = (1, -1) + (1,) * (inputs.ndim - 2)
        self._shift = torch.tensor(shift, dtype=torch.float32).reshape(shape).to(device) if shift else None
        self._scale = torch.tensor(scale, dtype=torch.float32).reshape(shape).to(device) if scale else None
        self._chosen: Tensor | None = None
        """Which rows of ``_inputs`` they are, where these are more."""
        kept_as_bytes = not tokens and inputs.dtype == np.uint8 and inputs.size * 4 > keep_prepared
        held = as_chosen(inputs)
        if held is not None and kept_as_bytes:
            self._inputs, self._prepared = _on(device, held), False
            self._chosen = torch.from_numpy(held.rows) if device.type == "cpu" else None
            return
        # A copy where the array is read-only or already prepared in place: tensors share the array's memory.
        raw = torch.from_numpy(_writable(inputs)).to(device)
        if tokens:
            self._inputs, self._prepared = raw.long(), True
        elif kept_as_bytes:
            self._inputs, self._prepared = raw, False
        else:
            self._inputs, self._prepared = self._prepare(raw), True

    def _prepare(self, raw: Tensor) -> Tensor:
        prepared = raw.to(torch.float32)
        if self._shift is None or self._scale is None:
            return prepared
        return (prepared - self._shift).div_(self._scale)

    @property
    def prepared_inputs(self) -> Tensor | None:
        """All inputs as the network gets them; None for pictures that stay bytes until their batch is taken."""
        return self._inputs if self._prepared else None

    def first_infinite(self, *, is_target: bool) -> tuple[int, ...] | None:
        """The index of the first prepared input or target that is not finite, if there is one."""
        # Bytes are too small to become infinite when they are prepared.
        values = self.targets if is_target else self.prepared_inputs
        return None if values is None else _first_infinite(values)

    def batches(self, size: int) -> int:
        """How many batches of ``size`` an epoch has.

        A last batch of a single row is left out (batch normalisation cannot use it); with rows in a new order
        every epoch, that is another row each time.
        """
        whole, rest = divmod(self.rows, size)
        return whole + (1 if rest > 1 or whole == 0 else 0)

    def order(self, seed: int, epoch: int) -> Tensor:
        """The rows in the order of one epoch."""
        return torch.randperm(self.rows, generator=random.generator(seed, random.SHUFFLE, epoch)).to(self.device)

    def take(self, rows: Tensor) -> Batch:
        """Prepared inputs and targets of the rows numbered ``rows``."""
        inputs = self._inputs.index_select(0, rows if self._chosen is None else self._chosen.index_select(0, rows))
        if not self._prepared:
            inputs = self._prepare(inputs)
        return inputs, self.targets.index_select(0, rows)

    def augmented(self, batch: Batch, seed: int, step: int) -> Batch:
        """Training inputs and targets with the random changes of one step."""
        if self._augment is None:
            return batch
        return self._augment(batch, random.generator(seed, random.AUGMENT, step))

    def in_order(self, size: int) -> Iterator[Batch]:
        """All rows, as they come, ``size`` at a time."""
        for start in range(0, max(1, self.rows), size):
            part = slice(start, start + size)
            if self._chosen is None:
                inputs = self._inputs[part]
            else:
                inputs = self._inputs.index_select(0, self._chosen[part])
            yield (inputs if self._prepared else self._prepare(inputs)), self.targets[part]


def _first_infinite(values: Tensor) -> tuple[int, ...] | None:
    # The sum is infinite or not a number if any of them is, and takes no memory; it may be so for large sound numbers.
    if not values.is_floating_point() or bool(values.sum().isfinite()):
        return None
    bad = (~values.isfinite()).nonzero()
    return tuple(int(index) for index in bad[0].tolist()) if len(bad) else None


def _on(device: torch.device, held: ChosenRows) -> Tensor:
    """All rows of an array on disk, where they are, for the CPU; else the chosen ones, brought over some at a time."""
    if device.type == "cpu":
        shared = held.base.view()
        # Mapped so that what is written into it is never in the file; nothing is. Torch wants to be allowed to.
        shared.flags.writeable = True
        return torch.from_numpy(shared)
    found = torch.empty(held.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(held), _BROUGHT_AT_ONCE):
        part = held[start : start + _BROUGHT_AT_ONCE]
        found[start : start + len(part)] = torch.from_numpy(part).to(device)
    return found


def _writable(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    return array if array.flags.writeable else array.copy()
