"""Tensors into a file in the safetensors format, one after the other: no second copy of all of them is made.

The format's own writer builds the whole file in memory, and ends the process when there is too little of it. What is
written here is what that writer would give, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.project.limits import LARGEST_JSON, LARGEST_TENSORS, MOST_TENSORS
from engine.project.project import ProjectError
from engine.project.tensors import DTYPES

_ORDER = ("U64", "I64", "F64", "F32", "U32", "I32", "F16", "U16", "I16", "I8", "U8", "BOOL")
"""The kinds of numbers in the order in which their tensors lie in a file: what is aligned to most bytes comes first."""
_NAMES = {np.dtype(kind): name for name, kind in DTYPES.items()}


class Stream(Protocol):
    """Takes bytes."""

    def write(self, data: Any, /) -> Any: ...


class TensorFile:
    """The content of a safetensors file with ``tensors`` (arrays of any shape, by name); ``size`` in bytes.

    The order of the names does not matter: equal tensors give equal bytes. Raises ProjectError, as it is made, for what
    could not be read again. ``what`` names the file in errors.
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]], what: str) -> None:
        if len(tensors) > MOST_TENSORS:
            raise ProjectError(f"{what} would hold {len(tensors):,} tensors; at most {MOST_TENSORS:,} can be saved.")
        kinds = {name: _kind(name, tensor, what) for name, tensor in tensors.items()}
        names = sorted(tensors, key=lambda name: (_ORDER.index(kinds[name]), name.encode()))
        self._tensors = [tensors[name] for name in names]
        self.identity = tuple((name, id(tensor)) for name, tensor in zip(names, self._tensors, strict=True))
        """The same for the same arrays under the same names, as long as this is kept."""
        entries, end = {}, 0
        for name in names:
            begin, end = end, end + tensors[name].nbytes
            entries[name] = {"dtype": kinds[name], "shape": list(tensors[name].shape), "data_offsets": [begin, end]}
        header = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
        header += b" " * (-len(header) % 8)
        self._header = len(header).to_bytes(8, "little") + header
        self.size = len(self._header) + end
        if self.size > LARGEST_TENSORS or len(header) > LARGEST_JSON:
            raise ProjectError(f"{what} would have {self.size:,} bytes; at most {LARGEST_TENSORS:,} can be saved.")

    def write_to(self, stream: Stream | BinaryIO) -> None:
        """Write all of it. Takes memory for one tensor at most, and only where that does not lie in one piece."""
        stream.write(self._header)
        for tensor in self._tensors:
            if tensor.nbytes:
                little = np.ascontiguousarray(tensor, tensor.dtype.newbyteorder("<"))
                stream.write(little.reshape(-1).view(np.uint8).data)


def _kind(name: str, tensor: NDArray[Any], what: str) -> str:
    kind = _NAMES.get(tensor.dtype.newbyteorder("="))
    if kind is None:
        raise ProjectError(f"{what} cannot be saved: {name[:80]!r} holds numbers of the kind {tensor.dtype}.")
    return kind
