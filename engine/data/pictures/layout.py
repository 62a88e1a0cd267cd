"""Which of the files in a folder are pictures, and of what class and part each is: told from where they lie.

What people have: a folder for each class; such folders in folders called train, validation and test; pictures beside a
table that names them; the files of MNIST; and sheets of CIFAR, pictures of which each row of pixels is a small picture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.given_parts import FOLDERS
from engine.data.given_parts import GivenPart as GivenPart
from engine.data.pictures.files import FileTree, ListedFile, ZipTree
from engine.data.pictures.packed import (
    BATCH,
    IDX_IMAGES,
    NAMES_OF_BATCHES,
    batch_labels,
    idx_array,
    labels_beside,
    packed_files,
)
from engine.data.tables import raw
from engine.data.tables.raw import RawColumn, RawTable
from engine.files.bounded import NotReadable
from engine.text import brief, printable

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".avif", ".tif", ".tiff", ".pbm", ".pgm", ".ppm")
"""How the names of files end that are taken for pictures; what is in them is looked at when they are read."""
TABLE_ENDINGS = (".csv", ".tsv", ".txt")
MOST_CLASSES = 1_000
_LARGEST_TABLE = 200_000_000
_LABELS = ("label", "labels", "class", "classes", "category", "target", "y", "name of the class", "tag")
_ROWS = ("row", "index")
_SPLITS = ("split", "set", "part", "subset")


SPLITS = (GivenPart.TRAIN, GivenPart.VALIDATION, GivenPart.TEST)
"""In the order in which a dataset has its splits."""


@dataclass(frozen=True)
class PassedOver:
    """A file that is not used, and why: the rest of a sentence that begins with its name."""

    name: str
    why: str


@dataclass(frozen=True, eq=False)
class PictureList:
    """The N pictures of a folder. ``labels`` (int64, N) count ``classes``; ``parts`` (uint8, N) are of ``GivenPart``.

    ``rows`` (int32, N) says which one of the pictures in its file a picture is, from 0; -1 for a file of its own.
    """

    tree: FileTree
    names: tuple[str, ...]
    rows: NDArray[np.int32]
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    parts: NDArray[np.uint8]
    passed_over: tuple[PassedOver, ...]

    def __len__(self) -> int:
        return len(self.names)


def listed(tree: FileTree) -> PictureList:
    """The pictures in a folder or archive. Raises DataError where there are none, or nothing tells their classes."""
    files = tree.files()
    pictures = [one for one in files if one.name.lower().endswith(ENDINGS)]
    others = [one for one in files if not one.name.lower().endswith(ENDINGS)]
    if packed := packed_files(files):
        return _by_packed(tree, packed, [one for one in files if one not in packed])
    if not pictures and len(archives := [one for one in others if one.name.lower().endswith(".zip")]) == 1:
        return _of_archive_in(tree, archives[0])
    if not pictures:
        tables = [one.name for one in others if one.name.lower().endswith(TABLE_ENDINGS[:2])]
        instead = f" Or open a table in it by itself: {printable(tables[0])}." if tables else ""
        raise DataError(
            f"{tree.path} holds no images ({counted(len(files), 'other file')}). Choose a folder with one folder for "
            f"each class, or with images and a table of their labels.{instead}"
        )
    shared = _shared(pictures)
    if any(len(one.parts) - shared > 1 for one in pictures):
        return _by_folder(tree, pictures, others, shared)
    return _by_table(tree, pictures, others)


def _shared(pictures: Sequence[ListedFile]) -> int:
    """How many outer folders hold all pictures and tell nothing: those around the folders of classes."""
    first, last = pictures[0].parts[:-1], pictures[-1].parts[:-1]  # they are sorted
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    deepest = max(len(one.parts) for one in pictures) - 1
    # A single folder of pictures is a class alone, and no wrapping.
    return min(same, max(0, deepest - 1)) if same == deepest else same


def _by_folder(
    tree: FileTree, pictures: Sequence[ListedFile], others: Sequence[ListedFile], shared: int
) -> PictureList:
    """What folders tell that lie below the ``shared`` outer ones, which hold all pictures."""
    names, parts, classes, passed = [], [], [], []
    top = {one.parts[shared].casefold() for one in pictures if len(one.parts) > shared + 1}
    has_parts = bool(top) and top <= set(FOLDERS)
    for one in pictures:
        inner = list(one.parts[shared:])
        part = GivenPart.ANY
        if has_parts and len(inner) > 1:
            part = FOLDERS[inner.pop(0).casefold()]
        if len(inner) < 2:
            passed.append(PassedOver(one.name, "is in no folder that says its class"))
            continue
        names.append(one.name)
        parts.append(part)
        classes.append(inner[0])
    passed += [PassedOver(one.name, "is no image") for one in others]
    return _made(tree, names, [-1] * len(names), classes, parts, passed)


def _by_table(tree: FileTree, pictures: Sequence[ListedFile], others: Sequence[ListedFile]) -> PictureList:
    tables = [one for one in others if one.name.lower().endswith(TABLE_ENDINGS) and one.size <= _LARGEST_TABLE]
    for file in sorted(tables, key=lambda one: (not one.name.lower().endswith(".csv"), one.name)):
        table = _table(tree, file.name)
        found = None if table is None else _labelled(tree, table, pictures)
        if found is not None:
            foreign = [PassedOver(one.name, "is no image") for one in others if one != file]
            passed = [*found.passed_over, *foreign]
            return PictureList(tree, found.names, found.rows, found.classes, found.labels, found.parts, tuple(passed))
    raise DataError(
        f"{tree.path} holds {counted(len(pictures), 'image')}, and nothing says what they show. Put the images of each "
        "class into a folder of its own, named as the class, or put a table beside them with a column of their file "
        "names and a column of labels."
    )


def _by_packed(tree: FileTree, packed: Sequence[ListedFile], others: Sequence[ListedFile]) -> PictureList:
    names: list[str] = []
    rows: list[int] = []
    classes: list[str] = []
    parts: list[GivenPart] = []
    used = {NAMES_OF_BATCHES}
    called = _names_of_batches(tree, others)
    for one in packed:
        if BATCH.fullmatch(one.parts[-1]):
            labels = batch_labels(tree, one.name)
            part = GivenPart.TEST if "test" in one.parts[-1].lower() else GivenPart.TRAIN
        else:
            beside = labels_beside(one.name)
            labels, part = np.asarray(idx_array(tree, beside)).reshape(-1), _part_of_idx(one.parts[-1])
            used.add(beside)
            if labels.dtype.kind not in "iu":
                raise DataError(f"{beside} holds no labels: its numbers are {labels.dtype}.")
        numbers = labels.astype(int).tolist()
        names += [one.name] * len(numbers)
        rows += range(len(numbers))
        classes += [called[number] if 0 <= number < len(called) else str(number) for number in numbers]
        parts += [part] * len(numbers)
    passed = [PassedOver(one.name, "is no file of images") for one in others if one.name.rpartition("/")[2] not in used]
    return _made(tree, names, rows, classes, parts, passed)


def _part_of_idx(name: str) -> GivenPart:
    match = IDX_IMAGES.fullmatch(name)
    said = "" if match is None else match["part"].lower()
    if said.endswith(("t10k", "test")):
        return GivenPart.TEST
    return GivenPart.TRAIN if said.endswith("train") else GivenPart.ANY


def _names_of_batches(tree: FileTree, others: Sequence[ListedFile]) -> list[str]:
    file = next((one for one in others if one.parts[-1] == NAMES_OF_BATCHES), None)
    try:
        text = b"" if file is None else tree.read(file.name, 65_536)
    except NotReadable:
        text = b""
    return text.decode("utf-8", "replace").split()


def _of_archive_in(tree: FileTree, file: ListedFile) -> PictureList:
    """What is in the only archive of a folder without pictures."""
    return listed(ZipTree(tree.path / file.name))


def _table(tree: FileTree, name: str) -> RawTable | None:
    try:
        data = tree.read(name, _LARGEST_TABLE)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "labels.csv"
            path.write_bytes(data)
            return raw.read(path)
    except (DataError, NotReadable, OSError):
        return None


def _labelled(tree: FileTree, table: RawTable, pictures: Sequence[ListedFile]) -> PictureList | None:
    """The pictures that a table names, as it labels them; None where it names few of them."""
    known = {one.parts[-1].casefold(): one.name for one in pictures}
    known |= {stem.rpartition(".")[0]: name for stem, name in known.items() if stem.rpartition(".")[0] not in known}
    files, share = max(((column, _share_known(column, known)) for column in table.columns), key=lambda one: one[1])
    if share < 0.5:
        return None
    labels = _label_column(table, files)
    if labels is None:
        return None
    row_column = next((one for one in table.columns if one.name.casefold() in _ROWS and one is not files), None)
    sheets = row_column if row_column is not None and table.rows > 2 * len(files.values) else None
    part_column = next((one for one in table.columns if one.name.casefold() in _SPLITS), None)
    names, rows, classes, parts, passed = [], [], [], [], []
    missing: dict[str, list[int]] = {}
    for at in range(table.rows):
        cell = files.values[files.codes[at]]
        name = known.get(_file_name(cell))
        if name is None:
            missing.setdefault(cell, []).append(at + 1)
            continue
        label = str(labels.values[labels.codes[at]])
        if raw.is_missing(label):
            passed.append(PassedOver(cell, "has no label"))
            continue
        row = -1
        if sheets is not None:
            text = sheets.values[sheets.codes[at]]
            if not text.isdigit():
                passed.append(PassedOver(cell, f"has {brief(text)} for its row; a whole number is expected"))
                continue
            row = int(text)
        names.append(name)
        rows.append(row)
        classes.append(label)
        said = "" if part_column is None else str(part_column.values[part_column.codes[at]]).casefold()
        parts.append(FOLDERS.get(said, GivenPart.ANY))
    for cell, places in missing.items():
        more = f" and {len(places) - 1:,} more" if len(places) > 1 else ""
        passed.append(PassedOver(cell, f"is named in the table of labels, row {places[0]:,}{more}, and is not there"))
    named = {*names, *(known.get(_file_name(one.name), "") for one in passed)}
    passed += [PassedOver(one.name, "has no label in the table") for one in pictures if one.name not in named]
    return _made(tree, names, rows, classes, parts, passed)


def _file_name(cell: str) -> str:
    return cell.replace("\\", "/").rpartition("/")[2].casefold()


def _share_known(column: RawColumn, known: dict[str, str]) -> float:
    texts = [text for text in column.values if text]
    return sum(_file_name(text) in known for text in texts) / max(1, len(texts))


def _label_column(table: RawTable, files: RawColumn) -> RawColumn | None:
    """The column with the labels: words before numbers that stand for them, then what is called so."""
    others = [
        one
        for one in table.columns
        if one is not files and one.name.casefold() not in _ROWS and 2 <= len(one.values) <= MOST_CLASSES
    ]
    called = [one for one in others if one.name.casefold() in _LABELS]
    candidates = called or others
    words = [one for one in candidates if not all(_is_number(text) for text in one.values)]
    return next(iter(words or candidates), None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _made(
    tree: FileTree,
    names: Sequence[str],
    rows: Sequence[int],
    classes: Sequence[str],
    parts: Sequence[int],
    passed: Sequence[PassedOver],
) -> PictureList:
    called = tuple(sorted(set(classes), key=_by_number))
    if len(called) < 2:
        only = f"only one, {printable(called[0])}" if called else "none"
        raise DataError(
            f"{tree.path}: images of two classes at least are needed, and there is {only}. Put the images of each "
            "class into a folder of its own."
        )
    if len(called) > MOST_CLASSES:
        raise DataError(
            f"{tree.path} has {len(called):,} classes; {MOST_CLASSES:,} are the most. Choose a folder whose folders "
            "are the classes."
        )
    numbers = {name: number for number, name in enumerate(called)}
    return PictureList(
        tree,
        tuple(names),
        np.array(rows, dtype=np.int32),
        called,
        np.array([numbers[one] for one in classes], dtype=np.int64),
        np.array(parts, dtype=np.uint8),
        tuple(passed),
    )


def _by_number(name: str) -> tuple[bool, int, str]:
    """Names that are whole numbers in the order of these, then the others by their letters."""
    whole = name.isascii() and name.isdigit() and len(name) < 18
    return not whole, int(name) if whole else 0, name
