"""Which optimizer a recipe chooses, and its settings. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Parameter
from engine.training.optimizer_declaration import OptimizerKind
from engine.training.optimizer_kinds import OPTIMIZERS
from engine.training.settings import LEARNING, Settings


class OptimizerSettings(Settings):
    """The rule that changes the weights, and its settings."""

    TITLE: ClassVar[str] = "Optimizer"
    GROUP: ClassVar[str] = LEARNING
    HELP: ClassVar[str] = "The rule that turns gradients into changes of the weights. AdamW is a good first choice."
    DEFAULT: ClassVar[str] = "AdamW"
    LABELS: ClassVar[Mapping[str, str]] = {kind.name: kind.label for kind in OPTIMIZERS.values()}
    SUMMARIES: ClassVar[Mapping[str, str]] = {kind.name: kind.summary for kind in OPTIMIZERS.values()}
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {kind.name: kind.parameters for kind in OPTIMIZERS.values()}

    @property
    def declaration(self) -> OptimizerKind:
        """The declaration of the optimizer."""
        return OPTIMIZERS[self.kind]
