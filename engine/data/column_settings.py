"""What somebody has chosen for columns of a table, where it differs from what is judged automatically.

One option of the table holds it, as JSON: for each column that has a choice an object of what was chosen. It is checked
here, at the one door for it, whether it comes from a project, a form or the command line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from engine.data.fields import Impute
from engine.graph.columns import LONGEST_NAME, MOST_COLUMNS
from engine.graph.parameters import BadParameter, Parameter
from engine.text import brief

LONGEST = 2_000_000
"""Letters of all settings together."""
LONGEST_TITLE = 100
MOST_RARE = 1_000_000


class ChosenType(StrEnum):
    """What a column can be taken for."""

    AUTO = "auto"
    NUMBER = "number"
    CATEGORY = "category"
    YES_NO = "yes/no"
    DATE = "date"
    TEXT = "text"
    """Words that are not used."""
    IDENTITY = "identity"


MISSING_RULES = (Impute.MEDIAN, Impute.MEAN, Impute.MOST_FREQUENT, Impute.CATEGORY, Impute.LEAVE_OUT)


@dataclass(frozen=True)
class ColumnSetting:
    """What was chosen for a column; what has its default is judged automatically.

    ``title`` is what it is called instead of its name, ``missing`` what is done where a value is missing. ``flag`` says
    whether one more column tells where a value was missing, None for what holds for all columns. ``rare``: categories
    in fewer rows than that share one column; a share of the rows below 1, 0 for the automatic one.
    """

    type: ChosenType = ChosenType.AUTO
    title: str = ""
    missing: Impute | None = None
    flag: bool | None = None
    rare: float = 0
    sensitive: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values of what was chosen; nothing for what was not."""
        changed = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        return {name: value.value if isinstance(value, StrEnum) else value for name, value in changed.items()}

    @classmethod
    def from_json(cls, data: Any) -> ColumnSetting:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, Mapping):
            raise ValueError(f"an object of what was chosen was expected, not {brief(data)}")
        found = cls()
        for name, value in data.items():
            found = found.with_value(name, value)
        return found

    def with_value(self, name: str, value: Any) -> ColumnSetting:
        """The same with another value. Raises ValueError."""
        if name not in (known := {one.name for one in fields(self)}):
            raise ValueError(f"there is nothing called {brief(name)} to choose; there is: {', '.join(sorted(known))}")
        return replace(self, **{name: _CHECKS[name](value)})


def _type(value: Any) -> ChosenType:
    if value not in list(ChosenType):
        raise ValueError(f"type is one of {', '.join(ChosenType)}, not {brief(value)}")
    return ChosenType(value)


def _title(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TITLE or "\0" in value or "\n" in value:
        raise ValueError(f"title is a name of at most {LONGEST_TITLE} letters, not {brief(value)}")
    return value.strip()


def _missing(value: Any) -> Impute | None:
    if value is None or value == ChosenType.AUTO:
        return None
    if value not in MISSING_RULES:
        raise ValueError(f"missing is one of {', '.join(MISSING_RULES)}, not {brief(value)}")
    return Impute(value)


def _flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"flag is yes or no, not {brief(value)}")
    return value


def _sensitive(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"sensitive is yes or no, not {brief(value)}")
    return value


def _rare(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MOST_RARE or (value > 1 and value % 1):
        raise ValueError(f"rare is a number of rows, such as 10, or a share such as 1%, not {brief(value)}")
    return int(value) if value >= 1 else float(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "type": _type,
    "title": _title,
    "missing": _missing,
    "flag": _flag,
    "rare": _rare,
    "sensitive": _sensitive,
}


def read(text: str) -> dict[str, ColumnSetting]:
    """The settings that a text holds, by the names of the columns. Raises ValueError that says what is wrong."""
    if not text:
        return {}
    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST:,} letters")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{brief(text)} is no JSON") from None
    if not isinstance(data, dict) or len(data) > MOST_COLUMNS:
        raise ValueError(f"an object with at most {MOST_COLUMNS:,} names of columns was expected")
    found = {}
    for name, one in data.items():
        if not name or len(name) > LONGEST_NAME:
            raise ValueError(f"{brief(name)} is no name of a column")
        try:
            found[name] = ColumnSetting.from_json(one)
        except ValueError as error:
            raise ValueError(f"column {brief(name)}: {error}") from None
    return found


def written(settings: Mapping[str, ColumnSetting]) -> str:
    """The text that ``read`` reads: always the same for the same settings, "" for none."""
    data = {name: one.to_json() for name, one in sorted(settings.items()) if one != ColumnSetting()}
    return json.dumps(data, ensure_ascii=False, sort_keys=True) if data else ""


@dataclass(frozen=True, kw_only=True)
class ColumnSettings(Parameter):
    """The settings of columns, as a text."""

    @property
    def expected(self) -> str:
        return 'settings by the names of columns, such as {"age": {"type": "number"}}'

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._refuse(self.expected, value)
        try:
            return written(read(value.strip()))
        except ValueError as error:
            raise BadParameter(f"{self.title}: {error}.") from None


_LINE = re.compile(rf"(?P<name>.+?):(?P<choices>\"?(?:{'|'.join(_CHECKS)}|log)=.*)", re.DOTALL)
_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


@dataclass(frozen=True)
class ColumnLine:
    """What a line such as ``age:type=number,missing=mean`` says of a column; ``log`` is None where it does not say."""

    name: str
    values: Mapping[str, Any]
    log: bool | None = None


def line(text: str) -> ColumnLine:
    """Read such a line, as typed by a person. Raises ValueError that says what was expected."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"COLUMN:CHOICE=VALUE is expected, for example age:type=number,missing=mean, not {brief(text)}; there is "
            f"to choose: {', '.join((*_CHECKS, 'log'))}"
        )
    values: dict[str, Any] = {}
    for cell in next(csv.reader([found["choices"]], skipinitialspace=True)):
        name, equals, value = (part.strip() for part in cell.partition("="))
        if not equals:
            raise ValueError(f"CHOICE=VALUE is expected after {found['name']}:, not {brief(cell)}")
        values[name] = _typed(name, value)
    log = values.pop("log", None)
    if log is not None and not isinstance(log, bool):
        raise ValueError(f"log is yes or no, not {brief(log)}")
    setting = ColumnSetting()
    for name, one in values.items():
        setting = setting.with_value(name, one)
    return ColumnLine(found["name"].strip(), {name: getattr(setting, name) for name in values}, log)


def _typed(name: str, value: str) -> Any:
    if name in ("flag", "sensitive", "log"):
        return _WORDS.get(value.casefold(), value)
    if name == "rare":
        try:
            return float(value[:-1]) / 100 if value.endswith("%") else float(value)
        except ValueError:
            return value
    return value
