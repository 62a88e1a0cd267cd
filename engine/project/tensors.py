"""Tensors in a file: the safetensors format, read into numpy with its limits checked first."""

from __future__ import annotations

from math import prod

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from engine.files.json_input import JsonError, parse_json
from engine.project.limits import LARGEST_JSON, MOST_TENSORS
from engine.project.project import ProjectError, shortened

DTYPES = {
    "BOOL": np.bool_,
    "U8": np.uint8,
    "I8": np.int8,
    "I16": np.int16,
    "I32": np.int32,
    "I64": np.int64,
    "U16": np.uint16,
    "U32": np.uint32,
    "U64": np.uint64,
    "F16": np.float16,
    "F32": np.float32,
    "F64": np.float64,
}
"""The kinds of numbers that are read, by their names in the format."""


def unpacked(data: bytes, what: str) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file. ``what`` names it in errors. Raises ProjectError."""
    _check_header(data, what)
    try:
        return load(data)
    except (SafetensorError, KeyError, ValueError, TypeError):
        raise ProjectError(
            f"{what} is damaged: the tensors of its table of contents overlap, leave gaps, or are described in a way "
            "that the format does not have."
        ) from None


def _check_header(data: bytes, what: str) -> None:
    """Check the table of contents: sizes, kinds of numbers and places must agree with the bytes that are there."""
    if len(data) < 8:
        raise ProjectError(f"{what} is damaged: it has {len(data)} bytes, too few to hold anything.")
    length = int.from_bytes(data[:8], "little")
    if length > min(len(data) - 8, LARGEST_JSON):
        raise ProjectError(f"{what} is damaged: its table of contents does not fit into it.")
    try:
        header = parse_json(data[8 : 8 + length])
    except JsonError:
        raise ProjectError(f"{what} is damaged: its table of contents cannot be read.") from None
    if not isinstance(header, dict) or len(header) > MOST_TENSORS:
        raise ProjectError(f"{what} is damaged: its table of contents is not a list of at most {MOST_TENSORS:,} parts.")
    for name, entry in header.items():
        if name != "__metadata__":
            _check_entry(name, entry, len(data) - 8 - length, what)


def _check_entry(name: str, entry: object, size: int, what: str) -> None:
    damaged = ProjectError(f"{what} is damaged: the entry of {name[:80]!r} does not make sense.")
    if not isinstance(entry, dict):
        raise damaged
    dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ProjectError(
            f"{what} holds numbers of the kind {shortened(repr(dtype), 40)}, which this version does not read."
        )
    sizes, places = _whole_numbers(shape), _whole_numbers(offsets)
    if sizes is None or places is None or len(places) != 2 or len(sizes) > 16:
        raise damaged
    begin, end = places
    if not 0 <= begin <= end <= size or prod(sizes) * np.dtype(DTYPES[dtype]).itemsize != end - begin:
        raise ProjectError(f"{what} is damaged: {name[:80]!r} is not as large as its table of contents says.")


def _whole_numbers(value: object) -> list[int] | None:
    """``value`` when it is a list of whole numbers that are not negative, else None."""
    if isinstance(value, list) and all(type(v) is int and 0 <= v < 2**53 for v in value):
        return value
    return None
