"""The rows of a split as tensors on the device, and batches of them by index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training import random

Batch = tuple[Tensor, Tensor]
"""Inputs and targets of the same rows."""
Augment = Callable[[Batch, torch.Generator], Batch]
"""The random changes of a batch: of its targets as well, where they lie in the picture, as masks and boxes do."""

KEEP_PREPARED = 256 * 2**20
"""Bytes up to which prepared rows are kept as float32; larger picture sets stay uint8 and are prepared per batch.

Four times the memory traffic costs about what the conversion saves; what decides is that both fit.
"""


class BatchLoader:
    """Rows with their targets. ``inputs`` raw: uint8 pictures, numbers or tokens, N×…; ``targets`` a tensor of N rows.

    ``tokens`` come out as int64, whatever whole numbers they are kept as; everything else as float32.
    ``shift`` and ``scale`` (one a channel or column) prepare inputs as ``Preparation.inputs`` does, bit for bit.
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
        # A copy where the array is read-only or already prepared in place: tensors share the array's memory.
        raw = torch.from_numpy(_writable(inputs)).to(device)
        if tokens:
            self._inputs, self._prepared = raw.long(), True
        elif inputs.dtype == np.uint8 and inputs.size * 4 > keep_prepared:
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
        inputs = self._inputs.index_select(0, rows)
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
        for inputs, targets in zip(self._inputs.split(size), self.targets.split(size), strict=True):
            yield (inputs if self._prepared else self._prepare(inputs)), targets


def _first_infinite(values: Tensor) -> tuple[int, ...] | None:
    # The sum is infinite or not a number if any of them is, and takes no memory; it may be so for large sound numbers.
    if not values.is_floating_point() or bool(values.sum().isfinite()):
        return None
    bad = (~values.isfinite()).nonzero()
    return tuple(int(index) for index in bad[0].tolist()) if len(bad) else None


def _writable(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    return array if array.flags.writeable else array.copy()
