"""Learning which of several labels a sample has: any number of them at once."""
