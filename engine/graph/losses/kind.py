"""What a loss declaration holds. Training, export, settings, checks, reports and help all read this one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from engine.graph.expressions import Expression, Input, call
from engine.graph.layers.kind import OutputActivation
from engine.graph.parameters import Parameter, Params
from engine.graph.targets import TargetKind

OUTPUTS, ANSWERS, WEIGHTS = Input(0), Input(1), Input(2)
"""What a loss is of: the outputs N×outputs of the network, the prepared answers (class numbers N; 0 or 1, N; values
N×K; what came in, N×…) and, for losses whose classes are weighted, one weight a class (of no and of yes)."""
INPUTS = ("outputs", "answers", "weights")
"""What they are called where the expression is printed."""

CLASS_WEIGHTS = "class_weights"
"""The setting of losses that can weigh classes; WEIGHTS are given where it is "balanced"."""

LossRule = Callable[[Params, bool], Expression]
"""(settings, whether there are WEIGHTS) -> the loss, a number: the mean over the rows."""


@dataclass(frozen=True)
class Link:
    """How outputs become predictions: the inverse of what statistics calls the link function.

    ``expression`` is of OUTPUTS; ``does`` names it in a sentence ("the exponential"), ``undone`` its inverse ("the
    logarithm"), which is what the outputs then are of.
    """

    name: str
    expression: Expression
    does: str
    undone: str


EXP = Link("exp", call("torch.exp", OUTPUTS), "the exponential", "the logarithm")
SIGMOID = Link("sigmoid", call("torch.sigmoid", OUTPUTS), "the sigmoid", "the logit")
LINKS = MappingProxyType({link.name: link for link in (EXP, SIGMOID)})
"""Every link by name, as a saved preparation holds it."""


@dataclass(frozen=True, kw_only=True)
class LossKind:
    """One loss.

    ``name`` is what files hold, ``title`` what people read; ``phrase`` is the title inside a sentence, where that is
    not the title with a small letter. ``summary`` says in one sentence what it does. ``fits`` are the kinds of target
    it can be used for; among all that fit one, the first in the catalogue is the usual one. ``expression`` is the one
    torch expression, of OUTPUTS, ANSWERS and WEIGHTS.
    ``applies`` is the activation that it takes of the outputs itself (SOFTMAX, SIGMOID), so that no layer should.
    ``link`` makes predictions of the outputs, None: they are predictions. With a link the answers keep their own
    units: standardised ones would lie on both sides of 0.
    ``takes_shares`` says that the answers may be probabilities of the classes, as when samples are mixed.
    ``lowest`` and ``highest`` are the least and the largest answer it can learn from, None: any number.
    """

    name: str
    title: str
    summary: str
    fits: tuple[TargetKind, ...]
    expression: LossRule
    parameters: tuple[Parameter, ...] = ()
    phrase: str = ""
    applies: OutputActivation = OutputActivation.PLAIN
    link: Link | None = None
    takes_shares: bool = False
    lowest: float | None = None
    highest: float | None = None

    @property
    def words(self) -> str:
        """The loss inside a sentence: ``mean squared error``, ``Huber loss``."""
        return self.phrase or self.title[:1].lower() + self.title[1:]

    @property
    def scales_answers(self) -> bool:
        """Whether values may be standardised for it."""
        return self.link is None
