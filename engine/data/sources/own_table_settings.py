"""What is chosen for columns of a table of the user's, done to what is judged of them; and what each can be taken for.

Only what a column can be is offered, with what speaks for it: a count of its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data import column_settings, date_parts
from engine.data.column_settings import ChosenType, ColumnSetting
from engine.data.dataset import DataError
from engine.data.fields import DataField, Feature, Impute, Role
from engine.data.sources import own_table_columns, own_table_roles, own_table_target
from engine.data.sources.own_table_columns import Look
from engine.data.tables import dates
from engine.data.tables.encoding import number_of
from engine.data.tables.marks import DecimalMark
from engine.number_text import rounded
from engine.text import brief

_RULES = {
    Feature.NUMBER: (Impute.MEDIAN, Impute.MEAN, Impute.MOST_FREQUENT, Impute.LEAVE_OUT),
    Feature.CATEGORY: (Impute.MOST_FREQUENT, Impute.CATEGORY, Impute.LEAVE_OUT),
    Feature.YES_NO: (Impute.MOST_FREQUENT, Impute.LEAVE_OUT),
    Feature.DATE: (Impute.MEDIAN, Impute.MEAN, Impute.LEAVE_OUT),
}
_TAKEN = {
    Impute.MEDIAN: "the median stands in",
    Impute.MEAN: "the mean stands in",
    Impute.MOST_FREQUENT: "the most frequent stands in",
    Impute.CATEGORY: "that is a category of its own",
    Impute.LEAVE_OUT: "these rows are left out",
}
_UNUSABLE = (Feature.TEXT, Feature.DATE)


def settings_of(text: str, names: Sequence[str]) -> dict[int, ColumnSetting]:
    """The settings that the option holds for columns of the table, by where they stand. Raises DataError."""
    try:
        found = column_settings.read(text)
    except ValueError as error:
        raise DataError(f"Column settings: {error}.") from None
    _check_titles(found, names)
    return {at: found[name] for at, name in enumerate(names) if name in found}


def unused(text: str, names: Sequence[str]) -> list[str]:
    """The columns that the option names and the table does not have. Raises DataError."""
    try:
        return [name for name in column_settings.read(text) if name not in names]
    except ValueError as error:
        raise DataError(f"Column settings: {error}.") from None


def _check_titles(found: Mapping[str, ColumnSetting], names: Sequence[str]) -> None:
    called = [found[name].title or name if name in found else name for name in names]
    taken: set[str] = set()
    for one in called:
        if one in taken:
            raise DataError(f"Column settings: two columns would be called {brief(one)}. Choose another name.")
        taken.add(one)


def rules_for(feature: Feature) -> tuple[Impute, ...]:
    """What can be done where a value of such a field is missing; the first is done by itself."""
    return _RULES.get(feature, ())


def looked_at_as(look: Look, setting: ColumnSetting | None, marks: DecimalMark) -> Look:
    """A column as it looks with what was chosen: one that is to hold numbers has those that are among its words."""
    if setting is None or setting.type is not ChosenType.NUMBER or look.is_numbers:
        return look
    return replace(look, numbers=_numbers(look, marks))


def _numbers(look: Look, marks: DecimalMark) -> NDArray[np.float64]:
    found = np.full(len(look.column.values), np.nan)
    for at in np.flatnonzero(~look.missing).tolist():
        value = number_of(marks, look.column.values[at])
        found[at] = np.nan if value is None else value
    return found


def judge(look: Look, setting: ColumnSetting | None, *, most_categories: int, wanted: bool) -> DataField:
    """The field that a column is with what was chosen for it, as ``own_table_columns.judge``. Raises DataError."""
    if setting is None:
        return own_table_columns.judge(look, most_categories=most_categories, wanted=wanted)
    if setting.type is ChosenType.AUTO:
        field = own_table_columns.judge(look, most_categories=most_categories, wanted=wanted)
        if field.feature is Feature.CATEGORY and field.role is Role.INPUT and setting.rare:
            field = own_table_columns.category(look, most_categories, _fewest(look, setting))
    else:
        field = _as_chosen(look, setting, most_categories, wanted=wanted)
    return with_setting(field, setting)


def _as_chosen(look: Look, setting: ColumnSetting, most: int, *, wanted: bool) -> DataField:
    name, missing, kind = look.column.name, int(look.counts[look.missing].sum()), setting.type
    if kind in (ChosenType.TEXT, ChosenType.IDENTITY):
        if wanted:
            raise DataError(
                f"The column {name} cannot be an input: it is set to {kind.value}. Choose another type for it, or "
                "leave it out of the columns."
            )
        if kind is ChosenType.TEXT:
            return DataField(name, Feature.TEXT, Role.UNUSED, missing=missing, reason="You chose text: it is not used.")
        words = "You chose identity: it tells rows apart, and nothing is learned from it."
        return DataField(name, Feature.TEXT, Role.IDENTITY, missing=missing, reason=words)
    if look.different < 2:
        return own_table_columns.judge(look, most_categories=most, wanted=wanted)
    if kind is ChosenType.NUMBER:
        if len(np.unique(look.found)) < 2:
            raise DataError(f"The column {name} cannot be read as numbers: {_sample(look)}. Choose another type.")
        field = own_table_columns.number(look, missing, wanted=True)
        field = replace(field, stray=bool(look.stray))
    elif kind is ChosenType.YES_NO:
        if look.different != 2:
            raise DataError(f"The column {name} has {look.different:,} values; yes/no has two. Choose another type.")
        field = own_table_columns.yes_no(look, missing)
    elif kind is ChosenType.DATE:
        field = date(look, missing)
    else:
        field = own_table_columns.category(look, most, _fewest(look, setting))
    return replace(field, reason=f"You chose {kind.value}. {field.reason}")


def _sample(look: Look) -> str:
    words = look.words(1)
    return f"found {brief(words[0][0])}" if words else "found nothing"


def _fewest(look: Look, setting: ColumnSetting) -> int | None:
    if not setting.rare:
        return None
    return int(setting.rare) if setting.rare >= 1 else max(1, int(np.ceil(setting.rare * look.rows)))


def date(look: Look, missing: int) -> DataField:
    """The field of a column of dates. Raises DataError where they are none, or can be read in two ways."""
    name = look.column.name
    known = np.flatnonzero(~look.missing).tolist()
    texts = [str(look.column.values[at]) for at in known]
    written = dates.way_of_writing(name, texts, look.counts[known].tolist(), look.column.date_order)
    found = dates.in_column(texts, written)
    moments = [one for one in found if one is not None]
    parts = date_parts.varying(moments, written)
    if not parts:
        raise DataError(f"The column {name} is the same moment in every row. Choose another type.")
    lost = sum(int(look.counts[at]) for at, one in zip(known, found, strict=True) if one is None)
    first, last = min(moments).strftime(written.replace("%z", "Z")), max(moments).strftime(written.replace("%z", "Z"))
    words = f"Dates from {first} to {last}, given as {_listed(parts)}."
    if lost:
        words += f" {counted(lost, 'value is', 'values are')} none, and count as missing."
    if missing + lost:
        words += f" {missing + lost:,} missing: the median stands in."
    return DataField(
        name,
        Feature.DATE,
        Role.INPUT,
        impute=Impute.MEDIAN,
        missing=missing + lost,
        reason=words,
        written=written,
        parts=parts,
        stray=lost > 0,
    )


def _listed(parts: Sequence[str]) -> str:
    words = ["time of day" if part == "hour" else part for part in parts]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def with_setting(field: DataField, setting: ColumnSetting) -> DataField:
    """A field with what was chosen for it beside its type."""
    field = replace(field, title=setting.title if setting.title != field.name else "", sensitive=setting.sensitive)
    rule = setting.missing
    if rule is None or field.role is not Role.INPUT:
        return field
    if rule not in rules_for(field.feature):
        known = ", ".join(rules_for(field.feature))
        raise DataError(
            f"The column {field.name} is {field.feature.value}: where a value is missing there is {known}, not "
            f"{rule.value}. Choose another rule or another type."
        )
    reason = field.reason
    for one in Impute:
        if one in _TAKEN:
            reason = reason.replace(f"missing: {_TAKEN[one]}.", f"missing: {_TAKEN[rule]}.")
    return replace(field, impute=rule, reason=reason)


def left_out(field: DataField, look: Look) -> NDArray[np.bool_] | None:
    """The rows that are left out for the field, bool N; None where none is."""
    if field.role is not Role.INPUT or field.impute is not Impute.LEAVE_OUT or not field.missing:
        return None
    lost = look.missing.copy()
    if field.feature is Feature.NUMBER:
        lost |= np.isnan(look.numbers)
    elif field.feature is Feature.DATE:
        lost |= np.array([one is None for one in dates.in_column(look.column.values, field.written)])
    each: NDArray[np.bool_] = lost[look.column.codes]
    return each


@dataclass(frozen=True)
class TypeOffer:
    """A type that a column can be taken for, and what speaks for it; so many ``cells`` are such, 0 where none count."""

    type: ChosenType
    evidence: str
    cells: int = 0


_SAMPLED = 5_000
"""Different texts of a column from which on a part of them says whether there are numbers or dates among them."""


def offered(look: Look, marks: DecimalMark) -> tuple[TypeOffer, ...]:
    """The types that a column can be taken for."""
    rows, found = look.rows, list[TypeOffer]()
    if look.different >= 2:
        numbers = look.numbers if look.is_numbers else _numbers_if_any(look, marks)
        cells = int(look.counts[~np.isnan(numbers)].sum())
        if len(np.unique(numbers[~np.isnan(numbers)])) > 1:
            found.append(TypeOffer(ChosenType.NUMBER, f"{cells:,} of {counted(rows, 'cell')} are numbers", cells))
        if look.different == 2:
            found.append(TypeOffer(ChosenType.YES_NO, "two different values"))
        if (field := _dates(look)) is not None:
            cells = rows - field.missing
            written = date_parts.in_words(field.written)
            said = f"{cells:,} of {counted(rows, 'cell')} are dates written as {written}"
            found.append(TypeOffer(ChosenType.DATE, said, cells))
        found.append(TypeOffer(ChosenType.CATEGORY, counted(look.different, "different value")))
    found.append(TypeOffer(ChosenType.TEXT, "not used"))
    found.append(TypeOffer(ChosenType.IDENTITY, "it tells rows apart, and is not used"))
    return tuple(found)


def _numbers_if_any(look: Look, marks: DecimalMark) -> NDArray[np.float64]:
    """The numbers among the words of a column; none where a large part of them holds none."""
    if len(look.column.values) > _SAMPLED:
        some = look.column.values[:: len(look.column.values) // (_SAMPLED // 5)]
        if all(number_of(marks, text) is None for text in some):
            return look.numbers
    return _numbers(look, marks)


def _dates(look: Look) -> DataField | None:
    """The column as one of dates, where it can be one."""
    try:
        return date(look, 0) if _may_be_dates(look) else None
    except DataError:
        return None


def _may_be_dates(look: Look) -> bool:
    found = look.found
    if not look.is_numbers:
        return look.is_dates
    # Or numbers such as 20241231.
    return not look.stray and bool(((found >= 1000_01_01) & (found <= 9999_12_31) & (found % 1 == 0)).all())


def guess(look: Look, most_categories: int) -> ChosenType:
    """What a column is taken for by itself."""
    field = own_table_columns.judge(look, most_categories=most_categories)
    return ChosenType.IDENTITY if field.role is Role.IDENTITY else _GUESSED.get(field.feature, ChosenType.TEXT)


_GUESSED = {
    Feature.NUMBER: ChosenType.NUMBER,
    Feature.CATEGORY: ChosenType.CATEGORY,
    Feature.YES_NO: ChosenType.YES_NO,
    Feature.DATE: ChosenType.DATE,
}


def fills(look: Look, feature: Feature, *, log: bool = False) -> dict[Impute, str]:
    """What each rule would fill in, of all rows: "28" for the median of an age. The training rows may say another."""
    found: dict[Impute, str] = {}
    if feature is Feature.NUMBER:
        known = ~np.isnan(look.numbers)
        values, counts = look.numbers[known], look.counts[known]
        if not len(values):
            return {}
        order = np.argsort(values, kind="stable")
        values, counts = values[order], counts[order]
        found[Impute.MEDIAN] = rounded(_median(values, counts))
        scaled = np.log1p(values) if log else values
        mean = float(np.average(scaled, weights=counts))
        found[Impute.MEAN] = rounded(float(np.expm1(mean)) if log else mean)
        found[Impute.MOST_FREQUENT] = rounded(float(values[counts.argmax()]))
    elif feature in (Feature.CATEGORY, Feature.YES_NO):
        words = look.words(1)
        found |= {Impute.MOST_FREQUENT: words[0][0]} if words else {}
    return found


def date_fills(look: Look) -> dict[Impute, str]:
    """The same of a column as dates. Raises DataError where it has none."""
    field = date(look, 0)
    found = dates.in_column(look.column.values, field.written)
    pairs = sorted((date_parts.seconds(one), int(look.counts[at])) for at, one in enumerate(found) if one is not None)
    values, counts = (np.array(each) for each in zip(*pairs, strict=True))
    middle = {Impute.MEDIAN: _median(values, counts), Impute.MEAN: float(np.average(values, weights=counts))}
    return {rule: date_parts.at_seconds(value, field.written) for rule, value in middle.items()}


def _median(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    ends = np.cumsum(counts)
    low, high = (int(np.searchsorted(ends, place, side="right")) for place in ((ends[-1] - 1) // 2, ends[-1] // 2))
    return float(values[low] / 2 + values[high] / 2)


def with_values(options: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` with other choices for the column ``name``. Raises ValueError."""
    settings = column_settings.read(str(options.get("settings", "")))
    setting = settings.get(name, ColumnSetting())
    if values.get("type", setting.type) != setting.type:
        # What another type could not honour goes with the type that it was chosen for.
        setting = replace(setting, missing=None, rare=0)
    for key, value in values.items():
        setting = setting.with_value(key, value)
    return {**options, "settings": column_settings.written({**settings, name: setting})}


def with_type(options: Mapping[str, Any], fields: Sequence[DataField], name: str, kind: ChosenType) -> dict[str, Any]:
    """``options`` with the column ``name`` taken for what ``kind`` says; ``fields`` are what the columns are now.

    One that could be no input becomes one where its new type can be, and one that cannot be one any more is left out;
    where ``fields`` are not known, the roles stay.
    """
    changed = with_values(options, name, {"type": kind})
    field = next((one for one in fields if one.name == name), None)
    if field is None:
        return changed
    inputs = [one.name for one in fields if one.role is Role.INPUT]
    unusable = field.role is Role.IDENTITY or (field.role is Role.UNUSED and field.feature in _UNUSABLE)
    if kind in (ChosenType.TEXT, ChosenType.IDENTITY) or (kind is ChosenType.AUTO and field.feature is Feature.DATE):
        inputs = [one for one in inputs if one != name]
    elif unusable and kind is not ChosenType.AUTO:
        inputs = [one.name for one in fields if one.name in inputs or one.name == name]
    if changed.get("columns"):
        changed["columns"] = own_table_roles.listed(inputs)
    if kind is not ChosenType.NUMBER and field.log:
        changed["log"] = own_table_roles.listed([one.name for one in fields if one.log and one.name != name])
    return changed


def with_line(options: Mapping[str, Any], names: Sequence[str], text: str) -> dict[str, Any]:
    """``options`` with what a line such as ``age:type=number,missing=mean`` says of one of the columns ``names``.

    Raises ValueError where it says what cannot be chosen, DataError for a column that is not there.
    """
    said = column_settings.line(text)
    places = [names.index(said.name)] if said.name in names else own_table_target.names_in(said.name, names, "--column")
    if len(places) != 1:
        raise ValueError(f"one column is expected before the colon, not {brief(said.name)}")
    name = names[places[0]]
    changed = with_values(options, name, said.values)
    if said.log is not None:
        logged = [names[at] for at in own_table_target.names_in(str(changed.get("log", "")), names, "Log")]
        kept = [one for one in logged if one != name]
        changed["log"] = own_table_roles.listed([*kept, name] if said.log else kept)
    return changed
