"""Random numbers of a run: every step and every epoch has a generator of its own, seeded from the seed and its number.

So nothing about randomness has to be saved to resume exactly, and other threads that use torch's random numbers
between two steps change nothing.
"""

from __future__ import annotations

import threading

import torch

RNG_LOCK = threading.Lock()
"""Held by a run while it draws from torch's own generators, and by others of the engine that would reseed them."""

SHUFFLE, STEP, AUGMENT = 1, 2, 3
_MASK = 2**64 - 1


def mixed(seed: int, purpose: int, number: int) -> int:
    """A seed from 0 to 2⁶³ − 1 for one use, unlike those of its neighbours (SplitMix64; Steele et al., 2014)."""
    value = (seed * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03 + number + 1) & _MASK
    for _ in range(2):
        value = (value + 0x9E3779B97F4A7C15) & _MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
        value ^= value >> 31
    return value >> 1


def generator(seed: int, purpose: int, number: int) -> torch.Generator:
    """A new generator on the CPU."""
    return torch.Generator().manual_seed(mixed(seed, purpose, number))


def seed_step(seed: int, step: int, device: torch.device) -> None:
    """Seed the generators that layers such as Dropout draw from, for one step. To be called holding ``RNG_LOCK``."""
    value = mixed(seed, STEP, step)
    torch.default_generator.manual_seed(value)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(value)
    elif device.type == "mps":
        torch.mps.manual_seed(value)
