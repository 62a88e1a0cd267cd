"""Learning which of several classes a sample belongs to, or yes or no."""
