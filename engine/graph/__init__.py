"""The drawing as a value: nodes, wires, layer declarations, shapes and problems. Imports no torch."""
