"""The size of the interface: Qt reads it once, when the application is made. Imports as little as can be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gui.settings_file import settings

SETTING = "scale"
SCALES = ("75", "100", "125", "150", "175", "200", "250", "300")
"""In per cent of the size that the system asks for."""
USUAL = "100"
VARIABLE = "QT_SCALE_FACTOR"


@contextmanager
def scaled_interface() -> Iterator[None]:
    """The application that is made inside has the size that was chosen, unless the environment names another.

    Afterwards the environment is as it was: programs that are started from here have their own sizes.
    """
    scale = str(settings().value(SETTING, USUAL))
    if scale == USUAL or scale not in SCALES or VARIABLE in os.environ:
        yield
        return
    os.environ[VARIABLE] = f"{int(scale) / 100:g}"
    try:
        yield
    finally:
        del os.environ[VARIABLE]
