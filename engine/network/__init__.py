"""From the drawing to torch: a module to train, or a Python file to take away."""
