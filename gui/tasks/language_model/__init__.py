"""How a language model is tried out."""
