"""The learning-rate schedules one can choose and what can be set on each. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from engine.graph.parameters import Choice, Integer, Parameter, Real
from engine.training.settings import SCHEDULE, Settings


def _floor(default: float) -> Real:
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


class ScheduleSettings(Settings):
    """How the learning rate changes while training goes on."""

    TITLE: ClassVar[str] = "Schedule"
    GROUP: ClassVar[str] = SCHEDULE
    HELP: ClassVar[str] = (
        "How the learning rate changes during training: large steps early cover ground, small steps late settle."
    )
    DEFAULT: ClassVar[str] = "constant"
    LABELS: ClassVar[Mapping[str, str]] = {
        "constant": "Constant",
        "step": "Step",
        "exponential": "Exponential",
        "cosine": "Cosine",
        "one-cycle": "One cycle",
        "warm-up": "Warm-up",
        "plateau": "On plateau",
    }
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        "constant": "The learning rate stays as set.",
        "step": "Drops by a factor every few epochs.",
        "exponential": "Shrinks by the same factor every epoch.",
        "cosine": "Falls from the set rate to almost nothing over the whole run, along half a cosine.",
        "one-cycle": "Rises from a small rate to the set one, then falls far below it: often best for short runs.",
        "warm-up": "Rises linearly over the first epochs, then stays or falls along a cosine.",
        "plateau": "Drops by a factor whenever the validation loss (without a validation split, the training loss) "
        "has stopped improving.",
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        "constant": (),
        "step": (
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
        "exponential": (_gamma(0.9, "What the rate is multiplied by after each epoch."),),
        "cosine": (_floor(0.0),),
        "one-cycle": (
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
        "warm-up": (
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
        "plateau": (
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
            _floor(0.001),
        ),
    }
