"""The file of a dataset of the user's own examples: one line each, so that damage to one loses only that one.

A line is eight hexadecimal digits (the CRC-32 of the rest), a blank, and a JSON object: a description of the dataset,
of which the last one holds; an example; or the ids of examples that were taken away. What is added is written behind
all there is, in one go, so that two windows may add to the same file, and a kill in the midst of it loses only what was
being added. Nothing in such a file is ever run.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import DataError
from engine.data.examples.values import HELD_AT, HELD_OF, Collection, Description, Example, ExampleKind
from engine.data.fingerprint import stamp_of
from engine.files.atomic import WriteError, write_whole
from engine.files.bounded import NotReadable, read_bounded
from engine.files.json_input import JsonError, parse_json

SUFFIX = ".examples"
LARGEST = 256 * 2**20
"""Bytes of a file."""
MOST = 200_000
"""Examples in one file."""
_FORMAT = 1
_KEPT = 16
_HEAD = 64
"""Bytes of the beginning by which a file that has only grown is told from another one."""


@dataclass
class _Known:
    """What was read of a file so far; ``read`` bytes of it, which began with ``head``."""

    stamp: tuple[int, int] = (0, 0)
    head: bytes = b""
    read: int = 0
    description: Description | None = None
    examples: dict[str, Example] = field(default_factory=dict)
    damaged: int = 0
    collection: Collection | None = None


_known: dict[str, _Known] = {}
_guard = threading.RLock()


def forget() -> None:
    """Forget all files that were read."""
    with _guard:
        _known.clear()


def read(path: Path) -> Collection:
    """What is in a file as it is now: only what was added since the last time is read. Raises DataError."""
    with _guard:
        stamp = stamp_of(path)
        known = _known.get(str(path))
        if known is not None and stamp == known.stamp and known.collection is not None:
            return known.collection
        try:
            data = read_bounded(path, LARGEST)
        except NotReadable as error:
            raise DataError(f"{path.name} {error}. It should hold examples of yours (*{SUFFIX}).") from None
        if known is None or data[: len(known.head)] != known.head or len(data) < known.read:
            known = _Known(head=data[:_HEAD])
        _take_in(known, data)
        if known.description is None:
            raise DataError(
                f"{path.name} holds no examples of Sketchnet that can be read: what is in them is not said. "
                "Choose another file, or collect them anew."
            )
        known.stamp = stamp or (0, 0)
        fitting = tuple(one for one in known.examples.values() if _fits(one, known.description))
        known.collection = Collection(known.description, fitting, known.damaged)
        _known.pop(str(path), None)
        _known[str(path)] = known
        while len(_known) > _KEPT:
            del _known[next(iter(_known))]
        return known.collection


def _take_in(known: _Known, data: bytes) -> None:
    """Read the whole lines behind those that were read; one without an end may still be being written."""
    end = data.rfind(b"\n") + 1
    for line in data[known.read : end].split(b"\n"):
        if not line.strip():
            continue
        try:
            _take_line(known, line)
        except (ValueError, TypeError, KeyError, OverflowError, zlib.error):
            known.damaged += 1
    known.read = max(known.read, end)


def _take_line(known: _Known, line: bytes) -> None:
    digits, _, rest = line.partition(b" ")
    if int(digits, 16) != zlib.crc32(rest):
        raise ValueError("a line is damaged")
    data = _object(rest)
    if "dataset" in data:
        known.description = Description.from_json(data["dataset"])
    elif "gone" in data:
        for id in data["gone"]:
            known.examples.pop(str(id), None)
    elif "id" in data and len(known.examples) < MOST:
        example = _example(data)
        known.examples[example.id] = example
        if known.description is None:  # the line that describes it is damaged
            known.description = _guessed(example)
        elif example.label not in known.description.classes:
            known.description = _with_class(known.description, example.label)


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        data = parse_json(text)
    except JsonError as error:
        raise ValueError(str(error)) from None
    if not isinstance(data, dict):
        raise ValueError("a line is an object")
    return data


def _example(data: Mapping[str, Any]) -> Example:
    label, id, held = data["class"], data["id"], data.get("held", False)
    if not isinstance(label, str) or not isinstance(id, str) or type(held) is not bool:
        raise ValueError("an example has an id and a class")
    if "point" in data:
        point = np.array([float(one) for one in data["point"]], dtype=np.float32)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise ValueError("a point is two finite numbers")
        return Example(id, label, point, held)
    size = tuple(int(one) for one in data["size"])
    described = Description("an image", ExampleKind.PICTURES, (label, f"not {label}"[:90]), size)  # its bounds
    count = int(np.prod(described.size))
    unpacked = zlib.decompressobj().decompress(base64.b64decode(data["picture"], validate=True), count + 1)
    if len(unpacked) != count:
        raise ValueError("an image is not complete")
    return Example(id, label, np.frombuffer(unpacked, np.uint8).reshape(size), held)


def _guessed(example: Example) -> Description:
    kind = ExampleKind.POINTS if example.values.shape == (2,) else ExampleKind.PICTURES
    return Description("Examples", kind, (example.label, "other"), example.values.shape)


def _with_class(description: Description, name: str) -> Description:
    return replace(description, classes=(*description.classes, name))


def _fits(example: Example, description: Description) -> bool:
    return example.values.shape == description.size and example.label in description.classes


# Writing


def create(path: Path, description: Description) -> None:
    """Make the file of a dataset without examples; one that is there stays as it is. Raises DataError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _line({"format": _FORMAT, "dataset": description.to_json()}), new=True)
    except OSError as error:
        raise DataError(f"{path.parent} cannot be made: {error.strerror or error}.") from None
    except WriteError as error:
        raise DataError(str(error)) from None


def describe(path: Path, description: Description) -> None:
    """Have the dataset be called otherwise, or have other classes or axes. Raises DataError."""
    _append(path, [_line({"dataset": description.to_json()})])


def add(path: Path, examples: Sequence[tuple[str, NDArray[Any]]]) -> tuple[Example, ...]:
    """Add examples, each a label and its values as the dataset's are; of pictures some are held out. Raises DataError.
    """
    collection = read(path)
    description = collection.description
    if len(collection.examples) + len(examples) > MOST:
        raise DataError(f"{description.title} would have more than {MOST:,} examples. Begin another dataset.")
    counts = dict(collection.counts)
    made = []
    for label, values in examples:
        if label not in description.classes or values.shape != description.size:
            raise DataError(f"{description.title} has no place for an example of {label!r}, {values.shape}.")
        place, counts[label] = counts[label], counts[label] + 1
        held = description.kind is ExampleKind.PICTURES and place % HELD_OF == HELD_AT
        dtype = np.uint8 if description.kind is ExampleKind.PICTURES else np.float32
        made.append(Example(secrets.token_hex(6), label, np.array(values, dtype=dtype), held))
    restore(path, made)
    return tuple(made)


def restore(path: Path, examples: Iterable[Example]) -> None:
    """Add examples as they were before they were taken away. Raises DataError."""
    if lines := [_line(_written(example)) for example in examples]:
        _append(path, lines)


def remove(path: Path, ids: Iterable[str]) -> None:
    """Take examples away. Raises DataError."""
    if gone := list(ids):
        _append(path, [_line({"gone": gone})])


def compact(path: Path, collection: Collection) -> None:
    """Write a new file with what is in ``collection`` and nothing else. Raises DataError."""
    lines = [_line({"format": _FORMAT, "dataset": collection.description.to_json()})]
    try:
        write_whole(path, b"".join([*lines, *(_line(_written(one)) for one in collection.examples)]))
    except WriteError as error:
        raise DataError(str(error)) from None


def _written(example: Example) -> dict[str, Any]:
    data: dict[str, Any] = {"id": example.id, "class": example.label}
    if example.held:
        data["held"] = True
    if example.values.shape == (2,):
        return data | {"point": [float(one) for one in example.values]}
    packed = base64.b64encode(zlib.compress(np.ascontiguousarray(example.values).tobytes(), 6))
    return data | {"size": list(example.values.shape), "picture": packed.decode("ascii")}


def _line(data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _append(path: Path, lines: Sequence[bytes]) -> None:
    """Write lines behind all there is. What a kill has cut off ends in a line of its own."""
    data = b"\n" + b"".join(lines)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}. Nothing was added.") from None
