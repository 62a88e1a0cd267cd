"""What training has made: the weights, with everything that is needed to use, judge and go on with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, Self

import numpy as np

from engine.data.novelty import Novelty
from engine.graph.compare import renamed, same_network, same_run
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.tasks.queries import LearnedNetwork
from engine.training.data_loading import learned_schema
from engine.training.going_on import epochs_left_to, patience_is_over
from engine.training.kept_weights import BEST, in_use_words
from engine.training.recipe import Recipe
from engine.training.run_record import RunRecord
from engine.training.run_status import RunStatus
from engine.training.saved_values import MOST_EPOCHS
from engine.training.state import TrainingState
from gui.training.learning_rate import live_paths

Curve = tuple[np.ndarray, Mapping[str, np.ndarray]]
"""The numbers of a run's steps, and by the name of each of its channels the values there, all of one length."""
Mark = tuple[int, str]
"""A step of a run at which something was changed, and a word or two about it."""
_AS_GOOD = 0.99
"""Losses within so much of each other are as good as equal."""
_EMPTY = np.empty(0)


class Start(Enum):
    """From where a run begins."""

    NEW = "new weights"
    RESUME = "where the last run ended"
    """With the optimizer's memory: as if it had never been interrupted."""
    WEIGHTS = "these weights"
    """With a new optimizer, since what the run consists of has changed."""


@dataclass(frozen=True)
class Onward:
    """How training would go on: from where, and up to which number of epochs."""

    start: Start
    epochs: int


@dataclass(frozen=True, eq=False)
class Trained(RunRecord):
    """The record of a run with what the window knows of it besides.

    ``graph``, ``recipe`` and ``signature`` are those that it was trained with. ``signature`` is None when the dataset
    is not known here: then it can only be kept, shown and saved.
    """

    graph: Graph
    recipe: Recipe
    signature: Signature | None
    weights: Mapping[str, np.ndarray] = field(kw_only=True)
    version: int = 0
    taken_after: int | None = None
    """Of a snapshot of a run under way: after how many steps it was taken."""
    curve: Curve = (_EMPTY, {})
    """Every step, as far as they are known: a file keeps only the epochs."""
    floor: Mapping[str, Any] = field(default_factory=dict)
    """What always giving the same answer would get, as the run has published it; the test figures hold it too."""
    marks: tuple[Mark, ...] = ()
    """Where settings were changed while it was under way."""
    others: Mapping[str, tuple[Mapping[str, Any] | None, Novelty | None]] = field(default_factory=dict)
    """``test`` and ``novelty`` of the run's other weights, by the name of these, as far as they are known."""

    @cached_property
    def learned(self) -> LearnedNetwork:
        """What can be asked something. Raises DataError. A file may be read: not for the window's thread."""
        schema = learned_schema(self.recipe, self.preparation)
        return LearnedNetwork(self.graph, self.recipe, schema, self.weights, self.preparation, self.novelty)

    @cached_property
    def nbytes(self) -> int:
        """About how much memory its arrays take, in bytes."""
        tensors = () if self.training is None else self.training.tensors.values()
        arrays = {id(array): array.nbytes for array in (*self.weights.values(), *tensors, *self._curves)}
        return sum(arrays.values())

    @property
    def steps(self) -> int:
        """How many steps the run has done, as far as that is known."""
        return super().steps if self.taken_after is None else self.taken_after

    @property
    def curve_so_far(self) -> Curve:
        """The curve up to where the run can go on: after a failure that is before its last steps."""
        steps, series = self.curve
        kept = int(np.searchsorted(steps, self.steps, side="right"))
        return steps[:kept], {name: values[:kept] for name, values in series.items()}

    @property
    def _curves(self) -> tuple[np.ndarray, ...]:
        return (self.curve[0], *self.curve[1].values())

    @property
    def state(self) -> RunStatus:
        """How the run ended: FINISHED, STOPPED or FAILED."""
        if self.end is not None:
            return self.end.state
        return RunStatus.FINISHED if self.test or self.epochs >= self.recipe.epochs else RunStatus.STOPPED

    @property
    def failure(self) -> str:
        """Why the run failed, in a sentence; "" when it did not."""
        return self.end.message if self.end is not None and self.end.state == RunStatus.FAILED else ""

    @property
    def choice_matters(self) -> bool:
        """Whether one should be told of the choice unasked.

        Not so after an ordinary run to its end whose last weights are as good as its best ones.
        """
        if self.choice is None:
            return False
        used, other = self.choice
        if self.recipe.patience or used.name == BEST or self.state != RunStatus.FINISHED:
            return True
        return used.loss is None or other.loss is None or other.loss < _AS_GOOD * used.loss

    @property
    def all_marks(self) -> tuple[Mark, ...]:
        """What to mark on the curve: where settings were changed, and the weights one can choose between."""
        if self.choice is None or not self.choice_matters:
            return self.marks
        steps = {row.get("epoch"): row.get("step") for row in self.history}
        kept = [(steps.get(one.epoch), f"{one.name} weights") for one in self.choice]
        return (*self.marks, *((int(step), words) for step, words in kept if step is not None))

    @property
    def choice_words(self) -> str:
        """A sentence about which weights are in use and which others there are; "" when that does not matter."""
        return in_use_words(*self.choice) if self.choice is not None and self.choice_matters else ""

    def with_other_weights(self) -> Self:
        """The same run with the other ones of its weights in use; itself when there is no choice."""
        if self.choice is None:
            return self
        now, other = self.choice
        others = {**self.others, now.name: (self.test, self.novelty)}
        test, novelty = others.get(other.name, (None, None))
        swapped = super().with_other_weights()
        return replace(swapped, test=test, novelty=novelty, others=others, version=self.version + 1)

    def fits(self, graph: Graph, signature: Signature | None) -> bool:
        """Whether the weights belong to this drawing too."""
        return _same_sizes(self.signature, signature) and same_network(self.graph, graph)

    def for_graph(self, graph: Graph) -> Self:
        """The same for a drawing that it fits, whose layers may have other names now."""
        training = self.training
        if training is not None and not same_run(self.graph, graph):
            weights, best = (renamed(values, self.graph, graph) for values in (training.weights(), training.best()))
            training = training.without_memory(weights, best)
        return replace(self, graph=graph, weights=renamed(self.weights, self.graph, graph), training=training)

    def state_for(self, graph: Graph, recipe: Recipe) -> TrainingState | None:
        """What to save of the run with this drawing, which it fits, and this recipe.

        All of it where it can go on; else its best and its last weights, as long as there is a choice; else nothing.
        """
        if self.can_go_on(graph, recipe):
            return self.training
        training = None if self.choice is None else self.for_graph(graph).training
        return None if training is None else training.without_memory(training.weights(), training.best())

    def can_go_on(self, graph: Graph, recipe: Recipe) -> bool:
        """Whether its run can go on: nothing has changed but how long and how fast it is to learn."""
        if self.training is None or not self.training.resumable or not same_run(self.graph, graph):
            return False
        now, before = ({one.path: one.value for one in which.settings()} for which in (recipe, self.recipe))
        # Another optimizer brings a learning rate of its own: that is more than another value.
        changes = {path: now[path] for path in ("epochs", *live_paths(self.recipe)) if path in now and path in before}
        return self.recipe.with_settings(changes) == recipe

    def onward(self, graph: Graph, recipe: Recipe, signature: Signature | None) -> Onward:
        """How training a drawing by a recipe would go on from here."""
        if not self.fits(graph, signature):
            return Onward(Start.NEW, recipe.epochs)
        if not self.can_go_on(graph, recipe) or self._patience_is_over:
            return Onward(Start.WEIGHTS, recipe.epochs)
        epochs = epochs_left_to(self.epochs, recipe.epochs, self.recipe.epochs)
        return Onward(Start.RESUME, min(self.epochs + recipe.epochs, MOST_EPOCHS) if epochs is None else epochs)

    @property
    def _patience_is_over(self) -> bool:
        """Whether the run ended because nothing got better any more: going on with it would end at once."""
        position = {} if self.training is None else self.training.position
        best, done = int(position.get("best_epoch") or 0), int(position.get("epoch") or 0)
        return patience_is_over(self.recipe.patience, best, done)


def _same_sizes(one: Signature | None, other: Signature | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.input == other.input and one.target.outputs == other.target.outputs
