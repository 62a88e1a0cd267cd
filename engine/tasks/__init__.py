"""What learning means for a kind of problem: its losses, its metrics, and what a prediction is."""
