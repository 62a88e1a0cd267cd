"""The losses of generator and critic: one declaration each, evaluated to train. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.graph.expressions import Call, Expression, Input, Method, call, method

REAL, GENERATED = Input(0), Input(1)
"""What the critic says of real and of generated samples, each N×1: what a critic's loss is of."""
OF_GENERATED = Input(0)
"""What the critic says of generated samples, N×1: what a generator's loss is of."""


@dataclass(frozen=True, kw_only=True)
class GanLoss:
    """What the critic and the generator make small.

    ``critic`` is an expression of REAL and GENERATED, ``generator`` one of OF_GENERATED; both come to one number.
    ``is_penalised``: the critic's loss also holds how far its gradient is from a norm of 1, times the setting
    ``gradient_penalty``. ``gives_log_odds``: a good critic's score is the logarithm of the odds that a sample is real.
    ``summary`` is a sentence about it.
    """

    name: str
    title: str
    summary: str
    critic: Expression
    generator: Expression
    is_penalised: bool = False
    gives_log_odds: bool = False


def _mean(value: Expression) -> Method:
    return method(value, "mean")


def _softplus(value: Expression) -> Call:
    return call("F.softplus", value)


def _minus(value: Input) -> Expression:
    return method(value, "neg")


_ALL = (
    GanLoss(
        name="non-saturating",
        title="Non-saturating",
        summary="Cross-entropy for real or fake, and a generator that makes the critic say real: most often used.",
        critic=_mean(_softplus(_minus(REAL))) + _mean(_softplus(GENERATED)),
        generator=_mean(_softplus(_minus(OF_GENERATED))),
        gives_log_odds=True,
    ),
    GanLoss(
        name="wasserstein",
        title="Wasserstein with gradient penalty",
        summary="The critic's scores for real and generated samples, as far apart as its slope of 1 allows: steadier, "
        "and several critic steps are usual.",
        critic=_mean(GENERATED) - _mean(REAL),
        generator=_mean(_minus(OF_GENERATED)),
        is_penalised=True,
    ),
    GanLoss(
        name="hinge",
        title="Hinge",
        summary="The critic only learns from real samples it scores below 1 and generated ones above −1.",
        critic=_mean(call("F.relu", 1.0 - REAL)) + _mean(call("F.relu", 1.0 + GENERATED)),
        generator=_mean(_minus(OF_GENERATED)),
    ),
)
"""Non-saturating: Goodfellow and others, 2014. Wasserstein: M. Arjovsky and others, "Wasserstein GAN", ICML 2017, with
the penalty of I. Gulrajani and others, "Improved Training of Wasserstein GANs", NeurIPS 2017. Hinge: J. Lim, J. Ye,
"Geometric GAN", 2017."""

LOSSES: Mapping[str, GanLoss] = MappingProxyType({loss.name: loss for loss in _ALL})
