"""Plots: curves of a run, the confusion matrix, numbers for each class, and data one can see whole."""
