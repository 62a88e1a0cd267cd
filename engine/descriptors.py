"""A place for standard input, output and error, so that no file of ours can be taken for one of them.

A program may be started with some of them closed (``>&-``, a service, pythonw). The next file that is opened then gets
the free number, and what any library prints would be written into it: a project being saved, for one.
"""

from __future__ import annotations

import os


def keep_places() -> None:
    """Fill the closed ones of the first three file descriptors with the null device."""
    for place in range(3):
        try:
            os.fstat(place)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
