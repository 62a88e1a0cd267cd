"""Which learning-rate schedule a recipe chooses, and its settings. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Parameter
from engine.training.schedule_kinds import SCHEDULES, ScheduleKind
from engine.training.settings import SCHEDULE, Settings


class ScheduleSettings(Settings):
    """How the learning rate changes while training goes on."""

    TITLE: ClassVar[str] = "Schedule"
    GROUP: ClassVar[str] = SCHEDULE
    HELP: ClassVar[str] = (
        "How the learning rate changes during training: large steps early cover ground, small steps late settle."
    )
    DEFAULT: ClassVar[str] = "constant"
    LABELS: ClassVar[Mapping[str, str]] = {kind.name: kind.title for kind in SCHEDULES.values()}
    SUMMARIES: ClassVar[Mapping[str, str]] = {kind.name: kind.summary for kind in SCHEDULES.values()}
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {kind.name: kind.parameters for kind in SCHEDULES.values()}

    @property
    def declaration(self) -> ScheduleKind:
        """The declaration of the schedule."""
        return SCHEDULES[self.kind]
