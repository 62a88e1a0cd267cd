"""A choice with settings of its own (an optimizer, a schedule, a loss): one value that holds only what it uses.

Imports no torch: the window, the command line and the file reader use it before torch is there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, Self

from engine.graph.parameter_sets import former_names, resolve
from engine.graph.parameters import BadParameter, Choice, Parameter, Params

DATA, TASK = "Data", "What should it learn?"
LEARNING, LOSS, SCHEDULE, AUGMENTATION, RUN = "Learning", "Loss", "Schedule", "Augmentation", "Run"
"""The headings under which settings stand: the first on the page of the data, the others on that of the goal."""
GOAL_GROUPS = (TASK, LEARNING, LOSS, SCHEDULE, AUGMENTATION, RUN)
"""Those of the goal, in their order."""


class RecipeError(ValueError):
    """A recipe holds or was given something it cannot; the message says what was expected and found."""


@dataclass(frozen=True, kw_only=True)
class Text(Parameter):
    """A short piece of text, such as the name of a dataset."""

    longest: int = 200

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > self.longest:
            raise self._refuse(f"a name of 1 to {self.longest} letters", value)
        return value

    def parse(self, text: str) -> str:
        return self.check(text.strip())


def near(name: str, known: Iterable[str], former: Mapping[str, str] = MappingProxyType({})) -> str:
    """A sentence that lists the names like ``name``, or all of them when none is like it.

    What is like a ``former`` name is told of by the name it has now.
    """
    names = list(known)
    named = {**former, **{one: one for one in names}}
    alike = [named[one] for one in difflib.get_close_matches(name, named, n=4, cutoff=0.6)]
    alike = list(dict.fromkeys(alike))
    if alike:
        return f"Did you mean {' or '.join(alike)}?"
    return f"There is: {', '.join(names) or 'none'}."


@dataclass(frozen=True, init=False)
class Settings:
    """One of several kinds, each with its own settings, readable as attributes: ``optimizer.learning_rate``.

    A value holds exactly the settings that its kind uses, all of them. A subclass declares ``TITLE``, ``GROUP`` (the
    heading it stands under), ``HELP`` and ``KINDS`` (kind -> its parameters); ``LABELS`` are the kinds' names on
    screen and ``SUMMARIES`` one sentence about each. Raises RecipeError for an unknown kind, an unknown setting or a
    value out of bounds.
    """

    TITLE: ClassVar[str] = ""
    GROUP: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    DEFAULT: ClassVar[str] = ""
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {}
    LABELS: ClassVar[Mapping[str, str]] = {}
    SUMMARIES: ClassVar[Mapping[str, str]] = {}

    kind: str
    values: Params

    def __init__(self, kind: str = "", **values: Any) -> None:
        kind = kind or self.DEFAULT
        if not isinstance(kind, str) or kind not in self.KINDS:
            raise RecipeError(f"There is no {self.TITLE.lower()} called {kind!r}. {near(str(kind), self.KINDS)}")
        try:
            resolved = resolve(self.KINDS[kind], values, self.LABELS.get(kind, kind))
        except BadParameter as error:
            raise RecipeError(str(error)) from None
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "values", resolved)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("kind", "values"):
            raise AttributeError(name)
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"{self.kind} has no setting called {name!r}") from None

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.kind, dict(self.values)))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The settings this kind uses, as declared."""
        return self.KINDS[self.kind]

    @classmethod
    def kind_parameter(cls) -> Choice:
        """The choice of the kind itself, to be shown like any other setting."""
        labels = tuple(cls.LABELS.get(kind, kind) for kind in cls.KINDS)
        return Choice(
            name="kind",
            title=cls.TITLE,
            default=cls.DEFAULT,
            help=cls.HELP,
            options=tuple(cls.KINDS),
            labels=labels,
            helps=tuple(cls.SUMMARIES.get(kind, "") for kind in cls.KINDS),
        )

    def with_setting(self, name: str, value: Any) -> Self:
        """A copy with one setting changed; text is read as a person would type it.

        Choosing another kind takes that kind's own defaults, since a learning rate that suits one optimizer
        rarely suits another. Raises RecipeError.
        """
        if name == "kind":
            return self if value == self.kind else type(self)(value)
        known = {parameter.name: parameter for parameter in self.parameters}
        name = name if name in known else former_names(self.parameters).get(name, name)
        if name not in known:
            self._no_such(name)
        return type(self)(self.kind, **{**self.values, name: read(known[name], value)})

    def _no_such(self, name: str) -> NoReturn:
        label = self.LABELS.get(self.kind, self.kind)
        users = {kind: p for kind, declared in self.KINDS.items() for p in declared if name in p.names}
        if users:
            current = dict.fromkeys(p.name for p in users.values())
            called = "" if name in current else f" (now called {' or '.join(current)})"
            raise RecipeError(f"{label} does not use {name!r}{called}; it is a setting of {', '.join(users)}.")
        known = near(name, ["kind", *(p.name for p in self.parameters)], former_names(self.parameters))
        raise RecipeError(f"{label} has no setting called {name!r}. {known}")

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.values}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what ``to_json`` wrote; settings left out take their defaults. Raises RecipeError."""
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            raise RecipeError(f"The {cls.TITLE.lower()} must be an object with a kind, not {data!r}.")
        values = dict(data)
        kind = values.pop("kind", cls.DEFAULT)
        if not isinstance(kind, str):
            raise RecipeError(f"The kind of {cls.TITLE.lower()} must be a word, not {kind!r}.")
        if "self" in values:
            raise RecipeError(f"The {cls.TITLE.lower()} has no setting called 'self'.")
        return cls(kind, **values)


def _rebuild(cls: type[Settings], kind: str, values: dict[str, Any]) -> Settings:
    return cls(kind, **values)


def read(parameter: Parameter, value: Any) -> Any:
    """``value`` checked against ``parameter``; text is parsed as a person would type it. Raises RecipeError."""
    try:
        return parameter.parse(value) if isinstance(value, str) else parameter.check(value)
    except BadParameter as error:
        raise RecipeError(str(error)) from None
