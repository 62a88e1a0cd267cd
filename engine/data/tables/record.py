"""What a table of the user's was like when a network was trained on it: saved with the run, so that it can answer.

The file may be changed, moved or gone by then. New rows are encoded by the fields that stand here, answers are called
as they are here, and by the fingerprint one can tell whether the file is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.data import fields as of_fields
from engine.data.dataset import DataError, Schema
from engine.data.fields import DataField
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import DataKind, PreparationKind
from engine.data.table_reading import AS_IT_IS, TableReading
from engine.data.target_record import target_from_json, target_to_json
from engine.graph.shapes import Shape
from engine.graph.targets import Target
from engine.text import brief

_MOST_FIELDS = 10_000


@dataclass(frozen=True)
class TableRecord:
    """``name`` and ``title`` are those of the dataset, ``range`` the lowest and highest number among its inputs."""

    name: str
    title: str
    fields: tuple[DataField, ...]
    target: Target
    range: tuple[float, float]
    file: Fingerprint
    origin: str = ""
    summary: str = ""
    reading: TableReading = AS_IT_IS

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the input that its fields become."""
        return of_fields.columns(self.fields)

    @classmethod
    def of(cls, schema: Schema) -> TableRecord | None:
        """That of a table that was read from a file; None of other data."""
        if schema.file is None or not schema.is_own_table:
            return None
        return cls(
            schema.name,
            schema.title,
            schema.fields,
            schema.target,
            schema.value_range,
            schema.file,
            reading=schema.table_reading,
        )

    def schema(self) -> Schema:
        """What the data was like."""
        columns = of_fields.columns(self.fields)
        is_values = any(self.target.measured)
        return Schema(
            name=self.name,
            title=self.title,
            summary=self.summary or f"{self.title}, as it was when the network was trained on it.",
            kind=DataKind.TABLE,
            input=Shape.features(len(columns)),
            target=self.target,
            columns=columns,
            value_range=self.range,
            licence="your own",
            origin=self.origin or "A file of yours",
            answer_preparation=PreparationKind.STANDARDISE if is_values else PreparationKind.NONE,
            fields=self.fields,
            file=self.file,
            table_reading=self.reading,
        )

    def changed(self, schema: Schema) -> str:
        """A sentence where ``schema`` is of a file with other bytes than the one trained on; "" where it is not."""
        if schema.file is None or schema.file.sha256 == self.file.sha256:
            return ""
        return f"{schema.title} is not the table that the network was trained on: it has changed since."

    def to_json(self) -> dict[str, Any]:
        said = self.reading.to_json()
        found = {
            "name": self.name,
            "title": self.title,
            "columns": [field.to_json() for field in self.fields],
            "target": target_to_json(self.target),
            "range": list(self.range),
            "file": self.file.to_json(),
        }
        return found | {"reading": said} if said else found

    @classmethod
    def from_json(cls, data: Any) -> TableRecord:
        """Read what ``to_json`` wrote. Raises DataError."""
        try:
            return cls._read(data)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise DataError(f"The saved description of the table cannot be used: {brief(str(error))}.") from None

    @classmethod
    def _read(cls, data: Any) -> TableRecord:
        if not isinstance(data, Mapping):
            raise ValueError("it must be an object")
        name, title, listed = data["name"], data["title"], data["columns"]
        low, high = map(float, data["range"])
        if not isinstance(name, str) or not isinstance(title, str) or not low <= high:
            raise ValueError("its name, title or range")
        if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST_FIELDS:
            raise ValueError("its columns must be a list")
        made = target_from_json(data["target"])
        fields = tuple(map(DataField.from_json, listed))
        width = len(of_fields.columns(fields))
        if not 1 <= width <= of_fields.MOST_WIDE:
            raise ValueError("it has no columns that a network could be given, or too many")
        reading = TableReading.from_json(data.get("reading", {}))
        return cls(name, title, fields, made, (low, high), Fingerprint.from_json(data["file"]), reading=reading)
