"""The learning-rate schedules: one declaration each, with one formula that is evaluated and printed.

A formula gives the fraction of the set learning rate for a step. Torch's schedulers keep state and cannot be asked
about a later step; these can, which makes resuming exact and lets the window draw the schedule before training.
Imports no torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from engine.graph.evaluation import compiled
from engine.graph.expressions import Binary, Call, Expression, Input, call
from engine.graph.parameters import Choice, Integer, Parameter, Params, Real

STEP, BATCHES, TOTAL = Input(0), Input(1), Input(2)
"""What a schedule is a formula of: how many steps are finished, how many there are an epoch, and in the whole run."""
INPUTS = ("step", "batches", "EPOCHS * batches")
"""What they are called where the formula is printed."""
EPOCH = STEP // BATCHES


def half_cosine(part: float) -> float:
    """Half a cosine, from 1 at 0 to 0 at 1."""
    return (1 + math.cos(math.pi * min(1, max(0, part)))) / 2


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"half_cosine": half_cosine, "round": round, "max": max}
)
"""The names that a formula can reach."""


@dataclass(frozen=True)
class Formula:
    """``result``, or where ``case`` is given and its first expression is true, its second.

    ``lets`` are lines of values that both may use, by name: they are Input(3), Input(4), … in their order.
    """

    result: Expression
    lets: Sequence[Mapping[str, Expression]] = ()
    case: tuple[Expression, Expression] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What all inputs are called where the formula is printed."""
        return (*INPUTS, *(name for line in self.lets for name in line))

    def function(self) -> Callable[[int, int, int], float]:
        """(finished steps, steps an epoch, steps of the run) -> the fraction; names are looked up once, here."""
        lets = [compiled(value, FUNCTIONS.__getitem__) for line in self.lets for value in line.values()]
        result = compiled(self.result, FUNCTIONS.__getitem__)
        when, then = [compiled(part, FUNCTIONS.__getitem__) for part in self.case or (False, 0)]

        def fraction(step: int, batches: int, total: int) -> float:
            values: list[Any] = [step, batches, total]
            for let in lets:
                values.append(let(None, values))
            return float(then(None, values) if when(None, values) else result(None, values))

        return fraction


@dataclass(frozen=True, kw_only=True)
class ScheduleKind:
    """One schedule.

    ``name`` is what files hold, ``title`` what people read, ``summary`` says in one sentence what it does.
    ``formula`` gives the fraction of the learning rate from the settings, None: it stays as set. ``watches_loss``: it
    drops when the loss has stopped getting better, by its settings ``factor``, ``patience`` and ``floor``.
    """

    name: str
    title: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    formula: Callable[[Params], Formula] | None = None
    watches_loss: bool = False


def _half_cosine(part: Expression) -> Call:
    return call("half_cosine", part)


def _cosine(p: Params) -> Formula:
    fall = _half_cosine(STEP / TOTAL)
    return Formula(p.floor + (1 - p.floor) * fall if p.floor else fall)


def _one_cycle(p: Params) -> Formula:
    """Smith and Topin, "Super-convergence" (2018), with cosine flanks; momentum is left alone.

    As in torch the top is reached a step before the rise is over, which may be before the first step: the fall has
    then begun already, and a run of a single step has the rate of the end.
    """
    start, last, end, peak = (Input(number) for number in range(3, 7))
    ends = {"start": 1.0 / p.div_factor, "last": TOTAL - 1}
    turns = {"end": start / p.final_div_factor, "peak": p.pct_start * TOTAL - 1}
    rises = Binary("and", Binary("<=", STEP, peak), Binary(">", peak, 0))
    return Formula(
        end + (1 - end) * _half_cosine((STEP - peak) / (last - peak)),
        lets=(ends, turns),
        case=(rises, 1 + (start - 1) * _half_cosine(STEP / peak)),
    )


def _warm_up(p: Params) -> Formula:
    """Where the run is shorter than the warm-up, the set rate is not reached."""
    rising = Input(3)
    falls = _half_cosine((STEP - rising) / call("max", 1, TOTAL - rising))
    return Formula(
        falls if p.then == "cosine" else 1,
        lets=({"rising": call("round", p.warm_up * BATCHES)},),
        case=(Binary("<", STEP, rising), (STEP + 1) / rising),
    )


def _minimum(default: float) -> Real:
    return Real(
        name="floor",
        title="Minimum fraction",
        default=default,
        low=0.0,
        high=1.0,
        help="The rate never falls below this fraction of the learning rate that was set.",
    )


def _factor(default: float, help: str) -> Real:
    return Real(name="factor", title="Factor", default=default, low=0.001, high=1.0, help=help)


def _gamma(default: float, help: str) -> Real:
    """The factor, as torch calls it where it does not look at results."""
    return replace(_factor(default, help), name="gamma", was=("factor",))


_ALL = (
    ScheduleKind(
        name="constant",
        title="Constant",
        summary="The learning rate stays as set.",
    ),
    ScheduleKind(
        name="step",
        title="Step",
        summary="Drops by a factor every few epochs.",
        formula=lambda p: Formula(p.gamma ** (EPOCH // p.step_size)),
        parameters=(
            Integer(
                name="step_size",
                was=("every",),
                title="Drop every",
                default=5,
                low=1,
                high=100_000,
                unit="epochs",
                help="After how many epochs the rate drops, again and again.",
            ),
            _gamma(0.3, "What the rate is multiplied by at each drop."),
        ),
    ),
    ScheduleKind(
        name="exponential",
        title="Exponential",
        summary="Shrinks by the same factor every epoch.",
        formula=lambda p: Formula(p.gamma**EPOCH),
        parameters=(_gamma(0.9, "What the rate is multiplied by after each epoch."),),
    ),
    ScheduleKind(
        name="cosine",
        title="Cosine",
        summary="Falls from the set rate to almost nothing over the whole run, along half a cosine.",
        formula=_cosine,
        parameters=(_minimum(0.0),),
    ),
    ScheduleKind(
        name="one-cycle",
        title="One cycle",
        summary="Rises from a small rate to the set one, then falls far below it: often best for short runs.",
        formula=_one_cycle,
        parameters=(
            Real(
                name="pct_start",
                was=("rise",),
                title="Rising part",
                default=0.3,
                low=0.0,
                high=0.95,
                help="The part of the run during which the rate rises; it falls during the rest.",
            ),
            Real(
                name="div_factor",
                was=("start_division",),
                title="Start divisor",
                default=25.0,
                low=1.0,
                high=1e4,
                advanced=True,
                help="The run starts at the set rate divided by this.",
            ),
            Real(
                name="final_div_factor",
                was=("end_division",),
                title="End divisor",
                default=1e4,
                low=1.0,
                high=1e9,
                logarithmic=True,
                advanced=True,
                help="The run ends at the starting rate divided by this.",
            ),
        ),
    ),
    ScheduleKind(
        name="warm-up",
        title="Warm-up",
        summary="Rises linearly over the first epochs, then stays or falls along a cosine.",
        formula=_warm_up,
        parameters=(
            Real(
                name="warm_up",
                title="Warm-up",
                default=1.0,
                low=0.0,
                high=100_000.0,
                unit="epochs",
                help="Over how many epochs the rate rises from almost nothing to the set one; 0.5 is half an epoch.",
            ),
            Choice(
                name="then",
                title="After warm-up",
                default="cosine",
                options=("constant", "cosine"),
                labels=("stay", "cosine decay"),
                help="What the rate does after the warm-up.",
            ),
        ),
    ),
    ScheduleKind(
        name="plateau",
        title="On plateau",
        summary="Drops by a factor whenever the validation loss (without a validation split, the training loss) "
        "has stopped improving.",
        watches_loss=True,
        parameters=(
            _factor(0.3, "What the rate is multiplied by when the validation loss has stopped improving."),
            Integer(
                name="patience",
                was=("wait",),
                title="Patience",
                default=3,
                low=0,
                high=100_000,
                unit="epochs",
                help="How many epochs without a better validation loss are allowed before the rate drops.",
            ),
            _minimum(0.001),
        ),
    ),
)
SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every schedule by name, in the order of the menu."""
