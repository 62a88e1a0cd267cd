"""The drawing as a value: nodes, wires, layer declarations, shapes, and all that is said of one. Imports no torch.

``graph.Graph`` holds nodes (``node``) and wires, and a node may hold a block, which is a drawing again (``block``):
copies of a block are nodes whose blocks are equal, so changing all copies is changing a value everywhere. ``nesting``
edits inside at a path, ``grouping`` folds and unfolds (each the inverse of the other). Weights are named along the
path, ``residual1.0.conv2.weight``.

``inference`` works out every shape in one pass; ``output_activation`` tells what the numbers at the end are, since
every layer declares what its numbers are and whether it passes on those of others. ``advice`` says what is wrong and
what would mend it, ``layout`` where layers lie, ``blocks`` and ``templates`` are made of all that.

A layer lies on the one before it where both have the same position: the two are then drawn as one box with chips
(``snapping``). That needs no field in the file, and works whatever a font makes of the sizes.
"""
