"""Training: the recipe (every setting of a run), the loop, and the window into it (control and telemetry)."""
