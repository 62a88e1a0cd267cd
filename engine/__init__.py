"""Sketchnet's engine: everything the window can do, without a window."""
