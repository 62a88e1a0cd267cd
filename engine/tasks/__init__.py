"""What learning means for a kind of problem: its losses, its metrics, and what a prediction is.

Needs torch; nothing that the window imports at its start imports this.
"""
