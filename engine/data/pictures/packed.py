"""Files that hold many pictures of one size: the IDX files of MNIST, the binary batches of CIFAR-10, and sheets.

A sheet is a picture of which each row of pixels is a square picture, row by row of its own.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from engine.data import idx
from engine.data.dataset import DataError
from engine.data.pictures.file import read_picture_bytes
from engine.data.pictures.files import FileTree, ListedFile
from engine.data.pictures.framing import opaque
from engine.files.bounded import NotReadable

Pictures = NDArray[np.uint8]

IDX_IMAGES = re.compile(r"(?P<part>[^/]*?)[-_.]?images[-_.]idx3[-_.]ubyte(\.gz)?", re.IGNORECASE)
BATCH = re.compile(r"(data_batch_\d+|test_batch)\.bin", re.IGNORECASE)
NAMES_OF_BATCHES = "batches.meta.txt"
_SIDE = 32
_RECORD = 1 + 3 * _SIDE * _SIDE
_LONGEST = 65_535


def labels_beside(name: str) -> str:
    """The name of the file with the labels of the IDX file of images called ``name``."""
    folder, slash, file = name.rpartition("/")
    return folder + slash + re.sub("images", "labels", re.sub("idx3", "idx1", file, flags=re.I), flags=re.I)


def is_packed(name: str) -> bool:
    """Whether a file of this name holds pictures by itself, with their labels in it or in a file beside it."""
    file = name.rpartition("/")[2]
    return bool(IDX_IMAGES.fullmatch(file) or BATCH.fullmatch(file))


def idx_array(tree: FileTree, name: str) -> NDArray[np.generic]:
    """The array of an IDX file. Raises DataError that names the file."""
    data = _read(tree, name)
    return idx.parse(idx.unpack(data, name), name)


def batch_labels(tree: FileTree, name: str) -> NDArray[np.uint8]:
    """The labels in a binary batch of CIFAR-10, N. Raises DataError that names the file."""
    return _records(tree, name)[:, 0]


def pictures_in(tree: FileTree, name: str) -> Pictures:
    """All pictures of a packed file or sheet, N×H×W or N×H×W×4. Raises DataError that names the file."""
    file = name.rpartition("/")[2]
    if IDX_IMAGES.fullmatch(file):
        found = idx_array(tree, name)
        if found.ndim != 3 or found.dtype != np.uint8 or 0 in found.shape:
            raise DataError(f"{name} holds no images: an array of {found.ndim} axes of {found.dtype}.")
        return found.astype(np.uint8)
    if BATCH.fullmatch(file):
        planes = _records(tree, name)[:, 1:].reshape(-1, 3, _SIDE, _SIDE)
        return opaque(planes.transpose(0, 2, 3, 1))
    sheet = read_picture_bytes(_read(tree, name), name, _LONGEST)
    side = math.isqrt(sheet.shape[1])
    if sheet.ndim != 3 or side * side != sheet.shape[1]:
        raise DataError(f"{name} is {sheet.shape[1]:,} pixels wide: no row of it is a square image.")
    return sheet.reshape(-1, side, side, sheet.shape[2]).astype(np.uint8, copy=False)


def _records(tree: FileTree, name: str) -> NDArray[np.uint8]:
    data = _read(tree, name)
    if not data or len(data) % _RECORD:
        raise DataError(f"{name} is {len(data):,} bytes long, which is no multiple of an image of CIFAR-10.")
    return np.frombuffer(data, dtype=np.uint8).reshape(-1, _RECORD)


def _read(tree: FileTree, name: str) -> bytes:
    try:
        return tree.read(name, idx.LARGEST)
    except NotReadable as error:
        raise DataError(f"{name} {error}.") from None


def packed_files(files: list[ListedFile]) -> list[ListedFile]:
    """Those of the files that are packed, and whose labels are there."""
    there = {one.name for one in files}
    return [
        one
        for one in files
        if is_packed(one.name) and (BATCH.fullmatch(one.parts[-1]) or labels_beside(one.name) in there)
    ]
