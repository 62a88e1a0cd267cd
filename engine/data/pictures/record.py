"""What pictures of the user's were like when a network was trained on them: saved with the run, so that it can answer.

The folder may be changed, moved or gone by then. New pictures are framed as it stands here, classes are called so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.dataset import DataError, Schema
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import DataKind, PictureForm
from engine.data.target_record import target_from_json, target_to_json
from engine.graph.shapes import Shape
from engine.graph.targets import Target
from engine.text import brief

_MOST_PIXELS = 2**26


@dataclass(frozen=True)
class PictureRecord:
    """``sizes`` are channels, height and width; ``form`` is how pictures lie in their frame."""

    name: str
    title: str
    target: Target
    sizes: tuple[int, int, int]
    form: PictureForm
    file: Fingerprint

    @classmethod
    def of(cls, schema: Schema) -> PictureRecord | None:
        """That of pictures that were read from files of the user's; None of other data."""
        if schema.file is None or schema.kind is not DataKind.PICTURES or schema.picture_form is None:
            return None
        channels, height, width = schema.input.sizes
        sizes = (channels, height, width)
        return cls(schema.name, schema.title, schema.target, sizes, schema.picture_form, schema.file)

    def schema(self, origin: str = "", summary: str = "") -> Schema:
        """What the data was like."""
        return Schema(
            name=self.name,
            title=self.title,
            summary=summary or f"{self.title}, as it was when the network was trained on it.",
            kind=DataKind.PICTURES,
            input=Shape.picture(*self.sizes),
            target=self.target,
            columns=(),
            value_range=(0.0, 255.0),
            licence="your own",
            origin=origin or "Files of yours",
            picture_form=self.form,
            file=self.file,
        )

    def changed(self, schema: Schema) -> str:
        """A sentence where ``schema`` is of other pictures than those trained on; "" where it is not."""
        if schema.file is None or schema.file.sha256 == self.file.sha256:
            return ""
        return f"{schema.title} is not what the network was trained on: its images or labels have changed since."

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "target": target_to_json(self.target),
            "sizes": list(self.sizes),
            "form": self.form.value,
            "file": self.file.to_json(),
        }

    @classmethod
    def from_json(cls, data: Any) -> PictureRecord:
        """Read what ``to_json`` wrote. Raises DataError."""
        try:
            return cls._read(data)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"The saved description of the images cannot be used: {brief(str(error))}.") from None

    @classmethod
    def _read(cls, data: Any) -> PictureRecord:
        if not isinstance(data, Mapping):
            raise ValueError("it must be an object")
        name, title, sizes = data["name"], data["title"], data["sizes"]
        if not isinstance(name, str) or not isinstance(title, str):
            raise ValueError("its name or title")
        if not isinstance(sizes, list) or len(sizes) != 3 or not all(type(one) is int and one >= 1 for one in sizes):
            raise ValueError("its sizes")
        channels, height, width = sizes
        if channels not in (1, 3) or height * width > _MOST_PIXELS:
            raise ValueError("its sizes")
        file = Fingerprint.from_json(data["file"])
        target = target_from_json(data["target"])
        return cls(name, title, target, (channels, height, width), PictureForm(data["form"]), file)
