"""What differs between two recipes, setting by setting, and in words. Imports no torch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from engine.graph.parameters import Parameter
from engine.training.recipe import Recipe


@dataclass(frozen=True)
class SettingDifference:
    """A setting that is ``now`` something else than it was ``before``; None where there was no such setting."""

    path: str
    parameter: Parameter
    now: Any
    before: Any

    @property
    def name(self) -> str:
        """The setting's title, as in the middle of a sentence."""
        return self.parameter.title[:1].lower() + self.parameter.title[1:]

    def words(self, value: Any) -> str:
        """A value of the setting, as one reads it."""
        return self.parameter.show(value)


def differences(before: Recipe, now: Recipe, *, beside: Collection[str] = ()) -> tuple[SettingDifference, ...]:
    """The settings in force ``now`` that were others ``before``, in the inspector's order; not those ``beside``."""
    if before == now:
        return ()
    values = {setting.path: setting.value for setting in before.settings()}
    return tuple(
        SettingDifference(setting.path, setting.parameter, setting.value, values.get(setting.path))
        for setting in now.settings()
        if setting.path not in beside and values.get(setting.path) != setting.value
    )
