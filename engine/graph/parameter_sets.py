"""The settings of one owner together: the names they had before, and their values checked and completed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.graph.parameters import BadParameter, Parameter, Params
from engine.text import brief


def counterpart(parameter: Parameter, others: Iterable[Parameter]) -> Parameter | None:
    """The one of ``others``, the settings of another kind, that means the same: it has or had a name in common."""
    return next((other for other in others if parameter.names & other.names), None)


def former_names(declared: Iterable[Parameter]) -> dict[str, str]:
    """The name of each of the settings today, by the names it had before."""
    return {former: parameter.name for parameter in declared for former in parameter.was}


def with_current_names(declared: Iterable[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` with the names that settings have today in place of those they had; names not declared stay.

    The one place that reads former names. Raises BadParameter when a setting is given twice, by two names.
    """
    declared = tuple(declared)
    known, former = {parameter.name for parameter in declared}, former_names(declared)
    current: dict[str, Any] = {}
    for name, value in given.items():
        new = name if name in known else former.get(name, name)
        if new in current:
            both = [one for one in given if new in (one, former.get(one))]
            raise BadParameter(f"{' and '.join(both)} are two names of one setting: give it once, as {new}.")
        current[new] = value
    return current


def resolve(declared: tuple[Parameter, ...], given: Mapping[str, Any], owner: str) -> Params:
    """All declared settings: those ``given``, checked, and the defaults of the others.

    A setting may be given by a name it had before. Raises BadParameter when a value does not fit, a name is not
    declared by ``owner``, or a setting is given by two names.
    """
    known = {parameter.name: parameter for parameter in declared}
    given = with_current_names(declared, given)
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise BadParameter(f"{owner} has no setting called {brief(name)}; it has: {listed}.")
    return Params({name: p.check(given.get(name, p.default)) for name, p in known.items()})
