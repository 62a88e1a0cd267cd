"""The optimizers one can choose and what can be set on each, in a beginner's words. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.graph.parameters import Choice, Flag, Integer, Parameter, Real
from engine.training.settings import LEARNING, Settings


def _learning_rate(default: float, why: str = "") -> Real:
    return Real(
        name="learning_rate",
        title="Learning rate",
        default=default,
        low=1e-8,
        high=100.0,
        logarithmic=True,
        help="How large a step every weight takes against its gradient. Too large, and the loss jumps or diverges; "
        "too small, and learning is slow. The first setting to change, by factors of about three." + why,
    )


def _weight_decay(default: float, decoupled: bool) -> Real:
    how = (
        "It pulls every weight a little towards zero at each step, apart from the gradient."
        if decoupled
        else "It adds a pull towards zero to each weight's gradient (L2 regularisation)."
    )
    return Real(
        name="weight_decay",
        title="Weight decay",
        default=default,
        low=0.0,
        high=10.0,
        logarithmic=True,
        help=f"Keeps weights small, which helps against overfitting: learning the training data by heart. {how} 0 "
        "turns it off.",
    )


def _momentum(default: float) -> Real:
    return Real(
        name="momentum",
        title="Momentum",
        default=default,
        low=0.0,
        high=0.9999,
        help="How much of the last step is carried into the next, like a ball rolling downhill: it smooths the noise "
        "of single batches and speeds up along steady slopes. 0 is none; 0.9 is usual.",
    )


_NESTEROV = Flag(
    name="nesterov",
    title="Nesterov",
    default=False,
    help="Looks at the slope where the momentum is about to carry the weights, instead of where they are now. Often a "
    "little faster; needs momentum above 0.",
)
_BETAS = (
    Real(
        name="beta1",
        title="Beta 1",
        default=0.9,
        low=0.0,
        high=0.9999,
        advanced=True,
        help="How slowly the average direction of the gradient changes: 0.9 remembers about the last 10 steps.",
    ),
    Real(
        name="beta2",
        title="Beta 2",
        default=0.999,
        low=0.0,
        high=0.999999,
        advanced=True,
        help="How slowly the average size of the gradient changes: 0.999 remembers about the last 1,000 steps.",
    ),
)


def _eps(default: float) -> Real:
    return Real(
        name="eps",
        was=("epsilon",),
        title="Epsilon",
        default=default,
        low=1e-16,
        high=1.0,
        logarithmic=True,
        advanced=True,
        help="A tiny number that keeps the division by the gradient's size from dividing by zero.",
    )


_AMSGRAD = Flag(
    name="amsgrad",
    title="AMSGrad",
    default=False,
    advanced=True,
    help="Divides by the largest gradient size seen so far instead of the recent one, so that a quiet "
    "stretch does not make the steps larger again.",
)


class OptimizerSettings(Settings):
    """The rule that changes the weights, and its settings."""

    TITLE: ClassVar[str] = "Optimizer"
    GROUP: ClassVar[str] = LEARNING
    HELP: ClassVar[str] = "The rule that turns gradients into changes of the weights. AdamW is a good first choice."
    DEFAULT: ClassVar[str] = "AdamW"
    LABELS: ClassVar[Mapping[str, str]] = {"LBFGS": "L-BFGS"}
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        "SGD": "Plain steps against the gradient, with momentum: simple, and hard to beat when well tuned.",
        "Adam": "Gives every weight its own step size, from running averages of its gradients and their squares.",
        "AdamW": "Adam with decoupled weight decay: a good first choice for almost everything.",
        "NAdam": "Adam with Nesterov momentum, which looks one step ahead.",
        "RAdam": "Rectified Adam: it keeps the first steps in check by itself, so it needs no warm-up.",
        "RMSprop": "Divides each step by the running root mean square of the gradient; for recurrent networks.",
        "Adagrad": "Divides each step by the root of all squared gradients added up; suits rare features.",
        "Adadelta": "Sets step sizes from running averages of squared gradients and changes; the rate scales them.",
        "Muon": "Orthogonalises the momentum of each weight matrix; all other parameters are trained with AdamW.",
        "LBFGS": "Quasi-Newton: estimates the loss's curvature, evaluating each batch several times; for small data.",
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        "SGD": (_learning_rate(0.05), _momentum(0.9), _NESTEROV, _weight_decay(0.0, False)),
        "Adam": (_learning_rate(0.001), _weight_decay(0.0, False), *_BETAS, _eps(1e-8), _AMSGRAD),
        "AdamW": (_learning_rate(0.001), _weight_decay(0.01, True), *_BETAS, _eps(1e-8), _AMSGRAD),
        "NAdam": (
            _learning_rate(0.001),
            _weight_decay(0.0, False),
            *_BETAS,
            _eps(1e-8),
            Real(
                name="momentum_decay",
                title="Momentum decay",
                default=0.004,
                low=0.0,
                high=1.0,
                advanced=True,
                help="How quickly the look-ahead momentum approaches its full strength.",
            ),
        ),
        "RAdam": (_learning_rate(0.001), _weight_decay(0.0, False), *_BETAS, _eps(1e-8)),
        "RMSprop": (
            _learning_rate(0.001),
            _momentum(0.0),
            _weight_decay(0.0, False),
            Real(
                name="alpha",
                title="Smoothing",
                default=0.99,
                low=0.0,
                high=0.99999,
                advanced=True,
                help="How slowly the average size of the gradient changes: 0.99 remembers about the last 100 steps.",
            ),
            Flag(
                name="centered",
                title="Centred",
                default=False,
                advanced=True,
                help="Divides by how much the gradient varies instead of by its size.",
            ),
            _eps(1e-8),
        ),
        "Adagrad": (
            _learning_rate(0.01),
            _weight_decay(0.0, False),
            Real(
                name="learning_rate_decay",
                title="Learning rate decay",
                default=0.0,
                low=0.0,
                high=10.0,
                advanced=True,
                help="Shrinks the learning rate a little more with every step. 0 leaves it alone.",
            ),
            _eps(1e-10),
        ),
        "Adadelta": (
            _learning_rate(1.0, " For Adadelta 1 means: take the steps as it finds them."),
            _weight_decay(0.0, False),
            Real(
                name="rho",
                title="Rho",
                default=0.9,
                low=0.0,
                high=0.99999,
                advanced=True,
                help="How slowly the averages that set the step sizes change: 0.9 remembers about 10 steps.",
            ),
            _eps(1e-6),
        ),
        "Muon": (
            _learning_rate(0.002, " Muon's steps are scaled so that a rate that suits AdamW suits it too."),
            _weight_decay(0.01, True),
            _momentum(0.95),
            Flag(
                name="nesterov",
                title="Nesterov",
                default=True,
                advanced=True,
                help="Looks at the slope where the momentum is about to carry the weights.",
            ),
            Integer(
                name="ns_steps",
                was=("newton_schulz_steps",),
                title="Newton-Schulz steps",
                default=5,
                low=1,
                high=20,
                advanced=True,
                help="How many rounds are spent on evening out the directions of a step.",
            ),
        ),
        "LBFGS": (
            _learning_rate(1.0, " With the line search, 1 is right: the search shortens steps that are too long."),
            Integer(
                name="max_iter",
                was=("max_iterations",),
                title="Iterations per step",
                default=10,
                low=1,
                high=200,
                help="How many improvements are made on one batch before going to the next.",
            ),
            Integer(
                name="history_size",
                title="History size",
                default=10,
                low=1,
                high=200,
                advanced=True,
                help="How many past steps are kept to estimate the curvature; each takes the memory of all parameters "
                "twice.",
            ),
            Choice(
                name="line_search_fn",
                was=("line_search",),
                title="Line search",
                default="strong_wolfe",
                options=("none", "strong_wolfe"),
                labels=("none", "strong Wolfe"),
                advanced=True,
                help="Whether to look along each direction for a step that surely improves the loss.",
            ),
        ),
    }
