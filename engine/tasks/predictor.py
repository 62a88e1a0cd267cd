"""Using a trained network: raw inputs in, probabilities or values out, as numpy arrays.

It has a network of its own, so predicting while a run goes on uses a snapshot and never the weights in training.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.checking import bad_tokens, no_token
from engine.data.novelty import Novelty, Seen
from engine.data.preparation import Preparation
from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.nesting import path_of
from engine.graph.output_activation import output_activations
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind
from engine.network.build import build
from engine.network.route import NetworkRoute
from engine.tasks.features import Features
from engine.tasks.queries import LearnedNetwork
from engine.tasks.registry import AUTOMATIC, kind_making, kind_named
from engine.tasks.setup import learner_module
from engine.training.random import RNG_LOCK
from engine.training.weights import check_preparation, load_weights, network_for

_FEW = 64
"""So many rows or fewer are predicted in one thread: waking others takes longer."""
_ROWS = 512
"""Rows at a time, so that many rows need no more memory than these."""


class InputError(ValueError):
    """What is to be answered is not what the network takes; the message says what it is and what it takes."""


@dataclass(frozen=True, eq=False)
class Looked:
    """What a record of novelty is made of, of N pictures: what was seen, the class answered, the mean of its pixels."""

    seen: Seen
    answered: NDArray[np.int64]
    ink: NDArray[np.float32]


class Predictor:
    """A drawing with weights, ready to answer. Any thread may use it; calls wait for one another.

    Probabilities are read according to the last layer: taken as they come after a Softmax or (yes/no) a Sigmoid,
    ``exp`` after a LogSoftmax, and from plain numbers through softmax or sigmoid.
    ``novelty`` is the record of what it has learned from, by which ``judge`` tells what is unlike that; one of another
    network is passed over. ``task`` is the kind of learning by name, as a recipe has it: it knows how outputs are read.
    Raises BuildError when the drawing is not ready, WeightsError when weights or preparation are not its own.
    """

    def __init__(
        self,
        graph: Graph,
        signature: Signature,
        weights: Mapping[str, NDArray[Any]] | None,
        preparation: Preparation | None,
        novelty: Novelty | None = None,
        task: str = AUTOMATIC,
    ) -> None:
        signature = signature.at_work()
        check_preparation(preparation, signature)
        self._lock = threading.Lock()
        self._preparation = preparation
        self._facts = facts = infer(graph, signature)
        self._target = signature.target
        kind = kind_making(signature.target.kind) if task == AUTOMATIC else kind_named(task)
        self._read = learner_module(kind).reader(signature.target, output_activations(facts), preparation)
        self._input = signature.input
        with RNG_LOCK:
            self._module = build(graph, signature) if weights is None else network_for(graph, signature, weights)
        self._module.eval()
        self._module.requires_grad_(False)
        if weights is not None:
            self.load(weights)
        self._novelty = novelty
        self._features: Features | None = None

    @classmethod
    def of(cls, network: LearnedNetwork) -> Predictor:
        """A network with the way to answer that its kind of learning has. Raises the same."""
        signature = network.schema.signature()
        task = network.recipe.task.kind
        return cls(network.graph, signature, network.weights, network.preparation, network.novelty, task)

    def load(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights of the same drawing, for example a newer snapshot. Raises WeightsError."""
        with self._lock:
            load_weights(self._module, weights)

    def predict(self, raw: NDArray[Any]) -> NDArray[np.float32]:
        """Answers for raw inputs, N rows as in a dataset's ``inputs``.

        Probabilities N×classes; N×2 (no, yes) for yes or no; values N×K in their own units. Raises InputError when
        the rows do not have the drawing's input shape, or hold numbers that are no tokens where it takes tokens.
        """
        return self.judge(raw, with_novelty=False)[0]

    def judge(
        self, raw: NDArray[Any], *, with_novelty: bool = True
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """What ``predict`` gives, and how unlike everything learned each row is, N: above 1 it is.

        None instead where nothing is claimed: there is no record, or it is one of another network.
        """
        raw = np.asarray(raw)
        answers, seen = self._answers(raw, looked_into=with_novelty and self._novelty is not None)
        if seen is None or self._novelty is None or not self._novelty.fits(seen):
            return answers, None
        looked = _looked(raw, answers, seen)
        return answers, self._novelty.score(self._novelty.measures(looked.seen, looked.answered, looked.ink))

    def look(self, raw: NDArray[Any]) -> Looked | None:
        """What a record of novelty is made of; None of a network that cannot be looked into."""
        # Few at a time: for the whole of them waking other threads costs as much again as the work.
        parts = [self._answers(raw[at : at + _FEW], looked_into=True) for at in range(0, len(raw), _FEW)]
        found = [seen for _, seen in parts if seen is not None]
        if not found or len(found) < len(parts):
            return None
        views = tuple(np.concatenate(of_one) for of_one in zip(*(seen.views for seen in found), strict=True))
        seen = Seen(views, found[0].numbers, np.concatenate([seen.energy for seen in found]))
        return _looked(raw, np.concatenate([answers for answers, _ in parts]), seen)

    def encode(self, raw: NDArray[Any], at: Sequence[str]) -> dict[str, NDArray[Any]]:
        """What the nodes ``at`` (by name; "block1.conv1" inside a block) give for raw inputs, each N × its shape.

        Raises InputError as ``predict`` does, NoSuchNode, and BuildError for a node that needs more than the data.
        """
        graph = self._facts.graph
        route = NetworkRoute.from_data(self._module, *(path_of(graph, name) for name in at))
        inputs = self._prepared(np.asarray(raw))
        with self._lock, _threads_for(inputs), torch.inference_mode():
            parts = [route.values(part) for part in inputs.split(_ROWS)]
        values = (torch.cat(of_one).numpy() for of_one in zip(*parts, strict=True))
        return dict(zip(at, values, strict=True))

    def decode(self, values: NDArray[Any], at: str) -> NDArray[np.float32]:
        """Answers as ``predict`` has them, where the node ``at`` gives ``values``, N × its shape.

        Raises InputError for values of another shape or that are not finite, NoSuchNode, and BuildError where the goal
        needs more than these.
        """
        path = path_of(self._facts.graph, at)
        route = NetworkRoute.between(self._module, [path], self._module.planned.result)
        shape = self._facts.shape_at(path)
        assert shape is not None  # what the goal is reached from has one
        given = np.asarray(values)
        if given.shape[1:] != shape.sizes:
            raise InputError(f"{at} gives {shape.words()} for each sample, not {_sizes(given)}.")
        if shape.is_tokens:
            _check_tokens(given, shape.vocabulary)
        elif not np.isfinite(given).all():
            raise InputError(f"The values of {at} are not all numbers that are finite.")
        inputs = torch.from_numpy(np.ascontiguousarray(given, dtype=np.int64 if shape.is_tokens else np.float32))
        with self._lock, _threads_for(inputs), torch.inference_mode():
            answers = torch.cat([self._read(route(part).float()) for part in inputs.split(_ROWS)]).numpy()
        return self._restored(answers)

    def _answers(self, raw: NDArray[Any], *, looked_into: bool) -> tuple[NDArray[np.float32], Seen | None]:
        inputs = self._prepared(raw)
        with self._lock, _threads_for(inputs), torch.inference_mode():
            if looked_into and self._features is None:
                self._features = Features(self._module, self._input)
            features = self._features if looked_into else None
            run = self._module if features is None else features.outputs
            answers = torch.cat([self._read(run(part).float()) for part in inputs.split(_ROWS)]).numpy()
            seen = None if features is None else features.taken()
        return self._restored(answers), seen

    def _restored(self, answers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers in the units of the data."""
        if self._preparation and self._target.gives_back_input:
            return self._preparation.restore_inputs(answers).astype(np.float32, copy=False)
        if self._preparation and self._target.kind is TargetKind.VALUES:
            return self._preparation.restore_targets(answers).astype(np.float32, copy=False)
        return answers

    def _prepared(self, raw: NDArray[Any]) -> torch.Tensor:
        if raw.shape[1:] != self._input.sizes:
            raise InputError(f"The network takes samples of {self._input.label()}, not {_sizes(raw)}.")
        if self._input.is_tokens:
            _check_tokens(raw, self._input.vocabulary)
        prepared = self._preparation.inputs(raw) if self._preparation else raw
        kind = np.int64 if self._input.is_tokens else np.float32
        return torch.from_numpy(np.ascontiguousarray(prepared, dtype=kind))


@contextmanager
def _threads_for(inputs: torch.Tensor) -> Iterator[None]:
    """One thread for few rows; as many as there are for more."""
    threads = torch.get_num_threads()
    few = len(inputs) <= _FEW and threads > 1
    if few:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if few:
            torch.set_num_threads(threads)


def _check_tokens(rows: NDArray[Any], words: int) -> None:
    for row, at, value in bad_tokens(rows, words):
        where = "×".join(str(index + 1) for index in at)
        raise InputError(f"Sample {row + 1:,}, token {where}: {no_token(value, words)}")


def _sizes(rows: NDArray[Any]) -> str:
    return "×".join(map(str, rows.shape[1:])) or "single numbers"


def _looked(raw: NDArray[Any], answers: NDArray[np.float32], seen: Seen) -> Looked:
    ink = raw.reshape(len(raw), -1).mean(axis=1, dtype=np.float64).astype(np.float32)
    return Looked(seen, answers.argmax(axis=1), ink)
