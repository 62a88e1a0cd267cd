"""How well an autoencoder gives back samples that it has not learned from, beside what doing without it would get.

All errors are of the inputs as the network is given them: of images scaled to 0 … 1 a share of the range of brightness,
of standardised columns in standard deviations. Means over all numbers of all samples.

``test_reconstruction_mse`` and ``test_reconstruction_mae``: squared and absolute error of clean test samples.
``floor_reconstruction_mse``: that of always giving the mean of the training samples.
``pca_reconstruction_mse``: that of principal component analysis with as many components as the code has numbers,
fitted on ``pca_rows`` training samples (all, or the first of a random order where there are many).
``latent_units``: how many numbers the code has; it and those of the analysis are None for a network that does not
narrow. ``test_explained``: 1 − the error divided by that of the mean, 1 at best, as R².
With noise, ``test_denoising_mse`` is the error of what is made of noisy samples, ``pca_denoising_mse`` that of the same
components of noisy samples, and ``noisy_mse`` that of leaving them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.principal import principal
from engine.training import random
from engine.training.batches import BatchLoader

PCA_ROWS = 10_000
_SAMPLE = 43
_AT_ONCE = 1_024


class Errors:
    """Sums of squared and absolute errors, added part by part."""

    def __init__(self) -> None:
        self.squared = self.absolute = 0.0
        self.count = 0

    def add(self, found: Tensor, right: Tensor) -> None:
        """Add those of some samples."""
        off = (found - right).double()
        self.squared += float(off.square().sum())
        self.absolute += float(off.abs().sum())
        self.count += off.numel()

    @property
    def mse(self) -> float:
        """The mean squared error of a number."""
        return self.squared / max(1, self.count)

    @property
    def mae(self) -> float:
        """The mean absolute error of a number."""
        return self.absolute / max(1, self.count)


def mean_row(rows: BatchLoader) -> Tensor:
    """The mean of all prepared samples, float32."""
    total, count = None, 0
    for inputs, _ in rows.in_order(_AT_ONCE):
        part = inputs.double().sum(0)
        total, count = (part if total is None else total + part), count + len(inputs)
    assert total is not None  # there is a training row at least
    return (total / count).float()


def of_mean(train: BatchLoader, judged: BatchLoader) -> Errors:
    """The errors of always giving the mean of the training samples."""
    mean, errors = mean_row(train), Errors()
    for inputs, _ in judged.in_order(_AT_ONCE):
        errors.add(mean.expand_as(inputs), inputs)
    return errors


class Components:
    """Principal component analysis of training samples, ``rows`` of them, as a network that gives samples back."""

    def __init__(self, train: BatchLoader, count: int, seed: int) -> None:
        fitted = _array(_some(train, seed))
        self._found, self.rows = principal(fitted, count), len(fitted)

    def given_back(self, inputs: Tensor) -> Tensor:
        """What the components keep of prepared samples N×…, float64 of the same shape, on the CPU."""
        kept = self._found.restored(self._found.project(_array([inputs])))
        return torch.from_numpy(kept).reshape(inputs.shape)


def _some(rows: BatchLoader, seed: int) -> Iterable[Tensor]:
    if rows.rows <= PCA_ROWS:
        return (inputs for inputs, _ in rows.in_order(_AT_ONCE))
    order = torch.randperm(rows.rows, generator=random.generator(seed, _SAMPLE, 0))[:PCA_ROWS].to(rows.device)
    return (rows.take(part)[0] for part in order.split(_AT_ONCE))


def _array(parts: Iterable[Tensor]) -> NDArray[np.float64]:
    return np.concatenate([part.flatten(1).double().cpu().numpy() for part in parts])


def final(
    train: BatchLoader,
    test: BatchLoader,
    given_back: Callable[[Tensor], Tensor],
    corrupted: Callable[[Tensor, int], Tensor] | None,
    latent_units: int | None,
    seed: int,
) -> dict[str, Any]:
    """The figures of the module's docstring. ``given_back`` makes of prepared inputs what the network gives back of
    them, ``corrupted`` adds the noise to the part of that number, None: there is none."""
    components = None if latent_units is None else Components(train, latent_units, seed)
    clean, denoised, noisy, kept, kept_of_noisy = (Errors() for _ in range(5))
    for number, (inputs, _) in enumerate(test.in_order(_AT_ONCE)):
        clean.add(given_back(inputs), inputs)
        if components is not None:
            kept.add(components.given_back(inputs), inputs.cpu())
        if corrupted is not None:
            given = corrupted(inputs, number)
            noisy.add(given, inputs)
            denoised.add(given_back(given), inputs)
            if components is not None:
                kept_of_noisy.add(components.given_back(given), inputs.cpu())
    mean = of_mean(train, test)
    figures: dict[str, Any] = {
        "test_rows": test.rows,
        "test_reconstruction_mse": clean.mse,
        "test_reconstruction_mae": clean.mae,
        "floor_reconstruction_mse": mean.mse,
        "test_explained": 1 - clean.mse / mean.mse if mean.mse > 0 else None,
        "latent_units": latent_units,
        "pca_reconstruction_mse": None if components is None else kept.mse,
        "pca_rows": None if components is None else components.rows,
    }
    if corrupted is not None:
        figures |= {
            "test_denoising_mse": denoised.mse,
            "noisy_mse": noisy.mse,
            "pca_denoising_mse": None if components is None else kept_of_noisy.mse,
        }
    return figures
