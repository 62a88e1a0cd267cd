"""Random changes of training pictures, made anew in every step.

``changes`` declares what can be done and imports no torch, ``steps`` does it and is also what an exported training is
written with, ``applying`` does what is set to a batch, ``along`` moves masks and boxes along, ``variants``
shows it, and ``doubts`` tells where a change alters the answer.
"""
