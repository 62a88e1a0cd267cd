"""Pictures of the user's as a dataset: a folder or a zip archive, read once into one array of pixels.

The pixels lie in the cache folder, memory-mapped (``engine.data.array_cache``), under a key that changes when a file
is added, removed or saved again: so a second opening decodes nothing, and 100,000 pictures take no memory.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.counting import counted
from engine.data import remembered
from engine.data.array_cache import FILES, Make, Sink, Stored
from engine.data.chosen_rows import chosen
from engine.data.dataset import Array, DataError, Dataset, Schema, Split
from engine.data.fingerprint import Fingerprint
from engine.data.kinds import PictureForm
from engine.data.pictures.decoding import ImageFrame, decoded, measured
from engine.data.pictures.edits import LONGEST, EditedRows, ImageEdits, edited_rows
from engine.data.pictures.files import tree, version_of
from engine.data.pictures.layout import SPLITS, GivenPart, PassedOver, PictureList, listed
from engine.data.pictures.record import PictureRecord
from engine.data.progress import reading_file
from engine.data.reading import KnownFiles, StillReading
from engine.data.sources.source import BaseData, Pool, Source
from engine.graph.parameters import Choice, FilePath, Integer, Params, TextLine
from engine.graph.targets import Categories

NAME = "own-pictures"
EDITS = "edits"
"""The option that holds what was changed by hand."""
_AT_ONCE = 256
_MOST_PASSED = 2_000
"""Files whose reason for being passed over is kept."""
_CALLED = {GivenPart.TRAIN: "training", GivenPart.VALIDATION: "validation", GivenPart.TEST: "testing"}
FORMS = {"crop": PictureForm.CROPPED, "fit": PictureForm.PADDED, "stretch": PictureForm.STRETCHED}

PATH = FilePath(
    name="path",
    title="Folder or zip",
    default="",
    suffixes=(".zip",),
    takes_folders=True,
    help="A folder of images, or a zip archive of one: a folder for each class, such folders in folders called train, "
    "validation and test, or images beside a table of their labels. The files stay as and where they are.",
)
OPTIONS = (
    PATH,
    Integer(
        name="size",
        title="Image size",
        default=0,
        low=0,
        high=512,
        unit="px",
        help="Height and width that every image is brought to. 0 is automatic: the size they all have, up to 64 "
        "pixels, else the usual shorter side, 64 at most. Twice the size takes about four times as long to train.",
    ),
    Choice(
        name="fit",
        title="Fit",
        default="crop",
        options=tuple(FORMS),
        labels=("crop to the frame", "fit into the frame", "stretch to the frame"),
        help="What becomes of images that are not square: what is beyond the frame is cut off at both sides, or the "
        "whole image is laid into the frame and its border continued, or its proportions change.",
    ),
    Choice(
        name="colour",
        title="Colours",
        default="auto",
        options=("auto", "grey", "colour"),
        labels=("automatic", "grey", "colour"),
        help="Automatic: colour where at least one image in ten has any.",
        advanced=True,
    ),
    TextLine(
        name=EDITS,
        title="Edits",
        default="",
        longest=LONGEST,
        help="What was changed by hand of the class, the split and the use of images, by the names of their files, as "
        "Look at the data… writes it.",
        advanced=True,
    ),
)


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """Pictures as they were read. ``rows`` are those that can be divided, ``given`` those of each part that is given.

    ``passed_over`` are the first of the ``passed_count`` files that are not used, and why.
    """

    schema: Schema
    rows: int
    given: Mapping[GivenPart, int]
    passed_over: tuple[PassedOver, ...]
    passed_count: int
    stored: Stored
    names: tuple[str, ...]
    """Where each of the images is, from the folder on; that of several in one file ends with its number there."""

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each image by its name."""
        return {name: number for number, name in enumerate(self.names)}

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what was passed over."""
        if not self.passed_count:
            return ()
        first = self.passed_over[0]
        others = f", and {self.passed_count - 1:,} more" if self.passed_count > 1 else ""
        return (f"{counted(self.passed_count, 'file')} passed over: {first.name} {first.why}{others}.",)


_known: KnownFiles[OwnPictures] = KnownFiles(4)


def forget() -> None:
    """Forget all pictures."""
    remembered.forget(NAME)
    _known.clear()
    _edited_rows.cache_clear()


def remember(options: Mapping[str, Any], record: PictureRecord) -> None:
    """Keep in mind what the pictures under ``options`` were like: that holds while they are missing or being read."""
    plain = _plain(options)
    remembered.remember(NAME, plain, record.schema(str(path_of(plain) or "")))


def pictures(options: Mapping[str, Any]) -> OwnPictures:
    """The pictures under the given options, all of them. Raises DataError, StillReading."""
    plain = _plain(options)
    path = path_of(plain)
    if path is None:
        raise DataError("No images are chosen yet. Choose a folder or a zip archive.")
    version = version_of(path)
    if version is None:
        raise DataError(
            f"{path} is not there: it was moved, renamed or deleted. Put it back, or choose where it is now. Anything "
            "that was trained is kept and still answers."
        )
    return _known.get((path, version, plain), lambda: _made(path, plain), f"{path.name} is being read.")


def schema(options: Mapping[str, Any]) -> Schema:
    """What the pictures are like; what they were like when last remembered, where they are missing or being read.

    Raises DataError, StillReading.
    """
    try:
        return pictures(options).schema
    except DataError as error:
        known = remembered.recall(NAME, _plain(options))
        path = path_of(_plain(options))
        if known is None or path is None or not (isinstance(error, StillReading) or version_of(path) is None):
            raise
        return known


def edits(options: Mapping[str, Any]) -> ImageEdits:
    """What was changed by hand. Raises DataError."""
    return _edits_of(str(options.get(EDITS, "")))


def edited(options: Mapping[str, Any]) -> EditedRows:
    """What the edits make of the pictures. Raises DataError, StillReading."""
    return _edited_rows(pictures(options), str(options.get(EDITS, "")))


@lru_cache(maxsize=8)
def _edits_of(text: str) -> ImageEdits:
    """They are asked for several times at every edit, and may be many."""
    return ImageEdits.of(text)


@lru_cache(maxsize=2)
def _edited_rows(found: OwnPictures, text: str) -> EditedRows:
    labels = found.stored.arrays["targets"].astype(np.int64, copy=False)
    return edited_rows(_edits_of(text), found.numbers, labels, found.schema.target.names)


def _plain(options: Mapping[str, Any]) -> Params:
    """What is read, whatever was changed by hand."""
    return Params({option.name: options.get(option.name, option.default) for option in OPTIONS if option.name != EDITS})


def path_of(options: Mapping[str, Any]) -> Path | None:
    """The folder or archive under the options; None where none is chosen."""
    text = str(options.get("path", ""))
    return Path(text).expanduser().absolute() if text.strip() else None


def _made(path: Path, options: Params) -> OwnPictures:
    """Reads all pictures, unless they are kept. Raises DataError."""
    with reading_file(path):
        found = listed(tree(path))
        frame = measured(found, options.size, options.colour, FORMS[options.fit])
        size = len(found) * frame.channels * frame.height * frame.width
        stored = FILES.get(_key(found, frame), _writing(found, frame), size)
    labels, parts = stored.arrays["targets"], stored.arrays["parts"]
    if not len(labels):
        raise DataError(f"{path}: none of its {len(found):,} images can be read.")
    values = stored.values
    passed = tuple(PassedOver(str(name), str(why)) for name, why in values["passed"])
    count = Counter(parts.tolist())
    file = Fingerprint(int(values["bytes"]), int(values["modified"]), str(values["sha256"]))
    given: dict[GivenPart, int] = {part: count[part] for part in GivenPart if part is not GivenPart.ANY and count[part]}
    classes = tuple(map(str, values["classes"]))
    record = PictureRecord(
        NAME,
        path.name,
        Categories(len(classes), classes),
        (frame.channels, frame.height, frame.width),
        frame.own_form or frame.form,
        file,
    )
    described = record.schema(str(path), _summary(len(labels), record, given))
    rows = len(labels) - sum(count[part] for part in _kept(count))
    names = tuple(_name(found, at) for at in stored.arrays["places"].tolist())
    return OwnPictures(described, rows, given, passed, int(values["passed_count"]), stored, names)


def _name(found: PictureList, at: int) -> str:
    row = int(found.rows[at])
    return found.names[at] if row < 0 else f"{found.names[at]}#{row + 1}"


def _kept(count: Mapping[int, int]) -> tuple[GivenPart, ...]:
    """The parts whose pictures are kept for what they are said to be: there must be others to learn from."""
    held = tuple(part for part in (GivenPart.VALIDATION, GivenPart.TEST) if count.get(part, 0))
    return held if sum(count[part] for part in held) < sum(count.values()) else ()


def _summary(rows: int, record: PictureRecord, given: Mapping[GivenPart, int]) -> str:
    channels, height, width = record.sizes
    said = ", ".join(f"{count:,} for {_CALLED[part]}" for part, count in given.items())
    colours = "colour" if channels == 3 else "grey"
    return (
        f"{counted(rows, 'image')} of {counted(record.target.size, 'class', 'classes')}, each {height}×{width} in "
        f"{colours}{f'; {said}' if said else ''}."
    )


def _key(found: PictureList, frame: ImageFrame) -> str:
    """What changes when a file is added, removed or saved again, or another frame is chosen."""
    listing = hashlib.sha256(str(found.tree.path).encode("utf-8", "surrogatepass"))
    for file in found.tree.files():
        listing.update(f"{file.name}\0{file.size}\0{file.mark}\n".encode("utf-8", "surrogatepass"))
    facts = [frame.channels, frame.height, frame.width, frame.form.value]
    return f"images 1 {listing.hexdigest()} {json.dumps(facts)}"


def _writing(found: PictureList, frame: ImageFrame) -> Make:
    def written(sink: Sink) -> dict[str, Any]:
        kept: list[int] = []
        passed = list(found.passed_over)
        digest = hashlib.sha256()

        def parts() -> Iterator[Array]:
            block: list[Array] = []
            for at, one in enumerate(decoded(found, frame)):
                if isinstance(one, PassedOver):
                    passed.append(one)
                    continue
                kept.append(at)
                block.append(one)
                digest.update(_said(found, at))
                digest.update(one.data)
                if len(block) == _AT_ONCE:
                    yield np.stack(block)
                    block.clear()
            yield np.stack(block) if block else np.empty((0, frame.channels, frame.height, frame.width), np.uint8)

        sink.add("inputs", parts())
        sink.add("targets", [found.labels[kept]])
        sink.add("parts", [found.parts[kept]])
        sink.add("places", [np.array(kept, dtype=np.int64)])
        files = found.tree.files()
        return {
            "classes": list(found.classes),
            "passed": [[one.name, one.why] for one in passed[:_MOST_PASSED]],
            "passed_count": len(passed),
            "bytes": sum(one.size for one in files),
            "modified": max((one.mark for one in files), default=0),
            "sha256": digest.hexdigest(),
        }

    return written


def _said(found: PictureList, at: int) -> bytes:
    """The name and class of a picture, for the hash of all."""
    return f"{found.names[at]}\0{found.classes[found.labels[at]]}\0".encode("utf-8", "surrogatepass")


def _make(options: Params) -> Pool:
    stored = pictures(options).stored
    rows = Split(chosen(stored.arrays["inputs"]), stored.arrays["targets"])
    parts = stored.arrays["parts"]
    kept = _kept(Counter(parts.tolist()))
    if not kept:
        return Pool(rows, is_own=True)
    given = {part: rows.take(np.flatnonzero(parts == part)) for part in kept}
    others = rows.take(np.flatnonzero(~np.isin(parts, [*kept])))
    return Pool(others, given.get(GivenPart.TEST), given.get(GivenPart.VALIDATION), is_own=True)


def _unedited(options: Params) -> BaseData | None:
    """The same pictures as their files have them: edits change what was divided already, and so nothing else moves."""
    return BaseData(NAME, _plain(options)) if options.edits else None


def _described(schema: Schema, options: Params) -> Schema:
    """What the pictures are like, with a word on the edits. Raises DataError."""
    try:
        found = edited(options)
    except StillReading:
        return schema
    except DataError:
        edits(options)  # what is wrong with these is said; files that are gone are no fault of theirs
        return schema
    count, left_out = int(found.edited.sum()), int(found.excluded.sum())
    said = [counted(count, "image") + " edited"] if count else []
    said += [f"{left_out:,} of them excluded"] if left_out else []
    said += [f"{counted(found.unused, 'edit')} for images or classes that are not there"] if found.unused else []
    return replace(schema, summary=f"{schema.summary} By hand: {', '.join(said)}." if said else schema.summary)


def _edited(data: Dataset, options: Params, _seed: int) -> Dataset:
    """The pictures as they were divided, with the edits made. Raises DataError."""
    found, changed = pictures(options), edited(options)
    rows = Split(chosen(found.stored.arrays["inputs"]), changed.labels)
    splits = (data.train, data.validation, data.test)
    parts = np.zeros(len(rows), dtype=np.uint8)
    for part, split in zip(SPLITS, splits, strict=True):
        if split.places is not None:
            parts[split.places] = part
    parts = changed.divided(parts)
    schema = _described(data.schema, options)
    if not (parts == GivenPart.TRAIN).any():
        raise DataError("No image is left for training. Include some again, or put some into the training split.")
    return Dataset(schema, *(rows.take(np.flatnonzero(parts == part)) for part in SPLITS), division=data.division)


def _rows(options: Params) -> int:
    """How many pictures can be divided; with edits, how many fewer than without."""
    return -int(edited(options).excluded.sum()) if options.edits else pictures(options).rows


OWN_PICTURES = Source(
    schema=schema,
    make=_make,
    rows=_rows,
    options=OPTIONS,
    asks_for="path",
    file="path",
    version=lambda options: None if path_of(options) is None else version_of(path_of(options) or Path()),
    fingerprint=lambda options: pictures(options).schema.file,
    remembered=lambda options: remembered.recall(NAME, _plain(options)),
    given=lambda options: tuple(
        part.name.lower() for part in _kept(Counter(pictures(options).stored.arrays["parts"].tolist()))
    ),
    offered=lambda _options: tuple(option for option in OPTIONS if option.name != EDITS),
    base=_unedited,
    together=_described,
    mixed=_edited,
)
"""What a source of data offers to the catalogue: its schema, its settings, and its rows on request."""
