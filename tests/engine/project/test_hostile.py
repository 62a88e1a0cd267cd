"""A file is data that anyone may have made: whatever is in it, it opens equal or is refused in a sentence."""

from __future__ import annotations

import io
import json
import random
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.graph import Graph
from engine.project.file import read, write
from engine.project.limits import LARGEST_JSON, MOST_DRAWINGS, MOST_MEMBERS
from engine.project.project import Project, ProjectError
from engine.project.tensor_writing import TensorFile
from engine.project.tensors import unpacked
from engine.training.run_record import RunRecord
from tests.engine.project.projects import changed, example, json_values, parts_of, same_project, zipped


def packed(tensors: Mapping[str, np.ndarray]) -> bytes:
    content = io.BytesIO()
    TensorFile(tensors, "it").write_to(content)
    return content.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(example(), tmp_path / "a.sketchnet")
    return tmp_path / "a.sketchnet"


def refusal(path: Path) -> str:
    """The sentence with which the file is refused, fit to be shown."""
    with pytest.raises(ProjectError) as caught:
        read(path)
    text = str(caught.value)
    assert 15 < len(text) < 420, text
    assert text.endswith("."), text
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_every_truncation_is_refused(path: Path) -> None:
    project = example()
    write(Project(run=RunRecord(weights={}, history=project.run.history), drawings=project.drawings), path)
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        refusal(path)


def test_flipped_bits_are_refused_or_change_nothing(path: Path) -> None:
    data, rng = path.read_bytes(), random.Random(5)
    wanted, opened = example(), 0
    for _ in range(1_500):
        spoiled = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 2, 8))):
            spoiled[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(spoiled)
        try:
            found = read(path)
        except ProjectError:
            continue
        assert same_project(found, wanted)
        opened += 1
    assert opened > 0, "flips that matter to nobody exist: none of them was let through"


@pytest.mark.parametrize(
    "data", [b"", b"P", b"PK\x05\x06" + bytes(18), b"\x89PNG\r\n", b"{}", b"\x80\x04K\x01." * 50, bytes(9999)]
)
def test_what_is_no_project_is_refused(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    assert path.name in refusal(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "missing.sketchnet")
    assert "folder" in refusal(tmp_path)
    if hasattr(__import__("os"), "mkfifo"):
        __import__("os").mkfifo(tmp_path / "pipe")
        assert "not a file on a disk" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/passwd",
        "..\\evil",
        "C:\\evil",
        "drawings/../../x.json",
        "drawings/1.json/",
        "x.pkl",
        "drawings/99999.json",
        "PROJECT.JSON",
        "project.json\n",
        "a" * 5_000,
        "weights.pt",
        "drawings/",
        "drawings/٣.json",
    ],
)
def test_parts_that_no_project_has_are_refused(name: str, path: Path) -> None:
    path.write_bytes(zipped({**parts_of(path), name: b"[]"}))
    assert "part named" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("project.json", "{}")
    assert "two parts of the same name" in refusal(path)


def test_encrypted_parts_are_refused(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    path.write_bytes(data)
    assert "encrypted" in refusal(path)


def test_a_link_inside_is_only_ever_its_bytes(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"format": 1}')
    info = zipfile.ZipInfo("project.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, str(secret))
    assert "damaged" in refusal(path)


def test_bombs_are_refused_before_they_go_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(path)
    bomb = {**parts, "history.json": b"[" + b" " * 30_000_000 + b"]"}
    path.write_bytes(zipped(bomb, zipfile.ZIP_DEFLATED))
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda *_: pytest.fail("it was unpacked"))
    assert "suspiciously well" in refusal(path)
    path.write_bytes(zipped({**parts, "history.json": b" " * (LARGEST_JSON + 1)}, zipfile.ZIP_DEFLATED))
    assert "at most" in refusal(path)
    path.write_bytes(zipped({f"drawings/{k}.json": b"[]" for k in range(MOST_DRAWINGS + MOST_MEMBERS + 1)}))
    assert "parts; at most" in refusal(path)
    path.write_bytes(zipped(parts, zipfile.ZIP_LZMA))
    assert "compressed in a way" in refusal(path)


def lying(path: Path, name: str, size: int, packed_size: int | None = None) -> None:
    """Have the table of contents say that a part has another size."""
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == name.encode():
            struct.pack_into("<I", data, place + 24, size)
            if packed_size is not None:
                struct.pack_into("<I", data, place + 20, packed_size)
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("size", "packed_size"), [(1, None), (10, None), (150_000, None), (2**32 - 2, None), (100, 2**32 - 2)]
)
def test_sizes_that_are_lies_are_refused(size: int, packed_size: int | None, path: Path) -> None:
    lying(path, "project.json", size, packed_size)
    refusal(path)


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    "x",
    "",
    [],
    [[]],
    {},
    {"a": 1},
    [None],
    "y" * 3_000,
    list(range(999)),
]
ALLOWED = {
    "title": ("x", ""),
    "notes": ("x", "", "y" * 3_000),
    "trained_on": ("x", ""),
    "preparation": (None,),
    "test": (None, {}, {"a": 1}),
}


@pytest.mark.parametrize("name", ["graph", "recipe", "preparation", "test", "title", "notes", "trained_on"])
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_every_wrong_type_is_named(name: str, value: Any, path: Path) -> None:
    changed(path, **{name: value})
    if any(value is v or (value == v and type(value) is type(v)) for v in ALLOWED.get(name, ())):
        read(path)
        return
    if name == "recipe" and value == {}:
        return
    refusal(path)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in below for place in places(part, (*at, key)))]


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_anything_anywhere_in_the_json_is_refused_or_read(path: Path, data: st.DataObject) -> None:
    target = path.with_name("b.sketchnet")
    parts = parts_of(path)
    name = data.draw(st.sampled_from(["project.json"] * 5 + ["history.json", "training.json", "drawings/0.json"]))
    document = {"root": json.loads(parts[name])}
    *way, last = data.draw(st.sampled_from(places(document)[1:]))
    owner: Any = document
    for key in way:
        owner = owner[key]
    odd = st.sampled_from([10**400, 1e308, -1, 2**53, "\u0000", "\u202e", [[1, 2]], "answer"])
    owner[last] = data.draw(st.one_of(json_values, odd))
    parts[name] = json.dumps(document["root"]).encode()
    target.write_bytes(zipped(parts))
    said = ""
    try:
        read(target)
    except ProjectError as error:
        said = str(error)
    assert len(said) < 420
    assert not said or said.endswith((".", "…", "?"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nul",
        "[1]",
        "{",
        '{"format": NaN}',
        '{"format": 1, "graph": Infinity}',
        "\ufeff{}",
        '"\\ud800"',
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"format": 1, "graph": ' + "[" * 70 + "]" * 70 + "}",
        "1" * 6_000,
    ],
    ids=lambda text: text[:12],
)
def test_json_that_is_none_or_too_deep_is_refused(text: str, path: Path) -> None:
    for name in ("project.json", "history.json"):
        path.write_bytes(zipped({**parts_of(path), name: text.encode()}))
        if (name, text) != ("history.json", "nul"):
            refusal(path)
        write(example(), path)


@pytest.mark.parametrize(
    "value", [1, [1], [[1]], [[[1]]], [[["a", 1]]], [[[1, 2, 3]]], [[[1e999, 0]]], [[[10**400, 0]]], [[[True, 0]]]]
)
def test_drawings_that_are_none_are_refused(value: Any, path: Path) -> None:
    path.write_bytes(zipped({**parts_of(path), "drawings/0.json": json.dumps(value).encode()}))
    assert refusal(path).startswith(("drawings/0.json", "Drawings"))


def tensors(header: Any, body: bytes = bytes(16)) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def entry(dtype: Any = "F32", shape: Any = (4,), offsets: Any = (0, 16)) -> dict[str, Any]:
    return {"linear1.bias": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(7),
        bytes(8),
        struct.pack("<Q", 2**63),
        struct.pack("<Q", 100) + b"{}",
        tensors([]),
        tensors(b"{"),
        tensors(b"\xff\xfe"),
        tensors(b"[" * 100_000),
        tensors(entry(dtype="F33")),
        tensors(entry(dtype="BF16")),
        tensors(entry(dtype=3)),
        tensors(entry(dtype="x" * 9_999)),
        tensors(entry(shape=[5])),
        tensors(entry(shape=[2**40, 2**40])),
        tensors(entry(shape=[-4])),
        tensors(entry(shape=[4.0])),
        tensors(entry(shape=[True, 4])),
        tensors(entry(shape="4")),
        tensors(entry(shape=[1] * 17 + [4])),
        tensors(entry(offsets=[0, 17])),
        tensors(entry(offsets=[16, 0])),
        tensors(entry(offsets=[0])),
        tensors(entry(offsets=[0, 2**60])),
        tensors(entry(offsets=None)),
        tensors({"linear1.bias": 4}),
        tensors(entry() | {"linear1.weight": entry()["linear1.bias"]}),
        tensors({"linear1.bias": entry(shape=[2], offsets=[0, 8])["linear1.bias"]}),
        tensors(entry() | {"__metadata__": 3}),
        tensors(entry(), bytes(17)),
    ],
    ids=range(30),
)
def test_tensors_that_contradict_themselves_are_refused(data: bytes, path: Path) -> None:
    path.write_bytes(zipped({**parts_of(path), "weights.safetensors": data}))
    assert "weights.safetensors in a.sketchnet" in refusal(path)


def test_every_kind_of_number_comes_back() -> None:
    for kind in "?bBhHiIqQefd":
        array = np.arange(3).astype(kind)
        assert unpacked(packed({"a": array}), "it")["a"].dtype == array.dtype
    assert unpacked(packed({"a": np.arange(6.0).reshape(2, 3).T}), "it")["a"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_weights_of_layers_that_are_not_drawn_are_refused_and_not_written(path: Path) -> None:
    spare = packed({"ghost.weight": np.zeros(2, np.float32)})
    path.write_bytes(zipped({**parts_of(path), "weights.safetensors": spare}))
    assert "'ghost'" in refusal(path)
    project = example()
    write(Project(graph=Graph().add("Input"), run=RunRecord(weights=project.run.weights)), path)
    assert read(path).run.weights == {}


def test_half_of_a_training_is_refused(path: Path) -> None:
    for name in ("training.json", "training.safetensors"):
        parts = parts_of(path)
        del parts[name]
        path.with_name("b.sketchnet").write_bytes(zipped(parts))
        assert "half" in refusal(path.with_name("b.sketchnet"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Project(notes="a" * 900_000),
        lambda: Project(run=RunRecord(history=tuple({"epoch": k, "train_loss": k / 7} for k in range(1, 50_001)))),
        lambda: Project(title="half a \ud83d character", notes="\ud800"),
        lambda: Project(drawings=((((0.0, 0.0),) * 199_000,),)),
    ],
)
def test_what_can_be_saved_can_be_opened(make: Callable[[], Project], path: Path) -> None:
    write(make(), path)
    opened = read(path)
    assert len(opened.notes) == len(make().notes)
    assert (opened.run.history, opened.drawings) == (make().run.history, make().drawings)


@pytest.mark.parametrize(
    "project",
    [Project(title="a" * 201), Project(notes="a" * 1_000_001), Project(drawings=((((0.0, 0.0),) * 200_001,),))],
)
def test_what_could_not_be_opened_again_is_not_saved(project: Project, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ProjectError, match=r"at most|more than"):
        write(project, path)
    assert path.read_bytes() == before


def test_reading_never_changes_a_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    refusal(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
