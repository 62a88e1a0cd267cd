"""How each kind of learning is shown: the views by name, and one folder for a kind that has views of its own."""
