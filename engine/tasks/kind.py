"""The declaration of a kind of learning: what it is, which data it fits, what must come out of a drawing.

Everything else that is not the same for all kinds stands in the kind's own folder; whoever needs it asks the registry.
Imports no torch: window, command line and recipe read declarations before torch is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.data.dataset import Dataset, Schema
from engine.data.kinds import PreparationKind
from engine.graph.parameters import Parameter, Params
from engine.graph.targets import Target, TargetKind
from engine.training.channel import Channel


def _as_it_is(dataset: Dataset, _settings: Params) -> Dataset:
    return dataset


@dataclass(frozen=True, kw_only=True)
class TaskKind:
    """A kind of learning.

    ``name`` is what files and the command line call it, ``title`` what people read, ``summary`` a sentence about it.
    ``verb`` is what one learns to do, behind the words "Learn to"; its title where there is none. ``picture`` names a
    drawing of it among the window's icons.
    ``targets`` are the kinds of target it makes: of those its ``learner`` reads the outputs of a network.
    ``unfit`` says in a sentence why data cannot be learned from in this way; "" where it can. ``target`` is what must
    come out of the drawing, ``rows`` the samples as the learner gets them, ``preparation`` what is done to inputs where
    nobody has chosen. ``parameters`` are its settings in a recipe
    (``task.…``); those named in ``shapes_rows``, and only those, are given to ``unfit``, ``target`` and ``rows``:
    recipes that differ in one of them ask for other rows. ``quick`` are the paths of the settings that stand in the
    toolbar, some under shorter ``captions``: of the recipe, or of the layer that the target asks for, by its family
    ("clustering.n_clusters"). ``live`` are the paths of those that may change while a run goes on. ``learner`` is the
    module that makes learners and predictions; it may import torch.
    ``channels`` are what a run publishes at every step, for a target: the columns ``train_<name>`` and, where there are
    validation rows, ``validation_<name>`` of its history. ``figures`` says the figures at the end in sentences, the
    most important first, where they are none of the accuracies and errors that ``engine.reports.verdict`` knows.
    ``results`` and ``tryout`` name the tabs and panels that show it, the first one the best.
    ``leaves_out`` names the settings of a recipe, or sections of it, that mean nothing to this kind.
    ``script`` is the module that writes its training as Python (``engine.tasks.script``); "" where there is none.
    ``automatic``: it is taken where nobody has chosen, for the data it fits.
    """

    name: str
    title: str
    summary: str
    learner: str
    targets: tuple[TargetKind, ...]
    unfit: Callable[[Schema, Params], str]
    channels: Callable[[Target], tuple[Channel, ...]]
    target: Callable[[Schema, Params], Target] = lambda schema, _settings: schema.target
    rows: Callable[[Dataset, Params], Dataset] = _as_it_is
    preparation: Callable[[Schema], PreparationKind] = lambda schema: schema.preparation
    figures: Callable[[Mapping[str, Any], Schema | None], tuple[str, ...]] | None = None
    parameters: tuple[Parameter, ...] = ()
    shapes_rows: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    captions: Mapping[str, str] = field(default_factory=dict)
    live: tuple[str, ...] = ()
    verb: str = ""
    picture: str = "learn-other"
    results: tuple[str, ...] = ()
    tryout: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()
    script: str = ""
    automatic: bool = False

    @property
    def to_do(self) -> str:
        """What stands behind "Learn to"."""
        return self.verb or self.title

    def uses(self, path: str) -> bool:
        """Whether the setting of a recipe at ``path`` does anything for this kind."""
        return not any(path == left_out or path.startswith(f"{left_out}.") for left_out in self.leaves_out)

    def row_settings(self, values: Mapping[str, Any] | None = None) -> Params:
        """Of the ``values`` of its settings those that shape the rows; the default of what is not among them."""
        given = values or {}
        shaping = (parameter for parameter in self.parameters if parameter.name in self.shapes_rows)
        return Params({parameter.name: given.get(parameter.name, parameter.default) for parameter in shaping})

    def schema(self, data: Schema, settings: Params) -> Schema:
        """What the data is like to who learns from it in this way, under ``row_settings``."""
        target, preparation = self.target(data, settings), self.preparation(data)
        if target is data.target and preparation is data.preparation:
            return data
        return replace(data, target=target, preparation=preparation)

    def dataset(self, data: Dataset, settings: Params) -> Dataset:
        """The samples to learn from in this way, with the schema that belongs to them, under ``row_settings``."""
        rows, schema = self.rows(data, settings), self.schema(data.schema, settings)
        return rows if schema is rows.schema else Dataset(schema, rows.train, rows.validation, rows.test)
