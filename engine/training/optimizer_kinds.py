"""The optimizers: one declaration each, in a beginner's words. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.graph.expressions import Call, Expression, call
from engine.graph.parameters import Choice, Flag, Integer, Params, Real
from engine.training.optimizer_declaration import LEARNING_RATE, LIKE, PARAMETERS, SQUARES, STEP, OptimizerKind


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
        help=f"Keeps weights small, which helps against overfitting: memorising the training data. {how} 0 "
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


def _torch(name: str, **keywords: Expression) -> Call:
    return call(f"torch.optim.{name}", PARAMETERS, lr=LEARNING_RATE, **keywords)


def _adam(p: Params) -> dict[str, Expression]:
    return {"eps": p.eps, "betas": (p.beta1, p.beta2)}


def _moments(given: Mapping[str, Any]) -> dict[str, str]:
    most = {"max_exp_avg_sq": SQUARES} if given.get("amsgrad") else {}
    return {"step": STEP, "exp_avg": LIKE, "exp_avg_sq": SQUARES, **most}


def _nesterov_without_momentum(p: Params) -> str:
    wrong = p.nesterov and p.momentum == 0
    return "Nesterov needs momentum above 0. Set a momentum of 0.9, or turn Nesterov off." if wrong else ""


_ALL = (
    OptimizerKind(
        name="SGD",
        summary="Plain steps against the gradient, with momentum: simple, and hard to beat when well tuned.",
        made=lambda p: _torch("SGD", weight_decay=p.weight_decay, momentum=p.momentum, nesterov=p.nesterov),
        fused=True,
        keeps=lambda given: {"momentum_buffer": LIKE} if given["momentum"] else {},
        conflict=_nesterov_without_momentum,
        parameters=(_learning_rate(0.05), _momentum(0.9), _NESTEROV, _weight_decay(0.0, False)),
    ),
    OptimizerKind(
        name="Adam",
        summary="Gives every weight its own step size, from running averages of its gradients and their squares.",
        made=lambda p: _torch("Adam", weight_decay=p.weight_decay, amsgrad=p.amsgrad, **_adam(p)),
        fused=True,
        keeps=_moments,
        parameters=(_learning_rate(0.001), _weight_decay(0.0, False), *_BETAS, _eps(1e-8), _AMSGRAD),
    ),
    OptimizerKind(
        name="AdamW",
        summary="Adam with decoupled weight decay: a good first choice for almost everything.",
        made=lambda p: _torch("AdamW", weight_decay=p.weight_decay, amsgrad=p.amsgrad, **_adam(p)),
        fused=True,
        keeps=_moments,
        parameters=(_learning_rate(0.001), _weight_decay(0.01, True), *_BETAS, _eps(1e-8), _AMSGRAD),
    ),
    OptimizerKind(
        name="NAdam",
        summary="Adam with Nesterov momentum, which looks one step ahead.",
        made=lambda p: _torch(
            "NAdam", weight_decay=p.weight_decay, momentum_decay=p.momentum_decay, **_adam(p)
        ),
        keeps=lambda given: {**_moments(given), "mu_product": STEP},
        parameters=(
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
    ),
    OptimizerKind(
        name="RAdam",
        summary="Rectified Adam: it keeps the first steps in check by itself, so it needs no warm-up.",
        made=lambda p: _torch("RAdam", weight_decay=p.weight_decay, **_adam(p)),
        keeps=_moments,
        parameters=(_learning_rate(0.001), _weight_decay(0.0, False), *_BETAS, _eps(1e-8)),
    ),
    OptimizerKind(
        name="RMSprop",
        summary="Divides each step by the running root mean square of the gradient; for recurrent networks.",
        made=lambda p: _torch(
            "RMSprop",
            weight_decay=p.weight_decay,
            momentum=p.momentum,
            alpha=p.alpha,
            centered=p.centered,
            eps=p.eps,
        ),
        keeps=lambda given: {
            "step": STEP,
            "square_avg": SQUARES,
            **({"momentum_buffer": LIKE} if given["momentum"] else {}),
            **({"grad_avg": LIKE} if given["centered"] else {}),
        },
        parameters=(
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
    ),
    OptimizerKind(
        name="Adagrad",
        summary="Divides each step by the root of all squared gradients added up; suits rare features.",
        made=lambda p: _torch(
            "Adagrad", weight_decay=p.weight_decay, eps=p.eps, lr_decay=p.learning_rate_decay
        ),
        keeps=lambda _given: {"step": STEP, "sum": SQUARES},
        parameters=(
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
    ),
    OptimizerKind(
        name="Adadelta",
        summary="Sets step sizes from running averages of squared gradients and changes; the rate scales them.",
        made=lambda p: _torch("Adadelta", weight_decay=p.weight_decay, eps=p.eps, rho=p.rho),
        keeps=lambda _given: {"step": STEP, "square_avg": SQUARES, "acc_delta": SQUARES},
        parameters=(
            _learning_rate(1.0, " For Adadelta 1 means: use the steps as they are."),
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
    ),
    OptimizerKind(
        name="Muon",
        summary="Orthogonalises the momentum of each weight matrix; all other parameters are trained with AdamW.",
        # Jordan et al., "Muon" (2024); the scaling that lets it share AdamW's rate: Liu et al., "Muon is Scalable for
        # LLM Training" (2025).
        made=lambda p: call(
            "torch.optim.Muon",
            PARAMETERS,
            momentum=p.momentum,
            nesterov=p.nesterov,
            ns_steps=p.ns_steps,
            adjust_lr_fn="match_rms_adamw",
            lr=LEARNING_RATE,
            weight_decay=p.weight_decay,
        ),
        others=lambda p: _torch("AdamW", weight_decay=p.weight_decay),
        keeps=lambda _given: {"momentum_buffer": LIKE},
        since="2.9",
        parameters=(
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
    ),
    OptimizerKind(
        name="LBFGS",
        title="L-BFGS",
        summary="Quasi-Newton: estimates the loss's curvature, evaluating each batch several times; for small data.",
        made=lambda p: _torch(
            "LBFGS",
            max_iter=p.max_iter,
            history_size=p.history_size,
            line_search_fn=None if p.line_search_fn == "none" else p.line_search_fn,
        ),
        vectors=2,
        needs_closure=True,
        parameters=(
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
    ),
)
OPTIMIZERS: Mapping[str, OptimizerKind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every optimizer by name, in the order of the menu."""
