"""What is said of an autoencoder: the figures of a run in sentences, for window and command line. No torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.counting import counted
from engine.data.dataset import Schema
from engine.data.kinds import DataKind
from engine.number_text import rounded

_CLOSE = 0.02
"""Errors whose ratio is within so much of 1 are called about the same."""


def figures_in_words(figures: Mapping[str, Any], schema: Schema | None) -> tuple[str, ...]:
    """Sentences about the figures of a run, the most important first; empty where there are none.

    ``figures`` are those of ``engine.tasks.autoencoder.figures``: see there for what each means.
    """
    error, rows = _number(figures, "test_reconstruction_mse"), figures.get("test_rows")
    if error is None or not isinstance(rows, int):
        return ()
    samples = "image" if schema is not None and schema.kind is DataKind.PICTURES else "sample"
    units = figures.get("latent_units")
    denoised, noisy = _number(figures, "test_denoising_mse"), _number(figures, "noisy_mse")
    words = []
    if denoised is not None and noisy is not None:
        words.append(
            f"Error {rounded(denoised)} of {counted(rows, f'noisy test {samples}')} (mean squared), where leaving the "
            f"noise would be {rounded(noisy)}."
        )
        pca = _number(figures, "pca_denoising_mse")
        if isinstance(units, int) and pca is not None:
            words.append(_beside_pca(denoised, pca, units))
        words.append(f"Clean {samples}s come back with an error of {rounded(error)}.")
    else:
        words.append(f"Reconstruction error {rounded(error)} (mean squared, {counted(rows, f'test {samples}')}).")
        pca = _number(figures, "pca_reconstruction_mse")
        if isinstance(units, int) and pca is not None:
            words.append(_beside_pca(error, pca, units))
    if units is None:
        words.append("No layer that everything runs through is narrower than the input: there is no code.")
    mean, explained = _number(figures, "floor_reconstruction_mse"), _number(figures, "test_explained")
    if mean is not None:
        share = "" if explained is None else f": {100 * explained:.1f} % of the variance comes back"
        words.append(f"Always giving the mean {samples} would get {rounded(mean)}{share}.")
    return tuple(words)


def _beside_pca(error: float, pca: float, units: int) -> str:
    components = counted(units, "component")
    if pca <= 0:
        return f"PCA with {components} gives everything back: the code is as wide as the data."
    ratio = error / pca
    if abs(ratio - 1) <= _CLOSE:
        verdict = "about the same"
    elif ratio < 1:
        verdict = f"the network's error is {1 / ratio:.2f} times smaller" if ratio > 0 else "the network makes no error"
    else:
        verdict = f"the network's error is {ratio:.2f} times larger"
    return f"PCA with {components}, as many as the code has numbers, would get {rounded(pca)}: {verdict}."


def _number(figures: Mapping[str, Any], name: str) -> float | None:
    value = figures.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
