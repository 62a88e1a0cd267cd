"""Values in a file have a type, a range and are finite, or the file is refused: what is shown of them never fails."""

from __future__ import annotations

import json
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.files.bounded import NotReadable, read_bounded
from engine.files.json_input import MOST_VALUES, JsonError, parse_json
from engine.project import container, my_blocks
from engine.project.file import read, write
from engine.project.project import ProjectError
from engine.training.state import Progress
from tests.engine.project.projects import changed, example, parts_of, zipped


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(example(), tmp_path / "a.sketchnet")
    return tmp_path / "a.sketchnet"


def with_part(path: Path, name: str, value: Any) -> None:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    path.write_bytes(zipped({**parts_of(path), name: data}))


def refusal(path: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        read(path)
    assert len(str(caught.value)) < 420
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1' + b"0" * 400 + b"}",
        b'{"a": 9223372036854775808}',
        b'"\xff"',
        b"[" * 70 + b"]" * 70,
        b"[" * 100_000,
        b"{",
        b"",
        b'{"a": "\\ud800"}',
        b'{"\\uDFFFx": 1}',
    ],
    ids=lambda text: text[:12].decode("latin-1"),
)
def test_json_beyond_the_bounds_is_refused(text: bytes) -> None:
    with pytest.raises(JsonError):
        parse_json(text)
    if text.isascii():
        with pytest.raises(JsonError):
            parse_json(text.decode())


def test_json_within_the_bounds_is_what_the_standard_library_reads() -> None:
    value = {"a": [1, -1, 2**63 - 1, -(2**63 - 1), 1e308, -0.0, None, True, "é\ud83d\ude00"], "b": {}}
    assert parse_json(json.dumps(value).encode()) == json.loads(json.dumps(value))


def test_many_small_values_are_refused_before_they_take_memory() -> None:
    text = b"[" + b"[]," * (MOST_VALUES // 2) + b"[]]"
    tracemalloc.start()
    with pytest.raises(JsonError, match="values"):
        parse_json(text)
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


def test_all_json_of_a_file_has_one_bound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = {f"drawings/{number}.json": b"[]" + b" " * 9_000 for number in range(20)}
    path.write_bytes(zipped({**parts_of(path), **blanks}))
    assert len(read(path).drawings) == 20
    monkeypatch.setattr(container, "LARGEST_JSON", 100_000)
    assert "of JSON; at most" in refusal(path)


def test_all_values_of_a_file_have_one_bound(path: Path) -> None:
    # Each part is within the bound, both together are not. The parts lie under names nobody looks at.
    half = [[0] * (MOST_VALUES // 2)]
    parts = parts_of(path)
    document = json.loads(parts["project.json"]) | {"unknown": half}
    history = json.dumps(half).encode()
    path.write_bytes(zipped({**parts, "project.json": json.dumps(document).encode(), "history.json": history}))
    assert "values; at most" in refusal(path)


def test_packed_tensors_and_pictures_are_refused(path: Path) -> None:
    """What cannot be packed small needs no packing; so a small file holds small tensors."""
    path.write_bytes(zipped(parts_of(path), zipfile.ZIP_DEFLATED))
    assert "compressed in a way" in refusal(path)


WRONG_ROWS: list[Any] = [
    [{"epoch": None}],
    [{"epoch": 0}],
    [{"epoch": 1.5}],
    [{"epoch": True}],
    [{"train_loss": 1.0}],
    [{"epoch": 1}, {"epoch": 1}],
    [{"epoch": 1, "seconds": "x"}],
    [{"epoch": 1, "seconds": -1}],
    [{"epoch": 1, "seconds": None}],
    [{"epoch": 1, "train_loss": 10**400}],
    [{"epoch": 1, "train_loss": 1e201}],
    [{"epoch": 1, "train_loss": [1]}],
    [{"epoch": 1, "train_accuracy": 1.01}],
    [{"epoch": 1, "validation_accuracy": -0.1}],
    [{"epoch": 1, "step": 1.5}],
    [{"epoch": 1, "a b": 1}],
    [{"epoch": 1, "\x1b[2J": 1}],
    [{"epoch": 1, "x" * 101: 1}],
    [[1]],
    {"epoch": 1},
    "x",
]


@pytest.mark.parametrize("rows", WRONG_ROWS, ids=repr)
def test_a_history_of_other_values_is_refused(rows: Any, path: Path) -> None:
    with_part(path, "history.json", rows)
    assert refusal(path).startswith("history.json in a.sketchnet is damaged: ")
    # The same in the state of a run, which the window shows as soon as it goes on.
    with_part(path, "history.json", [])
    with_part(path, "training.json", Progress().to_json() | {"history": rows})
    refusal(path)


WRONG_FIGURES: list[Any] = [
    {"test_accuracy": 10**400},
    {"test_accuracy": 1.5},
    {"test_accuracy": "x"},
    {"test_loss": [1]},
    {"test_r2": 1.5},
    {"test_mae": -1},
    {"test_rows": 1.5},
    {"test_mae_spread": -1},
    {"floor_accuracy": 2},
    {"floor_class": -1},
    {"floor_mae": -0.5},
    {"precision": 0.5},
    {"precision": [0.5], "recall": [0.5, 0.5]},
    {"precision": ["x"]},
    {"confusion": [[1, 2]]},
    {"confusion": [[1, -2], [3, 4]]},
    {"confusion": [[1, 0.5], [3, 4]]},
    {"confusion": [1, 2]},
    {"\x1b": 1},
    [1],
]


@pytest.mark.parametrize("figures", WRONG_FIGURES, ids=repr)
def test_test_figures_of_other_values_are_refused(figures: Any, path: Path) -> None:
    changed(path, test=figures)
    refusal(path)


@pytest.mark.parametrize("name", [name for name in Progress().to_json() if name != "format"])
@pytest.mark.parametrize("value", [None, True, "x", -1, -0.5, 10**400, [1], {}, 1e300], ids=repr)
def test_every_value_of_a_position_is_checked(name: str, value: Any, path: Path) -> None:
    allowed = {
        "best_loss": (None, -1, -0.5),
        "learner": ({},),
        "sums": ([1],),
    }
    with_part(path, "training.json", Progress().to_json() | {name: value})
    if any(type(value) is type(fine) and value == fine for fine in allowed.get(name, ())):
        assert read(path).run.training is not None
    else:
        refusal(path)


@pytest.mark.parametrize("threads", [0, 1025, 3_000])
def test_a_file_cannot_ask_for_thousands_of_threads(threads: int, path: Path) -> None:
    with_part(path, "training.json", Progress().to_json() | {"threads": threads})
    assert '"threads"' in refusal(path)


def test_a_run_that_was_not_finite_can_still_be_opened(path: Path) -> None:
    with_part(path, "training.json", Progress().to_json() | {"sums": [0.5, None]})
    assert read(path).run.training is not None


def test_info_tells_the_largest_values_that_are_read(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {
        "epoch": 2**53,
        "step": 2**53,
        "seconds": 1e200,
        "train_loss": -1e200,
        "train_mae": 1e200,
        "learning_rate": 0,
    }
    with_part(path, "history.json", [{"epoch": 1}, row])
    changed(path, test={"test_loss": None, "test_mae": None, "test_mse": 1e200, "test_r2": -1e200})
    assert main(["info", str(path)]) == 0
    assert main(["info", str(path), "--json"]) == 0
    assert "1e+200" in capsys.readouterr().out


# Not every name is that of a file on a disk.


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.block.json")
    return tmp_path / "pipe.block.json"


@pytest.mark.timeout(20)
def test_pipes_folders_and_large_files_are_not_read(pipe: Path) -> None:
    with pytest.raises(NotReadable, match="pipe"):
        read_bounded(pipe, 10)
    with pytest.raises(NotReadable, match="folder"):
        read_bounded(pipe.parent, 10)
    with pytest.raises(NotReadable, match="does not exist"):
        read_bounded(pipe.parent / "nobody", 10)
    with pytest.raises(NotReadable, match="not a name"):
        read_bounded(Path("a\0b"), 10)
    (pipe.parent / "large").write_bytes(bytes(11))
    with pytest.raises(NotReadable, match="11 bytes long; at most 10"):
        read_bounded(pipe.parent / "large", 10)
    (pipe.parent / "large").write_bytes(bytes(10))
    assert read_bounded(pipe.parent / "large", 10) == bytes(10)


@pytest.mark.timeout(20)
def test_nobody_waits_for_a_pipe(pipe: Path) -> None:
    assert "not a file on a disk" in refusal(pipe)
    with pytest.raises(my_blocks.MyBlocksError, match="pipe"):
        my_blocks.load(pipe)


@pytest.mark.parametrize("change", [{"threshold": -1}, {"owners": "AAAA////"}, {"views": [{}]}, {"method": "2"}])
def test_a_damaged_record_of_novelty_is_refused_in_a_sentence(tmp_path, change) -> None:
    path = tmp_path / "a.sketchnet"
    write(example(), path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = json.loads(parts["project.json"])
    data["novelty"] |= change
    parts["project.json"] = json.dumps(data).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(ProjectError, match="novelty") as refused:
        read(path)
    assert "\n" not in str(refused.value)
