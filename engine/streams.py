"""Stand-ins for standard input, output and error where the program was started without them (``>&-``, pythonw).

The next file that is opened would get the free descriptor, and what any library prints would be written into it: into a
project that is being saved, for one. And libraries take it for granted that ``sys.stderr`` is a stream.
"""

from __future__ import annotations

import os
import sys


def keep_places() -> None:
    """Fill the closed ones of the first three file descriptors with the null device."""
    for place in range(3):
        try:
            os.fstat(place)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one


def stand_in() -> list[str]:
    """Put a stream that goes nowhere for each of ``sys.stdout`` and ``sys.stderr`` that is None; their names."""
    absent = [name for name in ("stdout", "stderr") if getattr(sys, name) is None]
    for name in absent:
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    return absent
