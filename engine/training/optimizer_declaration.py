"""What the declaration of an optimizer holds. Imports no torch.

Settings, training, export, the memory check and the estimate of memory read it: none of them names an optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.graph.expressions import Call, Input
from engine.graph.parameters import Parameter, Params

PARAMETERS, LEARNING_RATE = Input(0), Input(1)
"""What an optimizer is made of: a list of parameters, and the learning rate."""
INPUTS = ("parameters", "LEARNING_RATE")
"""What they are called where the expression is printed."""

STEP = "step"
"""A count of steps, or another number that changes with them: a float32 tensor of no axes."""
LIKE = "like"
"""A tensor of the parameter's shape and dtype."""
SQUARES = "squares"
"""The same, of numbers from 0: squares may grow beyond all bounds, but are never negative."""

Keeps = Callable[[Mapping[str, Any]], dict[str, str]]
"""(the settings of torch's optimizer, as in its groups) -> what it keeps of each parameter: name -> what it is."""


@dataclass(frozen=True, kw_only=True)
class OptimizerKind:
    """One optimizer.

    ``name`` is that of torch's class and what files hold, ``title`` what people read ("": the name). ``made`` is the
    one torch expression, of PARAMETERS and LEARNING_RATE; where it is printed, keywords that are torch's own defaults
    are left out. ``fused``: torch has one pass over all weights of it instead of a dozen small ones, by the same
    formulas. ``keeps`` says what it remembers of a parameter after a step; None where it has one memory for all
    parameters together, of ``vectors`` vectors as long as all of them at the least. ``needs_closure``: it evaluates the
    loss several times a step. ``others`` is given where ``made`` trains weight matrices only: what trains all other
    parameters, at the same learning rate. ``since`` is the version of torch that has it first, where older ones do not.
    ``conflict`` says in a sentence what is wrong with settings that contradict each other, "" for nothing.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    made: Callable[[Params], Call]
    title: str = ""
    fused: bool = False
    keeps: Keeps | None = None
    vectors: int = 0
    needs_closure: bool = False
    others: Callable[[Params], Call] | None = None
    since: str = ""
    conflict: Callable[[Params], str] = lambda _p: ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name

    @property
    def is_flat(self) -> bool:
        """Whether it lays all parameters end to end, as one long vector."""
        return self.keeps is None
