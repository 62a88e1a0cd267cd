"""How near generated samples are to real ones: a figure that holds for data of any kind."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

MOST = 1_000
"""Samples of each side that are compared."""


def energy_distance(one: Tensor, other: Tensor) -> float:
    """The squared energy distance of two sets of samples, N×… and M×…, each with two or more: unbiased.

    2 E|X−Y| − E|X−X′| − E|Y−Y′|, with distances between different samples only: 0 on average where both come from the
    same distribution, and then as often a little below. G. Székely, M. Rizzo, "Energy statistics: A class of
    statistics based on distances", Journal of Statistical Planning and Inference 143, 2013.
    """
    x, y = one.double().flatten(1), other.double().flatten(1)
    between = torch.cdist(x, y).mean()
    return float(2 * between - _within(x) - _within(y))


def _within(x: Tensor) -> Tensor:
    rows = len(x)
    return torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist").sum() / (rows * (rows - 1))


def final_figures(generated: Tensor, test: Tensor, train: Tensor) -> dict[str, Any]:
    """The verdict, on at most MOST samples of each, prepared; empty with fewer than two test rows.

    ``test_energy_distance`` is that of the generated samples from the test rows, ``floor_energy_distance`` that of
    training rows from the same test rows: samples as good as real ones come near it. ``test_rows`` tells how many test
    rows there were.
    """
    if min(len(generated), len(test), len(train)) < 2:
        return {}
    some = test[:MOST]
    return {
        "test_energy_distance": energy_distance(generated[:MOST], some),
        "floor_energy_distance": energy_distance(train[:MOST], some),
        "test_rows": len(test),
    }
