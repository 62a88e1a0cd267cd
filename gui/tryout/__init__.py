"""Trying a network out: a pad to draw on, what the network is shown, and what it answers."""
