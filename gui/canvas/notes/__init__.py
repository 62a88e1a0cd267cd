"""Notes and frames on the canvas: how they look, how they are written in, what can be done with them."""
