"""Sketchnet's engine: everything the window can do, without a window."""

__version__ = "0.2.0"
