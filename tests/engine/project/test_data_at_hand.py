"""Data of the user's own that travels: inside the project, or beside it, where it is found again."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.data import carrying, folders
from engine.data.examples import file, library
from engine.data.examples.values import Description, ExampleKind
from engine.data.fingerprint import Fingerprint
from engine.data.moved import found_beside
from engine.graph import templates
from engine.project.file import read, write
from engine.project.opening import opened
from engine.project.project import Project
from engine.training.data_loading import load_rows, rows_key
from engine.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("own_library")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "cache", lambda: tmp_path / "cache")


def painted(seed: int = 0) -> library.OwnDataset:
    made = library.begin(Description("Hills", ExampleKind.POINTS, ("left", "right")))
    generator = np.random.default_rng(seed)
    file.add(made.path, [(name, generator.random(2)) for name in ("left", "right") * 20])
    return made


def project_on(name: str, **options: object) -> Project:
    return Project(
        graph=templates.build("points-2d"),
        recipe=Recipe(dataset="own-examples", dataset_options={"path": name, **options}),
    )


def read_again(path: Path) -> tuple[Project, str]:
    return opened(read(path), path)


def test_examples_travel_inside_the_project(tmp_path: Path, own_library: Path) -> None:
    made, path = painted(), tmp_path / "hills.sketchnet"
    rows = load_rows(project_on(made.name).recipe).train.inputs
    write(project_on(made.name, inside=True), path)
    shutil.rmtree(own_library)  # another computer
    file.forget()
    project, words = read_again(path)
    assert words == ""
    np.testing.assert_array_equal(load_rows(project.recipe).train.inputs, rows)
    again = tmp_path / "again.sketchnet"
    write(project, again)
    shutil.rmtree(tmp_path / "cache")
    file.forget()
    np.testing.assert_array_equal(load_rows(read_again(again)[0].recipe).train.inputs, rows)


def test_only_where_that_is_wanted(tmp_path: Path) -> None:
    made, path = painted(), tmp_path / "hills.sketchnet"
    write(project_on(made.name), path)
    assert carrying.PART not in read(path).unknown_parts
    write(project_on(made.name, inside=True), path)
    assert carrying.PART in read(path).unknown_parts
    off = read(path)
    write(Project(**{**vars(off), "recipe": off.recipe.with_setting("dataset_options.inside", False)}), path)
    assert carrying.PART not in read(path).unknown_parts
    inside = project_on(made.name, inside=True).recipe
    assert rows_key(inside) == rows_key(project_on(made.name, inside=False).recipe), "the rows are the same"


def test_the_library_s_own_is_used_where_it_has_all_that_came(tmp_path: Path, own_library: Path) -> None:
    made, path = painted(), tmp_path / "hills.sketchnet"
    write(project_on(made.name, inside=True), path)
    file.add(made.path, [("left", np.zeros(2))])
    assert read_again(path)[0].recipe.dataset_options["path"] == made.name
    shutil.rmtree(own_library)
    file.forget()
    other = painted(seed=1)  # of the same name, but another's
    assert other.name == made.name
    project = read_again(path)[0]
    assert project.recipe.dataset_options["path"] != made.name
    assert len(file.read(library.path_of(str(project.recipe.dataset_options["path"]))).examples) == 40


def test_a_damaged_copy_inside_does_not_keep_the_project_shut(tmp_path: Path) -> None:
    made, path = painted(), tmp_path / "hills.sketchnet"
    project = project_on(made.name, inside=True)
    made.path.write_bytes(b"nothing of the kind")
    file.forget()
    write(project, path)
    assert read_again(path)[0].graph == project.graph


def table(path: Path, words: str = "a,b\n1,2\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


def test_a_moved_file_is_found_beside_the_project(tmp_path: Path) -> None:
    home = tmp_path / "project"
    home.mkdir()
    gone = tmp_path / "elsewhere" / "data" / "houses.csv"
    assert found_beside(gone, home, None) is None
    below = table(home / "tables" / "houses.csv")
    assert found_beside(gone, home, None) == below
    beside = table(home / "houses.csv")
    assert found_beside(gone, home, None) == beside
    same_end = table(home / "data" / "houses.csv")
    assert found_beside(gone, home, None) == same_end


def test_of_several_the_one_with_the_same_content_is_taken_also_by_another_name(tmp_path: Path) -> None:
    home, gone = tmp_path / "project", tmp_path / "gone" / "houses.csv"
    known = Fingerprint.of(gone, b"a,b\n3,4\n")
    table(home / "houses.csv", "a,b\n1,2\n")
    assert found_beside(gone, home, known) == home / "houses.csv"
    renamed = table(home / "houses (1).csv", "a,b\n3,4\n")
    assert found_beside(gone, home, known) == renamed
    assert found_beside(Path("C:\\data\\houses.csv"), home, None) == home / "houses.csv"


def test_a_project_is_moved_with_its_table(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    rows = "x,y\n" + "".join(f"{n},{2 * n}\n" for n in range(30))
    path = table(before / "rows.csv", rows)
    options = {"path": str(path), "target": "y"}
    recipe = Recipe(dataset="own-table", dataset_options=options)
    write(Project(graph=templates.build("line"), recipe=recipe), before / "p.sketchnet")
    before.rename(after)
    project, words = read_again(after / "p.sketchnet")
    assert project.recipe.dataset_options["path"] == str(after / "rows.csv")
    assert str(after / "rows.csv") in words
    assert len(load_rows(project.recipe).train) > 10
