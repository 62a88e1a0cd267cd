"""The steps of tidying a drawing, one file each; ``engine.graph.layout.tidy`` puts them together.

They know no drawing: nodes are numbers from 0, a wire is (source, target, number of the input), and a layer is a
column of nodes that no wire connects with one another.
"""
