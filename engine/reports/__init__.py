"""Figures and words about what came of a run, said once: window and command line show the same sentence."""
