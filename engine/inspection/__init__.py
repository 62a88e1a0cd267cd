"""Looking inside a network: what its layers cost. Nothing is imported here, so that values need no torch."""
