"""Numbers among the words of a command: what argparse calls "invalid int value" said in words."""

from __future__ import annotations

import argparse

from engine.text import brief


def whole(word: str) -> int:
    """A whole number. Raises ArgumentTypeError."""
    try:
        return int(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, found {brief(word)}") from None


def decimal(word: str) -> float:
    """A number. Raises ArgumentTypeError."""
    try:
        return float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number such as 0.8, found {brief(word)}") from None
