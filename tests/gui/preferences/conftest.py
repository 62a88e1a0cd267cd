"""A desk at a window, for the tests of what the user decides about the program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.training import machine_choice
from gui.preferences.store import Preferences, preferences
from gui.settings_file import settings
from tests.gui.window.conftest import desk

__all__ = ["desk"]


@pytest.fixture
def chosen(qapp) -> Iterator[Preferences]:
    """The preferences, all at their defaults, and afterwards again."""
    settings().clear()
    yield preferences()
    preferences().reset()
    settings().clear()
    machine_choice.use_threads(None)
    machine_choice.use_device("")
