"""What was changed by hand of what is said of images: their classes, which split they are in, and which are left out.

The files stay as they are. An edit belongs to a file by its name from the folder on, so that a folder that is moved and
files that come to it leave it in its place; one whose file is gone waits until it is there again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.pictures.layout import GivenPart
from engine.text import brief

LONGEST = 64 * 2**20
"""Letters of all edits of a dataset together."""
_PARTS = {"training": GivenPart.TRAIN, "validation": GivenPart.VALIDATION, "test": GivenPart.TEST}
_CALLED = {part: name for name, part in _PARTS.items()}
_CLASS, _SPLIT, _EXCLUDED = "class", "split", "excluded"


@dataclass(frozen=True)
class ImageEdit:
    """``label`` is the name of a class, "" for what the files say; ``part`` is ANY for where it is divided to."""

    label: str = ""
    part: GivenPart = GivenPart.ANY
    excluded: bool = False


NOTHING = ImageEdit()


@dataclass(frozen=True)
class ImageEdits:
    """The edits of a dataset by the names of its images; what is not named is as the files have it."""

    by_name: Mapping[str, ImageEdit]

    def __len__(self) -> int:
        return len(self.by_name)

    @classmethod
    def of(cls, text: str) -> ImageEdits:
        """Read what ``text`` wrote; "" is none. Raises DataError."""
        if not text:
            return NONE
        try:
            data = json.loads(text)
            return cls(MappingProxyType({str(name): _edit(one) for name, one in data.items()}))
        except (ValueError, AttributeError, RecursionError) as error:
            raise DataError(
                f"The edits of the images cannot be used: {brief(str(error))}. Leave them out (dataset_options.edits), "
                "and the images are as their files say."
            ) from None

    def text(self) -> str:
        """All of them as one line of text, "" for none."""
        if not self.by_name:
            return ""
        return json.dumps({name: _json(self.by_name[name]) for name in sorted(self.by_name)}, separators=(",", ":"))

    def changed(self, names: Iterable[str], change: Callable[[str, ImageEdit], ImageEdit]) -> ImageEdits:
        """With ``change`` made to what there is of each of these images; where nothing is left there is no edit."""
        found = dict(self.by_name)
        for name in names:
            edit = change(name, found.pop(name, NOTHING))
            if edit != NOTHING:
                found[name] = edit
        return ImageEdits(MappingProxyType(found))

    def labelled(self, names: Iterable[str], label: str, of_files: Callable[[str], str]) -> ImageEdits:
        """With these images of the class ``label``; ``of_files`` says of which class an image is by its file."""

        def change(name: str, edit: ImageEdit) -> ImageEdit:
            return replace(edit, label="" if of_files(name) == label else label)

        return self.changed(names, change)

    def put(self, names: Iterable[str], part: GivenPart) -> ImageEdits:
        """With these images in a split, whatever the others are; ANY for where they are divided to."""
        return self.changed(names, lambda _name, edit: replace(edit, part=part))

    def excluding(self, names: Iterable[str], excluded: bool) -> ImageEdits:
        """With these images left out, or not."""
        return self.changed(names, lambda _name, edit: replace(edit, excluded=excluded))

    def without(self, names: Iterable[str]) -> ImageEdits:
        """With these images as the files have them."""
        return self.changed(names, lambda _name, _edit: NOTHING)


NONE = ImageEdits(MappingProxyType({}))


def _edit(data: Any) -> ImageEdit:
    if not isinstance(data, dict) or not data.keys() <= {_CLASS, _SPLIT, _EXCLUDED}:
        raise ValueError(f"an edit may say {_CLASS}, {_SPLIT} and {_EXCLUDED}, not {brief(data)}")
    label, part, excluded = data.get(_CLASS, ""), data.get(_SPLIT, ""), data.get(_EXCLUDED, False)
    if not isinstance(label, str) or not isinstance(excluded, bool) or (part and part not in _PARTS):
        raise ValueError(f"{brief(data)} is no edit; a split is one of {', '.join(_PARTS)}")
    return ImageEdit(label, _PARTS.get(part, GivenPart.ANY), excluded)


def _json(edit: ImageEdit) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if edit.label:
        found[_CLASS] = edit.label
    if edit.part is not GivenPart.ANY:
        found[_SPLIT] = _CALLED[edit.part]
    if edit.excluded:
        found[_EXCLUDED] = True
    return found


@dataclass(frozen=True, eq=False)
class EditedRows:
    """N images as they are after edits: ``labels``; ``parts`` (of ``GivenPart``), ANY where they were not put into one;
    which are ``excluded``, and which are ``edited`` at all. ``unused`` edits are of images or classes not there."""

    labels: NDArray[np.int64]
    parts: NDArray[np.uint8]
    excluded: NDArray[np.bool_]
    edited: NDArray[np.bool_]
    unused: int

    def divided(self, parts: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """In which split each image is where they were divided into ``parts``; ANY for those left out."""
        put = np.where(self.parts == GivenPart.ANY, parts, self.parts)
        return np.where(self.excluded, GivenPart.ANY, put).astype(np.uint8)


def edited_rows(
    edits: ImageEdits, numbers: Mapping[str, int], labels: NDArray[np.int64], classes: tuple[str, ...]
) -> EditedRows:
    """What edits make of images. ``numbers`` are theirs by their names, ``labels`` (N) those of their files."""
    of_class = {name: number for number, name in enumerate(classes)}
    count, unused = len(labels), 0
    after = labels.astype(np.int64)  # a copy
    parts = np.zeros(count, dtype=np.uint8)
    excluded, edited = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    for name, edit in edits.by_name.items():
        at = numbers.get(name)
        label = of_class.get(edit.label) if edit.label else None
        if at is None or (edit.label and label is None):
            unused += 1
        if at is None:
            continue
        if label is not None:
            after[at] = label
        parts[at], excluded[at] = edit.part, edit.excluded
        edited[at] = label is not None or edit.part is not GivenPart.ANY or edit.excluded
    return EditedRows(after, parts, excluded, edited, unused)
