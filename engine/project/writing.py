"""Writing a ``*.sketchnet`` file: a zip of JSON, tensors and a picture, whole or not at all."""

from __future__ import annotations

import json
import math
import os
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from engine.data import carrying
from engine.files.atomic import WriteError, replacing, target_of
from engine.files.json_input import MOST_VALUES, values_at_most
from engine.project.json_part import JsonPart
from engine.project.limits import (
    LARGEST_JSON,
    LARGEST_PREVIEW,
    LARGEST_RATIO,
    LONGEST_NOTES,
    LONGEST_TITLE,
    MOST_DRAWINGS,
    MOST_POINTS,
    PACKED,
)
from engine.project.members import DamagedError
from engine.project.migrations import FORMAT
from engine.project.project import Project, ProjectError
from engine.project.protocols import StoredPart
from engine.project.run_document import earlier_document, label_document, saved_rows
from engine.project.runs import EarlierRun, RunLabel
from engine.project.stored_run import StoredRun
from engine.project.tensor_writing import TensorFile
from engine.project.unknown import with_unknown
from engine.training.saved_values import bounded_figures
from engine.training.state import TrainingState

Part = bytes | JsonPart | TensorFile | StoredPart
"""What a part of a file is made of."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""A fixed time, so that the same project gives the same bytes."""
_MARGIN = 2**16
"""Bytes that the table of contents, and what a disk needs for a file besides its content, take."""


def write(project: Project, path: Path | str, *, new: bool = False) -> None:
    """Save the project, whole or not at all. Raises ProjectError; the file that was there stays as it was.

    With ``new`` a file that is there already is never replaced.

    What could not be opened again is not written: texts, drawings and figures beyond the limits are refused. Earlier
    runs that lie in a file are copied as they lie there, also damaged ones.
    """
    path = Path(path)
    try:
        parts = settled(parts_of(project))
        check_limits(project, parts)
        write_parts(parts, path, new=new)
    except MemoryError:
        raise ProjectError(
            f"{path} could not be written: there is too little memory. A file that was there is as it was. "
            "Close other programs and save again."
        ) from None


def write_parts(parts: Mapping[str, Part], path: Path, *, new: bool = False) -> None:
    """Write a zip with these parts, whole or not at all. Raises ProjectError."""
    try:
        target, _ = target_of(path)
        _check_room(target, sum(map(_size, parts.values())) + _MARGIN)
        with replacing(path, new=new) as file:
            _write_zip(file, parts)
    except WriteError as error:
        raise ProjectError(str(error)) from error


def document_of(project: Project) -> dict[str, Any]:
    """What ``project.json`` says of a project, but for what was not understood when it was read."""
    run = project.run
    return {
        "format": FORMAT,
        "title": project.title,
        "notes": project.notes,
        "trained_on": project.trained_on,
        "graph": project.graph.to_json(),
        "recipe": project.recipe.to_json(),
        "preparation": None if run.preparation is None else run.preparation.to_json(),
        **({} if run.novelty is None or run.weights is None else {"novelty": run.novelty.to_json()}),
        **({} if project.trained_with is None else {"trained_with": project.trained_with.to_json()}),
        **({} if run.end is None or run.weights is None else {"ended": run.end.to_json()}),
        **({} if run.folds is None or run.weights is None else {"folds": run.folds.to_json()}),
        **({} if project.runs.current == RunLabel() else {"run": label_document(project.runs.current)}),
        "test": None if run.test is None else bounded_figures(run.test),
    }


def parts_of(project: Project) -> dict[str, Part]:
    """The parts of its file by name. Raises ProjectError for tensors that could not be read again."""
    run, label = project.run, project.runs.current
    document = with_unknown(document_of(project), project.unknown)
    document = with_unknown(document, replace(label.unknown, values={}, bound={}))
    parts: dict[str, Part] = {"project.json": as_json(document)}
    if run.history:
        parts["history.json"] = JsonPart(run.history, lambda: as_json(saved_rows(run.history)))
    if run.weights is not None:
        # Weights of layers that were removed since have no use, and reading refuses them.
        owned = {k: v for k, v in run.weights.items() if project.graph.find(k.partition(".")[0]) is not None}
        parts["weights.safetensors"] = TensorFile(owned, "weights.safetensors")
    if run.training is not None:
        parts |= _training_parts(run.training, "")
    parts |= _beside(label)
    for earlier in project.runs.earlier:
        parts |= _earlier_parts(earlier)
    if project.preview:
        parts["preview.png"] = project.preview
    for number, drawing in enumerate(project.drawings[:MOST_DRAWINGS]):
        parts[f"drawings/{number}.json"] = as_json(drawing)
    # First, since that is how systems tell a project file without an ending (gui/desktop/identity.py).
    return {"project.json": parts["project.json"], **_with_own_data(project), **parts}


def _with_own_data(project: Project) -> dict[str, bytes | StoredPart]:
    """The parts beside what a project says, with its own data among them where that travels inside it."""
    options = project.recipe.dataset_options
    parts = dict(project.unknown_parts)
    if not carrying.is_wanted(options):
        parts.pop(carrying.PART, None)
    elif (data := carrying.part_of(options)) is not None:
        parts[carrying.PART] = data
    return parts


def _earlier_parts(run: EarlierRun) -> dict[str, Part]:
    folder = f"runs/{run.id}/"
    if isinstance(run, StoredRun):
        stored: dict[str, Part] = dict(run.members)
        if run.is_relabelled:
            stored[f"{folder}run.json"] = JsonPart(run, lambda: as_json(run.document()))
        return stored
    kept = run.opened()
    parts: dict[str, Part] = {
        f"{folder}run.json": JsonPart(kept, lambda: as_json(with_unknown(earlier_document(kept), kept.label.unknown)))
    }
    if kept.record.weights is not None:
        parts[f"{folder}weights.safetensors"] = TensorFile(kept.record.weights, f"{folder}weights.safetensors")
    if kept.record.training is not None:
        parts |= _training_parts(kept.record.training, folder)
    return {**_beside(kept.label), **parts}


def _beside(label: RunLabel) -> dict[str, Part]:
    """What a newer version has put beside a run."""
    return {f"runs/{label.id}/{name}": part for name, part in label.unknown_parts.items()}


def _training_parts(training: TrainingState, folder: str) -> dict[str, Part]:
    def position() -> bytes:
        values = dict(training.position)
        if isinstance(values.get("history"), list):
            values["history"] = saved_rows(values["history"])
        return as_json(values)

    name = f"{folder}training.safetensors"
    return {f"{folder}training.json": JsonPart(training, position), name: TensorFile(training.tensors, name)}


def settled(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The parts with their JSON in memory, where all of it is counted. What is damaged stays as it lies in its file."""
    settled = dict(parts)
    for name, part in parts.items():
        if name.endswith(PACKED) and not isinstance(part, bytes | TensorFile):
            with suppress(DamagedError):
                settled[name] = part.read()
    return settled


def _size(part: Part) -> int:
    return len(part) if isinstance(part, bytes) else part.size


def check_limits(project: Project, parts: Mapping[str, Part]) -> None:
    """Raise ProjectError for what ``read`` would refuse."""
    for name, text, longest in (
        ("title", project.title, LONGEST_TITLE),
        ("name of the dataset", project.trained_on, LONGEST_TITLE),
        ("notes", project.notes, LONGEST_NOTES),
    ):
        if len(text) > longest:
            raise ProjectError(f"The {name} may have at most {longest:,} characters, not {len(text):,}. Shorten it.")
    for number, drawing in enumerate(project.drawings, 1):
        if sum(map(len, drawing)) > MOST_POINTS:
            raise ProjectError(f"Drawing {number} has more than {MOST_POINTS:,} points. Remove it.")
    texts = [data for name, data in parts.items() if isinstance(data, bytes) and name.endswith(PACKED)]
    for what, found, most in (
        ("The preview", len(project.preview), LARGEST_PREVIEW),
        ("All JSON of the project", sum(map(len, texts)), LARGEST_JSON),
    ):
        if found > most:
            raise ProjectError(f"{what} would have {found:,} bytes; at most {most:,} can be saved.")
    if (values := sum(map(values_at_most, texts))) > MOST_VALUES:
        raise ProjectError(f"The project would hold {values:,} values; at most {MOST_VALUES:,} can be saved.")


def _check_room(target: Path, need: int) -> None:
    """Raise WriteError when the disk says that it has no room for so many bytes."""
    with suppress(OSError):  # the folder may be gone: writing finds that out
        disk = shutil.disk_usage(target.parent)
        if disk.total and disk.free < need:  # some disks know neither
            kept = " The file there is as it was." if os.path.lexists(target) else ""
            raise WriteError(
                f"{target} could not be written: No space left on device. {_megabytes(need)} are needed at most, "
                f"{_megabytes(disk.free)} are free.{kept}"
            )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _write_zip(file: BinaryIO, parts: Mapping[str, Part]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = _packing(name, part)
            info.external_attr = 0o644 << 16
            info.file_size = _size(part)
            with archive.open(info, "w") as member:
                if isinstance(part, bytes):
                    member.write(part)
                elif isinstance(part, TensorFile):
                    part.write_to(member)
                elif isinstance(part, JsonPart):
                    member.write(part.read())
                else:
                    with suppress(DamagedError):  # what is left of it stays in its place
                        for piece in part.pieces():
                            member.write(piece)
            if not isinstance(part, bytes | TensorFile | JsonPart):
                info.CRC = part.crc  # that of what was once written: damage must not pass for sound


def _packing(name: str, part: Part) -> int:
    """How a part is stored: text packed, unless it packs so well that reading would take it for a trap."""
    if not isinstance(part, bytes) or not name.endswith(PACKED):
        return zipfile.ZIP_STORED
    if len(part) > LARGEST_RATIO * max(len(zlib.compress(part, 6)), 1_000):
        return zipfile.ZIP_STORED
    return zipfile.ZIP_DEFLATED


def as_json(value: Any) -> bytes:
    """JSON as the standard has it: numbers that are not finite become null, halves of characters "?"."""
    text = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(name): _finite(part) for name, part in value.items()}
        case list() | tuple():
            return [_finite(part) for part in value]
        case _:
            return value
