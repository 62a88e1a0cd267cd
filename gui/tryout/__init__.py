"""Trying a network out: a pad to draw on, the network's input, and its prediction."""
