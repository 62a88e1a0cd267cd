"""How each kind of learning is shown: one folder for a kind that has views of its own."""
