"""Learning one or several numbers of a sample."""
