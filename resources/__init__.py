"""The files Sketchnet ships with, found the same way from a checkout and from an installed package."""

from __future__ import annotations

from pathlib import Path


def path(*parts: str) -> Path:
    """Where the shipped file ``resources/<parts>`` lies; the file need not exist."""
    return Path(__file__).resolve().parent.joinpath(*parts)
