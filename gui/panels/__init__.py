"""The panels around the canvas: palette, inspector, dataset, training settings, problems."""
