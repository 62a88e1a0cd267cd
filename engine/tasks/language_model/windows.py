"""Windows on one long row of tokens as batches: a window is where it begins, and costs no memory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.training import random
from engine.training.batches import BatchLoader


class WindowLoader(BatchLoader):
    """Windows of ``window`` tokens, and as targets the same one token later, both int64 N×window.

    In each epoch the windows lie end to end, from another place on and in another order: every token is learned from
    about once an epoch, and another one begins a window each time. ``rows`` counts them. Rows are asked for by where
    they begin. ``tokens`` are whole numbers, one more at least than ``window``; where there are fewer it has no rows.
    """

    def __init__(self, tokens: NDArray[Any], window: int, device: torch.device) -> None:
        self.device, self.window = device, window
        self._augment = None
        self._tokens = torch.from_numpy(_shared(tokens)).to(device)
        whole, self._spare = divmod(max(0, len(tokens) - 1), window)
        self.whole = whole
        """Windows that lie end to end from the first token on."""
        # One window less leaves room to begin anywhere within the first.
        self.rows = whole - 1 if whole > 1 else whole
        self._offsets = torch.arange(window + 1, device=device)

    @property
    def targets(self) -> Tensor:  # type: ignore[override]
        """The tokens themselves, for whoever counts targets: each but the first is one."""
        return self._tokens[1:]

    @property
    def prepared_inputs(self) -> None:
        """Tokens are never prepared, nor far out."""
        return None

    def order(self, seed: int, epoch: int) -> Tensor:
        """Where the windows of an epoch begin."""
        chance = random.generator(seed, random.SHUFFLE, epoch)
        room = self._spare + (self.window if self.rows < self.whole else 0)
        first = int(torch.randint(room + 1, (1,), generator=chance))
        return (first + self.window * torch.randperm(self.rows, generator=chance)).to(self.device)

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The windows that begin at ``rows``, and their targets."""
        both = self._tokens[rows[:, None] + self._offsets].long()
        return both[:, :-1].contiguous(), both[:, 1:].contiguous()

    def in_order(self, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """All windows, end to end from the first token on, ``size`` at a time."""
        starts = self.window * torch.arange(self.whole, device=self.device)
        for part in starts.split(size):
            yield self.take(part)


def _shared(tokens: NDArray[Any]) -> NDArray[np.int16]:
    """The tokens as a tensor takes them, which may be memory-mapped: no copy where they could be written into."""
    taken = np.ascontiguousarray(tokens, dtype=np.int16)
    if taken.flags.writeable:
        return taken
    taken = taken.view()
    try:
        taken.flags.writeable = True  # nobody does; but there are no tensors for reading only
    except ValueError:
        return taken.copy()
    return taken
