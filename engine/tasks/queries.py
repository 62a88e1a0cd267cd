"""What one can ask of a trained network, and the answers: values that window and command line share. No torch.

``engine.tasks.answerer`` answers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Schema
from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Predict:
    """What the network says of ``inputs``, N rows raw as in a dataset. ``with_novelty``: and how unlike everything
    learned each of them is."""

    inputs: NDArray[Any]
    with_novelty: bool = True


@dataclass(frozen=True, eq=False)
class Encode:
    """The values that the nodes ``at`` (by name, as "block1.conv1" inside a block) give for ``inputs``, raw as in a
    dataset: activations, or the code that an encoder makes."""

    inputs: NDArray[Any]
    at: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Decode:
    """What the network says where the node ``at`` gives ``values``, N × its shape as ``Encode`` has them."""

    values: NDArray[Any]
    at: str


@dataclass(frozen=True)
class NextTokens:
    """The ``count`` tokens that are the likeliest to follow ``text``."""

    text: str
    count: int = 10


@dataclass(frozen=True)
class Generate:
    """Make something new: ``count`` of it, all random numbers from ``seed``.

    For text, ``prompt`` is its beginning, ``length`` how many tokens to add, and ``temperature`` (0 … 2) divides the
    logits: 0 takes the likeliest token every time.
    """

    count: int = 1
    prompt: str = ""
    length: int = 200
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("count", 1, 100_000), ("length", 1, 1_000_000), ("temperature", 0, 2)):
            value = getattr(self, name)
            if not low <= value <= high:
                found = f"{value:,}" if isinstance(value, int) else f"{value:g}"
                raise ValueError(f"{name.capitalize()} must be from {low:,} to {high:,}, not {found}.")


@dataclass(frozen=True)
class Interpolate:
    """Make one sample and say what there is to be said of it: from noise that lies ``at`` (0 … 1) of the way from that
    of ``seed`` to that of ``other``."""

    seed: int = 0
    other: int = 1
    at: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.at <= 1:
            raise ValueError(f"A place between two noises is from 0 to 1, not {self.at:g}.")


@dataclass(frozen=True, eq=False)
class Reconstruct:
    """Give back ``inputs``, N rows raw as in a dataset; None: the samples that were held back from learning,
    ``most`` at most. ``corrupted``: with the noise that the recipe adds, where it adds any."""

    inputs: NDArray[Any] | None = None
    most: int = 1_000
    corrupted: bool = False


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The ``count`` training samples that are nearest to one of ``inputs``, 1 row raw as in a dataset."""

    inputs: NDArray[Any]
    count: int = 5


@dataclass(frozen=True, eq=False)
class LearnedNetwork:
    """A drawing with its weights by name, and how it was trained; ``schema`` is of the data as its kind sees it.

    ``novelty`` is by what it tells samples that are unlike all it has learned from."""

    graph: Graph
    recipe: Recipe
    schema: Schema
    weights: Mapping[str, NDArray[Any]]
    preparation: Preparation | None
    novelty: Novelty | None = None


Query = Predict | Encode | Decode | NextTokens | Generate | Interpolate | Reconstruct | Neighbours


@dataclass(frozen=True, eq=False)
class Predicted:
    """``answers`` as float32: probabilities N×classes (N×2, no and yes, for yes or no), values N×K in their own units,
    or what else the kind of learning reads in the outputs. ``novelty``, float32 N: above 1 for what is unlike
    everything learned; None where nothing is claimed."""

    answers: NDArray[Any]
    novelty: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Encoded:
    """The values of nodes by the names that were asked for, each N × the shape of its node."""

    values: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class LikelyTokens:
    """Tokens with their probabilities, the likeliest first. ``remarks`` are sentences about the text before them."""

    tokens: tuple[tuple[str, float], ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Generated:
    """What was made: ``texts``, or ``pictures`` (uint8 N×channels×height×width, 0 to 255), or ``rows`` (float32
    N×columns, in the units of the data). ``remarks`` are sentences about it."""

    texts: tuple[str, ...] = ()
    pictures: NDArray[Any] | None = None
    rows: NDArray[Any] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Interpolated:
    """A sample raw as in a dataset's ``inputs``, and the two ``ends`` of the way it lies on.

    ``score`` is what the critic says of it, higher for what looks real, None where there is no critic; ``real`` the
    probability of being real that
    this means, None where the critic's loss gives it no such meaning. ``nearest`` is the training sample that is
    nearest to it, and ``above`` the share of some training samples that the critic scores lower, 0 … 1; None without
    the data. ``distance`` is how far that one is: of pictures the root mean square difference of a pixel, as a share
    of the range of values, 0 … 1; of rows the Euclidean distance of the prepared columns. ``usual`` is how far a
    training sample is from the nearest other one, the median of some, in the same unit.
    """

    sample: NDArray[Any]
    ends: NDArray[Any]
    score: float | None
    real: float | None
    above: float | None
    nearest: NDArray[Any] | None
    distance: float | None = None
    usual: float | None = None


@dataclass(frozen=True, eq=False)
class Reconstructed:
    """Samples and what came back of them: ``inputs`` raw, ``outputs`` in the units of the data, both N×….

    ``errors``, float64 N, are the mean squared differences of a sample's numbers as the network is given them.
    ``codes`` are the values of the layer ``code``, N×K, whose shape is ``code_shape``; None where the network does not
    narrow. ``labels`` are the numbers of the samples' classes, None where they are not known or have none. ``given`` is
    what the network was given in place of ``inputs``, with noise; None: the inputs. ``above`` is the share of held-out
    samples with a smaller error, N, 0 … 1; None where that was not asked for, or they are not here.
    """

    inputs: NDArray[Any]
    outputs: NDArray[np.float32]
    errors: NDArray[np.float64]
    codes: NDArray[np.float32] | None
    code: str
    code_shape: tuple[int, ...]
    labels: NDArray[np.int64] | None = None
    given: NDArray[Any] | None = None
    above: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class NearestSamples:
    """Training samples, raw as in a dataset: ``inputs`` N×…, the nearest first, and their ``targets``.

    ``squares``, float64 N×columns, are the squares of how far each column is from that of the sample that was asked
    about, as the network is given them: scaled, categories as 0 and 1. The distance is the root of their sum.
    ``among`` are the training samples that were compared, which are not all of very many, and ``all`` how many there
    are.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    squares: NDArray[np.float64]
    among: int
    all: int

    @property
    def distances(self) -> NDArray[np.float64]:
        """How far each is, N."""
        found: NDArray[np.float64] = np.sqrt(self.squares.sum(axis=1))
        return found


Answer = Predicted | Encoded | LikelyTokens | Generated | Interpolated | Reconstructed | NearestSamples
