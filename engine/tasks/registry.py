"""Every kind of learning by name. Imports no torch.

Whoever has to do with a run asks here what its kind declares; nobody else knows kinds by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.data.dataset import Schema
from engine.graph.targets import TargetKind
from engine.tasks.autoencoder.kind import AUTOENCODER
from engine.tasks.classification.kind import CLASSIFICATION
from engine.tasks.gan.kind import GAN
from engine.tasks.k_means.kind import K_MEANS
from engine.tasks.kind import TaskKind
from engine.tasks.language_model.kind import LANGUAGE_MODEL
from engine.tasks.multi_label.kind import MULTI_LABEL
from engine.tasks.multi_task.kind import MULTI_TASK
from engine.tasks.regression.kind import REGRESSION

AUTOMATIC = "auto"
"""In a recipe, in place of a kind: the first that is taken by itself and fits the data."""

_ALL = (CLASSIFICATION, REGRESSION, MULTI_LABEL, MULTI_TASK, AUTOENCODER, K_MEANS, GAN, LANGUAGE_MODEL)
KINDS: Mapping[str, TaskKind] = {kind.name: kind for kind in _ALL}


def kind_named(name: str) -> TaskKind:
    """The kind called ``name``. Raises KeyError."""
    return KINDS[name]


def kinds_for(schema: Schema) -> tuple[TaskKind, ...]:
    """The kinds of learning that fit the data as they are set at first, in the order to show them."""
    return tuple(kind for kind in KINDS.values() if not kind.unfit(schema, kind.row_settings()))


def kind_making(target: TargetKind) -> TaskKind:
    """The kind of learning that makes such targets where nobody has chosen another: one that is taken by itself before
    one that is not."""
    return min((kind for kind in KINDS.values() if target in kind.targets), key=lambda kind: not kind.automatic)


def chosen_kind(name: str, schema: Schema) -> TaskKind:
    """The kind that a recipe's ``name`` comes to with this data; one that was chosen is given even where it is unfit.

    Raises LookupError for a name that is not known, and where nothing fits.
    """
    if name != AUTOMATIC:
        return KINDS[name]
    fitting = [kind for kind in kinds_for(schema) if kind.automatic]
    if not fitting:
        raise LookupError(f"no kind of learning fits {schema.title}")
    return fitting[0]
