"""Layers that torch does not have. Exported code prints their source, so each uses nothing but ``torch`` and ``nn``."""

from __future__ import annotations

import torch
from torch import nn


class GaussianNoise(nn.Module):
    """Adds normal noise of standard deviation ``std``, while training only."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + torch.randn_like(x) * self.std if self.training else x


class Hardmax(nn.Module):
    """Makes the last ``size`` numbers, batch × features, a one-hot vector: ``scale`` or 0.

    Their largest counts. No gradient passes it; the numbers before stay as they are.
    """

    def __init__(self, size: int, scale: float) -> None:
        super().__init__()
        self.size, self.scale = size, scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        before, last = x.split([x.shape[1] - self.size, self.size], dim=1)
        one_hot = nn.functional.one_hot(last.argmax(dim=1), self.size).to(x.dtype)
        return torch.cat((before, one_hot * self.scale), dim=1)


class PositionalEmbedding(nn.Module):
    """Adds a learned vector for each position to a sequence, batch × length × features."""

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(length, features) * 0.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.weight


class SinusoidalEmbedding(nn.Module):
    """Adds sines and cosines of each position to a sequence, batch × length × features.

    The waves are those of Vaswani et al. (2017), "Attention Is All You Need".
    """

    table: torch.Tensor

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        position = torch.arange(length).unsqueeze(1)
        rate = 10000.0 ** (-torch.arange(0, features, 2) / features)
        waves = torch.stack((torch.sin(position * rate), torch.cos(position * rate)), dim=2)
        # Not saved with the weights: it follows from the two sizes.
        self.register_buffer("table", waves.flatten(1)[:, :features], persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.table


class Repeat(nn.Sequential):
    """Its parts in a row: each takes what the one before gives, and the other inputs."""

    def forward(self, x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        for part in self:
            x = part(x, *others)
        return x


class KMeans(nn.Module):
    """Euclidean distances, batch × groups, of samples, batch × features, to the centres of ``n_clusters`` groups.

    No gradient changes the centres: they are the means of the samples nearest to them.
    """

    def __init__(self, features: int, n_clusters: int) -> None:
        super().__init__()
        places = torch.randn(n_clusters, features)
        self.centres = nn.Parameter(places, requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cdist(x, self.centres, compute_mode="donot_use_mm_for_euclid_dist")


class CategoryTokens(nn.Module):
    """Categories given as 0 and 1, batch × columns, as one whole number each, batch × categories.

    ``sizes`` is how many columns each category has. The tokens of the first are 1, 2, …, those of the next go on from
    there; 0 is for a sample that has none of the categories.
    """

    codes: torch.Tensor

    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = sizes
        self.register_buffer("codes", torch.arange(1.0, sum(sizes) + 1), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = zip(x.split(self.sizes, dim=1), self.codes.split(self.sizes), strict=True)
        return torch.stack([((part > 0.5) * codes).amax(1) for part, codes in parts], dim=1).long()
