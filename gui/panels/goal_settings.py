"""The settings of one goal block where several targets are learned: which target, its loss, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.checks.goals import losses_for
from engine.graph.layers import kind
from engine.graph.layers.kind import OUTPUT
from engine.graph.node import Node
from engine.graph.parameters import Choice, Parameter
from engine.graph.targets import Target
from engine.text import printable
from gui.panels.form import FormRow


def goal_rows(node: Node, target: Target) -> Iterator[FormRow]:
    """A row for each setting of a goal block; ``target`` has several goals."""
    for parameter in kind(OUTPUT).parameters:
        yield FormRow(parameter.name, _offered(parameter, node, target), node.params[parameter.name])


def _offered(parameter: Parameter, node: Node, target: Target) -> Parameter:
    """The setting as a choice of what the data and the target allow."""
    value, goal = str(node.params[parameter.name]), node.params.goal
    if parameter.name == "goal":
        named = {name: printable(name) for name in target.goals}
        options = named if value in named else {value: printable(value) or "not chosen yet", **named}
    elif parameter.name == "loss":
        able = losses_for(target.at_goal(goal)) if goal in target.goals else ()
        options = {"auto": f"Automatic: {able[0].words}" if able else "Automatic"}
        options |= {one.name: one.title for one in able}
        options = options if value in options else {value: value, **options}
    else:
        return parameter
    return Choice(
        name=parameter.name,
        title=parameter.title,
        default=parameter.default,
        options=tuple(options),
        labels=tuple(options.values()),
        help=parameter.help,
    )
