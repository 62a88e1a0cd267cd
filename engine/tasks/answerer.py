"""Answering questions to a trained network: one place for window and command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload

from numpy.typing import NDArray

from engine.tasks.neighbours import NeighbourFinder
from engine.tasks.predictor import Predictor
from engine.tasks.queries import (
    Answer,
    Decode,
    Encode,
    Encoded,
    Generate,
    Generated,
    Interpolate,
    Interpolated,
    LearnedNetwork,
    LikelyTokens,
    NearestSamples,
    Neighbours,
    NextTokens,
    Predict,
    Predicted,
    Query,
    Reconstruct,
    Reconstructed,
)
from engine.tasks.setup import Generator, Interpolating, Reconstructing, TaskError, TextContinuing, generating
from engine.training.data_loading import kind_at_work, rows_key


class _Loads(Protocol):
    def load(self, weights: Mapping[str, NDArray[Any]]) -> None: ...


_Made = TypeVar("_Made", bound=_Loads)


class _Kept(Generic[_Made]):
    """What ``make`` made of the last network: where only the weights are new, these are loaded."""

    def __init__(self, make: Callable[[LearnedNetwork], _Made]) -> None:
        self._make = make
        self._known: tuple[LearnedNetwork, _Made] | None = None

    def of(self, network: LearnedNetwork) -> _Made:
        known, self._known = self._known, None  # an error leaves nothing half loaded behind
        if known is None or not _same_but_weights(known[0], network):
            made = self._make(network)
        else:
            before, made = known
            if before.weights is not network.weights:
                made.load(network.weights)
        self._known = network, made
        return made


class Answerer:
    """Answers from a copy of the weights that it is given. One thread may use it.

    What was built for a network is kept for the next question; where only the weights are new, these are loaded.
    """

    def __init__(self) -> None:
        self._predictors = _Kept(Predictor.of)
        self._generators = _Kept(_generator)
        self._finders = _Kept(NeighbourFinder)

    @overload
    def answer(self, network: LearnedNetwork, query: Predict) -> Predicted: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Encode) -> Encoded: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Decode) -> Predicted: ...
    @overload
    def answer(self, network: LearnedNetwork, query: NextTokens) -> LikelyTokens: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Generate) -> Generated: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Interpolate) -> Interpolated: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Reconstruct) -> Reconstructed: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Neighbours) -> NearestSamples: ...
    @overload
    def answer(self, network: LearnedNetwork, query: Query) -> Answer: ...

    def answer(self, network: LearnedNetwork, query: Query) -> Answer:
        """What was asked for.

        Raises BuildError, WeightsError, InputError, NoSuchNode; TaskError where the network has not learned to make
        anything, or not what was asked for; DataError where the samples it has learned from are not at hand.
        """
        if isinstance(query, Neighbours):
            return self._finders.of(network).find(query)
        if isinstance(query, Generate):
            return self._generators.of(network).generate(query)
        if isinstance(query, NextTokens):
            return _continuing(network, self._generators.of(network)).next_tokens(query)
        if isinstance(query, Interpolate):
            return _interpolating(network, self._generators.of(network)).interpolate(query)
        if isinstance(query, Reconstruct):
            return _reconstructing(network, self._generators.of(network)).reconstruct(query)
        predictor = self._predictors.of(network)
        if isinstance(query, Encode):
            return Encoded(predictor.encode(query.inputs, query.at))
        if isinstance(query, Decode):
            return Predicted(predictor.decode(query.values, query.at))
        return Predicted(*predictor.judge(query.inputs, with_novelty=query.with_novelty))


def stream(network: LearnedNetwork, query: Generate) -> Iterator[str]:
    """The beginning of a text, then what follows it, token by token, for as long as one asks. Raises the same.

    The network is one of its own: other questions may be asked meanwhile.
    """
    return _continuing(network, _generator(network)).stream(query)


def _generator(network: LearnedNetwork) -> Generator:
    kind = kind_at_work(network.recipe, network.schema)
    module = generating(kind)
    if module is None:
        raise TaskError(f"{kind.title} can predict, but not make anything new: use predict.")
    return module.generator(network)


def _continuing(network: LearnedNetwork, generator: Generator) -> TextContinuing:
    if not isinstance(generator, TextContinuing):
        raise TaskError(f"The network does not continue text; it learned from {network.schema.title}.")
    return generator


def _interpolating(network: LearnedNetwork, generator: Generator) -> Interpolating:
    if not isinstance(generator, Interpolating):
        raise TaskError(f"The network makes nothing of noise; it learned from {network.schema.title}.")
    return generator


def _reconstructing(network: LearnedNetwork, generator: Generator) -> Reconstructing:
    if not isinstance(generator, Reconstructing):
        raise TaskError(f"The network does not give back its input; it learned from {network.schema.title}.")
    return generator


def _same_but_weights(one: LearnedNetwork, other: LearnedNetwork) -> bool:
    return (
        one.graph is other.graph
        and one.novelty is other.novelty
        and one.preparation == other.preparation
        and one.schema == other.schema
        and one.recipe.task == other.recipe.task
        and (one.recipe is other.recipe or rows_key(one.recipe) == rows_key(other.recipe))
    )
