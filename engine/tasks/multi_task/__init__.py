"""Learning several targets of the same samples at once, each at a goal block of its own."""
