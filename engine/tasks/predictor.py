"""Using a trained network: raw inputs in, probabilities or values out, as numpy arrays.

It has a network of its own, so predicting while a run goes on uses a snapshot and never the weights in training.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
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
from engine.graph.output_activation import output_activation
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind
from engine.network.build import build
from engine.tasks.features import Features
from engine.tasks.registry import kind_making
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
    network is passed over. Raises BuildError when the drawing is not ready, WeightsError when weights or preparation
    are not its own.
    """

    def __init__(
        self,
        graph: Graph,
        signature: Signature,
        weights: Mapping[str, NDArray[Any]] | None,
        preparation: Preparation | None,
        novelty: Novelty | None = None,
    ) -> None:
        signature = signature.at_work()
        check_preparation(preparation, signature)
        self._lock = threading.Lock()
        self._preparation = preparation
        ending = output_activation(infer(graph, signature))
        self._target = signature.target
        self._read = learner_module(kind_making(signature.target.kind)).reader(signature.target, ending, preparation)
        self._input = signature.input
        with RNG_LOCK:
            self._module = build(graph, signature) if weights is None else network_for(graph, signature, weights)
        self._module.eval()
        self._module.requires_grad_(False)
        if weights is not None:
            self.load(weights)
        self._novelty = novelty
        self._features: Features | None = None

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

    def _answers(self, raw: NDArray[Any], *, looked_into: bool) -> tuple[NDArray[np.float32], Seen | None]:
        if raw.shape[1:] != self._input.sizes:
            found = "×".join(map(str, raw.shape[1:])) or "single numbers"
            raise InputError(f"The network takes samples of {self._input.label()}, not {found}.")
        if self._input.is_tokens:
            self._check_tokens(raw)
        prepared = self._preparation.inputs(raw) if self._preparation else raw
        kind = np.int64 if self._input.is_tokens else np.float32
        inputs = torch.from_numpy(np.ascontiguousarray(prepared, dtype=kind))
        with self._lock:
            if looked_into and self._features is None:
                self._features = Features(self._module, self._input)
            answers, seen = self._run(inputs, self._features if looked_into else None)
        if self._preparation and self._target.kind is TargetKind.VALUES:
            answers = self._preparation.restore_targets(answers).astype(np.float32, copy=False)
        return answers, seen

    def _check_tokens(self, raw: NDArray[Any]) -> None:
        words = self._input.vocabulary
        for row, at, value in bad_tokens(raw, words):
            where = "×".join(str(index + 1) for index in at)
            raise InputError(f"Sample {row + 1:,}, token {where}: {no_token(value, words)}")

    def _run(self, inputs: torch.Tensor, features: Features | None) -> tuple[NDArray[np.float32], Seen | None]:
        threads = torch.get_num_threads()
        few = len(inputs) <= _FEW and threads > 1
        if few:
            torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                run = self._module if features is None else features.outputs
                parts = [self._read(run(part).float()) for part in inputs.split(_ROWS)]
                answers: NDArray[np.float32] = torch.cat(parts).numpy()
                return answers, None if features is None else features.taken()
        finally:
            if few:
                torch.set_num_threads(threads)


def _looked(raw: NDArray[Any], answers: NDArray[np.float32], seen: Seen) -> Looked:
    ink = raw.reshape(len(raw), -1).mean(axis=1, dtype=np.float64).astype(np.float32)
    return Looked(seen, answers.argmax(axis=1), ink)
