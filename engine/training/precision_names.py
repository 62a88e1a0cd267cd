"""The names of the precisions a recipe can ask for, and a run computes in. Imports no torch."""

FULL_PRECISION = "float32"
HALF_PRECISION = "bfloat16"
AUTO_PRECISION = "auto"
"""Of a recipe alone: the faster of the two, measured where the run begins."""
