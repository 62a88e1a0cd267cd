"""The kinds of learning: what each is, which data it fits, what must come out of a drawing, and how it learns.

``kind.TaskKind`` is the declaration and ``registry.KINDS`` has them all; both import no torch. A kind names the module
that makes its learner and reads the outputs of its networks (``setup.LearnerModule``): ``supervised`` for what learns
from samples with targets. ``predictor`` answers with a trained network, ``queries`` are what else one can ask of it.
Nobody outside a kind's folder and the registry knows a kind by name.
"""
