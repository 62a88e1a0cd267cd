"""A few hundred tampered files through open, info, predict, train and resume: never more than a sentence comes of it.

The same by the thousand, watched from another process: ``tests/benchmarks/attacks/projects.py``.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from engine.project.file import read
from engine.project.project import ProjectError
from tests.attacked_projects import attack
from tests.hostile_projects import SPOILERS, prepared_inputs, sound_files, spoiled


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return sound_files(tmp_path_factory.mktemp("sound"))


def test_sound_files_pass(files: list[Path], tmp_path: Path) -> None:
    for file in files:
        project = read(file)
        assert attack("none", file, project, prepared_inputs(project, tmp_path)) == []


@pytest.mark.parametrize("tens", range(25))
def test_tampered_files_are_refused_in_a_sentence_or_work(tens: int, files: list[Path], tmp_path: Path) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        origin = files[seed % len(files)]
        way, data = spoiled(origin.read_bytes(), seed)
        path = tmp_path / "spoiled.sketchnet"
        path.write_bytes(data)
        with suppress(ProjectError):
            faults = attack(way, path, read(origin), prepared_inputs(read(origin), tmp_path))
            assert faults == [], f"seed {seed}, {way}, {origin.stem}"


def test_the_same_seed_spoils_in_the_same_way(files: list[Path]) -> None:
    data = files[0].read_bytes()
    assert [spoiled(data, seed) for seed in range(40)] == [spoiled(data, seed) for seed in range(40)]
    assert {spoiled(data, seed)[0] for seed in range(40)} == {way.__name__ for way in SPOILERS}
