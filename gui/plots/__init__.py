"""Plots: curves of a run, the confusion matrix, metrics for each class, and one- and two-dimensional data."""
