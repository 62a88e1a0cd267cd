"""Typed, bounded, documented settings.

A layer, a dataset and a recipe all declare what can be set on them with these classes, so that the inspector, the
command line, the file reader and the documentation check and explain a setting in one and the same way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from engine.number_text import NotANumber, real_number, whole_number
from engine.text import brief


class BadParameter(ValueError):
    """A setting was given a value outside its declaration; the message says what was expected and found."""


class Params(Mapping[str, Any]):
    """An immutable mapping of setting names to values, readable as attributes: ``params.kernel_size``."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        object.__setattr__(self, "_items", {**(items or {}), **more})

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __getattr__(self, name: str) -> Any:
        try:
            return self._items[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Params are immutable: {name} cannot be set.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Params) and self._items == other._items

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._items.items())))

    def __repr__(self) -> str:
        return f"Params({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Params, (self._items,))

    def replace(self, **changes: Any) -> Self:
        """Return a copy with ``changes`` applied."""
        return type(self)({**self._items, **changes})


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One setting: its name in code, its title on screen, its default, its unit and a sentence that explains it."""

    name: str
    """Torch's own word, where torch has the same setting."""
    was: tuple[str, ...] = ()
    """The names it had in earlier versions; what holds them is still read, by ``parameter_sets.with_current_names``."""
    title: str
    default: Any
    help: str
    unit: str = ""
    advanced: bool = False
    group: str = ""
    """The heading under which a form with several settings shows it."""
    of_training: bool = False
    """Of a layer's: it says how the network is trained, and not what it computes."""

    @property
    def expected(self) -> str:
        """What values are allowed, in words that follow "must be"; "" where that says nothing."""
        return ""

    @property
    def names(self) -> frozenset[str]:
        """The name it has, and those it had."""
        return frozenset((self.name, *self.was))

    def check(self, value: Any) -> Any:
        """Return ``value`` in canonical form, or raise BadParameter."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """Read the setting from text, as typed by a person. Raises BadParameter."""
        return self.check(text)

    def show(self, value: Any) -> str:
        """Write the value as a person would type it; ``parse`` reads it back."""
        return str(value)

    def _refuse(self, expected: str, found: Any) -> BadParameter:
        return BadParameter(f"{self.title} must be {expected}, not {brief(found)}.")


def _whole(value: Any) -> int | None:
    """``value`` as an int when it is a whole number (bools are not numbers here), else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return int(value)
    return None


ANSWER = "answer"
"""The word for a whole number that follows from the data: as many as the target asks for."""


@dataclass(frozen=True, kw_only=True)
class Integer(Parameter):
    """A whole number between ``low`` and ``high``, or one of ``words``, such as ANSWER (as many as targets)."""

    low: int = 1
    high: int = 1_000_000
    words: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        words = "".join(f' or "{word}"' for word in self.words)
        return f"a whole number from {self.low:,} to {self.high:,}{words}"

    def check(self, value: Any) -> int | str:
        if isinstance(value, str) and value in self.words:
            return value
        number = _whole(value)
        if number is None or not self.low <= number <= self.high:
            raise self._refuse(self.expected, value)
        return number

    def parse(self, text: str) -> int | str:
        text = text.strip()
        if text.lower() in self.words:
            return text.lower()
        try:
            return self.check(whole_number(text))
        except ValueError:
            raise self._refuse(self.expected, text) from None


@dataclass(frozen=True, kw_only=True)
class Real(Parameter):
    """A number between ``low`` and ``high``; ``logarithmic`` says that steps of a factor suit it better."""

    low: float = 0.0
    high: float = 1e9
    logarithmic: bool = False

    @property
    def expected(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def check(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(self.expected, value)
        if not self.low <= value <= self.high:  # false for NaN too; asked first, since float() of a huge int fails
            raise self._refuse(self.expected, value)
        return float(value)

    def parse(self, text: str) -> float:
        text = text.strip()
        try:
            if text.endswith("%"):
                return self.check(real_number(text[:-1]) / 100)
            return self.check(real_number(text))
        except NotANumber as error:
            if error.readings:
                one, other = error.readings
                raise BadParameter(
                    f"{self.title}: {brief(text)} can mean {one} or {other}. Write one of these."
                ) from None
            raise self._refuse(self.expected, text) from None
        except ValueError:  # of ``check``
            raise self._refuse(self.expected, text) from None

    def show(self, value: Any) -> str:
        return f"{value:.10g}"


@dataclass(frozen=True, kw_only=True)
class Choice(Parameter):
    """One of ``options``; ``labels`` are their names on screen (the options themselves when empty).

    ``helps`` are a sentence about each of them, where there is one to say.
    """

    options: tuple[str, ...]
    labels: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        if value not in self.options:
            raise self._refuse("one of " + ", ".join(self.options), value)
        return str(value)

    def parse(self, text: str) -> str:
        return self.check(text.strip())

    def label(self, option: str) -> str:
        """The option's name on screen."""
        return self.labels[self.options.index(option)] if self.labels else option


@dataclass(frozen=True, kw_only=True)
class Flag(Parameter):
    """Yes or no."""

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._refuse("true or false", value)
        return value

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word in {"true", "yes", "on", "1"}:
            return True
        if word in {"false", "no", "off", "0"}:
            return False
        raise self._refuse("true or false", text)

    def show(self, value: Any) -> str:
        return "true" if value else "false"


@dataclass(frozen=True, kw_only=True)
class Size(Parameter):
    """A whole number for each of ``axes`` axes, kept as a tuple; or one of ``words`` (such as "same").

    A single number means the same along every axis: ``3`` is kept as ``(3, 3)``.
    """

    axes: int = 2
    low: int = 1
    high: int = 4096
    words: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        words = "".join(f' or "{word}"' for word in self.words)
        each = f" or {self.axes} of them, as in {' × '.join(['3'] * self.axes)}," if self.axes > 1 else ""
        return f"a whole number{each} from {self.low:,} to {self.high:,}{words}"

    def check(self, value: Any) -> tuple[int, ...] | str:
        if isinstance(value, str):
            if value in self.words:
                return value
            raise self._refuse(self.expected, value)
        numbers = tuple(value) if isinstance(value, list | tuple) else (value,) * self.axes
        whole = tuple(_whole(number) for number in numbers)
        if len(whole) != self.axes or any(n is None or not self.low <= n <= self.high for n in whole):
            raise self._refuse(self.expected, value)
        return tuple(n for n in whole if n is not None)

    def parse(self, text: str) -> tuple[int, ...] | str:
        text = text.strip()
        if text.lower() in self.words:
            return text.lower()
        numbers = _numbers(text) if self.axes > 1 else _number(text)
        if numbers is None:
            raise self._refuse(self.expected, text)
        return self.check(numbers[0] if len(numbers) == 1 else numbers)

    def show(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return str(value[0]) if len(set(value)) == 1 else " × ".join(map(str, value))


@dataclass(frozen=True, kw_only=True)
class Sizes(Parameter):
    """A list of whole numbers of any length from ``shortest`` to ``longest``, kept as a tuple."""

    low: int = 1
    high: int = 1_000_000
    shortest: int = 1
    longest: int = 8

    @property
    def expected(self) -> str:
        return (
            f"{self.shortest} to {self.longest} whole numbers from {self.low:,} to {self.high:,}, separated by commas"
        )

    def check(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            raise self._refuse(self.expected, value)
        whole = tuple(_whole(number) for number in value)
        if not self.shortest <= len(whole) <= self.longest:
            raise self._refuse(self.expected, value)
        if any(n is None or not self.low <= n <= self.high for n in whole):
            raise self._refuse(self.expected, value)
        return tuple(n for n in whole if n is not None)

    def parse(self, text: str) -> tuple[int, ...]:
        numbers = _numbers(text)
        if numbers is None:
            raise self._refuse(self.expected, text)
        return self.check(numbers)

    def show(self, value: Any) -> str:
        return ", ".join(map(str, value))


@dataclass(frozen=True, kw_only=True)
class TextLine(Parameter):
    """A line of text that may be empty, of at most ``longest`` letters."""

    longest: int = 1_000

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.longest or "\0" in value:
            raise self._refuse(f"a line of text of at most {self.longest:,} letters", value)
        return value.strip()


@dataclass(frozen=True, kw_only=True)
class FilePath(TextLine):
    """Where a file of the user's is; empty for none. ``suffixes`` are how the names of such files end; it may be a
    folder where ``takes_folders``."""

    longest: int = 10_000
    suffixes: tuple[str, ...] = ()
    takes_folders: bool = False


_BETWEEN = re.compile(r"\s*[,;×x\uff0c\u060c]\s*|\s+")
"""What parts whole numbers in a list."""
_BRACKETED = re.compile(r"\((.*?),?\s*\)|\[(.*?),?\s*\]")
"""A list as Python has it, where a comma may stand after the last number."""


def _numbers(text: str) -> list[int] | None:
    """The whole numbers in ``text``, separated by commas, spaces, x or ×; None when anything else is there.

    A comma or a space ends a number here. So 1,000 is neither 1 and 0 nor, for certain, a thousand, and is refused.
    """
    bracketed = _BRACKETED.fullmatch(text)
    words = _BETWEEN.split((bracketed[1] or bracketed[2] or "" if bracketed else text).strip())
    if any(len(word) > 1 and word.startswith("0") for word in words):
        return None
    try:
        return [whole_number(word) for word in words]
    except NotANumber:
        return None


def _number(text: str) -> list[int] | None:
    """The one whole number in ``text``, which may stand in brackets."""
    try:
        return [whole_number(text.strip("()[] "))]
    except NotANumber:
        return None
