"""Sketchnet's window: a projection of the engine's values. Nothing here is ever the truth."""
