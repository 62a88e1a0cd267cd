"""The command line's words: what it lists, makes, and refuses in one sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import engine
from engine.cli import main
from engine.cli.parser import COMMANDS
from engine.data import catalogue
from engine.graph import templates
from engine.graph.layers import kinds
from engine.project.file import read, write
from engine.project.project import Project

Refused = Callable[..., str]
Shown = pytest.CaptureFixture[str]


def test_help_needs_no_torch_and_names_every_command(process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    answer = process("--help")
    assert answer.returncode == 0
    assert answer.stderr == ""
    for module in COMMANDS:
        assert f"  {module.NAME}" in answer.stdout


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["templates"], ["data", "list"], ["layers"]])
def test_what_needs_no_torch_does_not_load_it(words: list[str], clean_environment: dict[str, str]) -> None:
    script = (
        "import sys\nfrom engine.cli import main\n"
        f"status = main({words!r})\n"
        "sys.exit(99 if 'torch' in sys.modules else status)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], env=clean_environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_help_loads_no_numpy(clean_environment: dict[str, str]) -> None:
    script = "import sys\nfrom engine.cli import main\nmain(['--help'])\nsys.exit('numpy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], env=clean_environment, capture_output=True, check=False)
    assert answer.returncode == 0


@pytest.mark.parametrize("module", COMMANDS, ids=lambda module: module.NAME)
def test_every_command_explains_itself(module: object, capsys: Shown) -> None:
    assert main([module.NAME, "--help"]) == 0  # type: ignore[attr-defined]
    assert module.NAME in capsys.readouterr().out  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_program(capsys: Shown) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Sketchnet {engine.__version__}\n"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "required: COMMAND"),
        (["trian"], "invalid choice: 'trian'"),
        (["train"], "required: FILE"),
        (["new", "digit-mlp"], "required: FILE"),
        (["data"], "required: ACTION"),
        (["info", "x", "--loud"], "--loud"),
    ],
)
def test_words_it_does_not_know(words: list[str], part: str, refused: Refused) -> None:
    assert part in refused(*words, status=2)


def test_all_starter_networks_are_listed_and_can_be_made(here: Path, capsys: Shown) -> None:
    assert main(["templates"]) == 0
    listed = capsys.readouterr().out
    for name in templates.names():
        assert f"\n{name} " in listed
        assert main(["new", name, f"{name}.sketchnet"]) == 0
        project = read(here / f"{name}.sketchnet")
        assert project.graph == templates.build(name)
        assert project.recipe.dataset == templates.describe(name).dataset
        for path, value in templates.describe(name).recipe.items():
            settings = {setting.path: setting.value for setting in project.recipe.settings()}
            options = project.recipe.dataset_options
            settings |= {f"dataset_options.{option}": set_to for option, set_to in options.items()}
            assert settings[path] == value


def test_new_leaves_files_that_are_there(here: Path, refused: Refused, capsys: Shown) -> None:
    assert main(["new", "line", "a"]) == 0
    before = (here / "a.sketchnet").read_bytes()
    capsys.readouterr()
    assert "--force" in refused("new", "digit-mlp", "a")
    assert (here / "a.sketchnet").read_bytes() == before
    assert main(["new", "digit-mlp", "a", "--force"]) == 0
    assert (here / "a.sketchnet").read_bytes() != before


def test_new_refuses_what_it_does_not_know(here: Path, refused: Refused) -> None:
    assert "digit-cnn" in refused("new", "digit-cmm", "a")
    assert "could not be written" in refused("new", "line", "no/such/folder/a.sketchnet")
    assert list(here.iterdir()) == []


def test_all_layers_are_listed_and_explained(refused: Refused, capsys: Shown) -> None:
    assert main(["layers"]) == 0
    listed = capsys.readouterr().out
    for name, kind in kinds().items():
        assert f"  {name} " in listed
        assert kind.summary in listed
    assert main(["layers", "conv2d"]) == 0
    explained = capsys.readouterr().out
    for parameter in kinds()["Conv2d"].parameters:
        assert parameter.name in explained
        assert parameter.help in explained
    assert "Conv2d" in refused("layers", "Conv2")


def test_all_datasets_are_listed(capsys: Shown) -> None:
    assert main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(catalogue.names())
    by_name = {line.split()[0]: line for line in lines}
    assert "built in" in by_name["iris"]


def test_a_dataset_is_shown_with_its_rows(capsys: Shown) -> None:
    assert main(["data", "show", "iris"]) == 0
    shown = capsys.readouterr().out
    dataset = catalogue.load("iris")
    assert f"{len(dataset.train):,} train" in shown
    assert "petal length (cm)" in shown
    assert "setosa 38" in shown
    first = catalogue.table_preview(dataset, 6)[0]
    assert any(line.split()[:4] == [f"{value:.6g}" for value in first[:4]] for line in shown.splitlines())


def test_pictures_are_shown_as_text(capsys: Shown) -> None:
    assert main(["data", "show", "uci-digits"]) == 0
    assert sum(letter in "▀▄█" for letter in capsys.readouterr().out) > 20


def test_data_that_is_not_here(refused: Refused, capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKETCHNET_DATA", raising=False)
    assert main(["data", "show", "mnist"]) == 1
    shown = capsys.readouterr()
    assert "data get mnist" in shown.err
    assert str(catalogue.entry("mnist").where_to_put()) in shown.err
    assert "nope" in refused("data", "show", "nope")
    assert "nope" in refused("data", "get", "nope")


def test_data_get_fetches_only_what_is_missing(capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKETCHNET_DATA", raising=False)
    asked: list[str] = []

    def fetch(name: str, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> None:
        progress(5, 10)
        progress(10, 10)
        assert not cancelled()
        asked.append(name)

    monkeypatch.setattr(catalogue, "download", fetch)
    assert main(["data", "get", "iris"]) == 0
    assert "built in" in capsys.readouterr().out
    assert asked == []
    assert main(["data", "get", "mnist"]) == 0
    assert asked == ["mnist"]


@pytest.mark.parametrize("command", ["info", "train", "predict", "source"])
def test_files_that_are_not_there_or_not_ours(command: str, here: Path, refused: Refused) -> None:
    more = ["a.png"] if command == "predict" else []
    assert "no file nowhere" in refused(command, "nowhere.sketchnet", *more)
    (here / "text.sketchnet").write_text("hello")
    assert "text.sketchnet" in refused(command, "text.sketchnet", *more)
    (here / "folder.sketchnet").mkdir()
    assert "folder.sketchnet" in refused(command, "folder.sketchnet", *more)


def test_info_tells_layers_shapes_parameters_and_recipe(here: Path, capsys: Shown) -> None:
    assert main(["new", "digit-cnn", "a"]) == 0
    capsys.readouterr()
    assert main(["info", "a"]) == 0
    shown = capsys.readouterr().out
    rows = [line.split() for line in shown.splitlines()]
    assert ["conv1", "Conv2d", "16×28×28", "160"] in rows
    assert ["linear2", "Linear", "10", "1,290"] in rows
    recipe = templates.describe("digit-cnn").recipe
    assert ["optimizer.learning_rate", f"{recipe['optimizer.learning_rate']:g}"] in rows
    assert "Not trained yet." in shown
    assert main(["info", "a.sketchnet", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recipe"]["epochs"] == recipe["epochs"]
    assert told["parameters"] == sum(layer["parameters"] for layer in told["layers"])
    assert told["problems"] == []


def test_info_tells_what_it_can_of_a_project_on_a_dataset_that_is_not_known_here(here: Path, capsys: Shown) -> None:
    assert main(["new", "points-2d", "a"]) == 0
    project = read(here / "a.sketchnet")
    write(replace(project, recipe=replace(project.recipe, dataset="my-own"), notes="Mine."), here / "a.sketchnet")
    capsys.readouterr()
    for words in ([], ["--json"]):
        assert main(["info", "a", *words]) == 0
        shown = capsys.readouterr()
        assert "linear1" in shown.out
        assert "my-own" in shown.out
        assert "0 parameters" not in shown.out
        assert shown.err.startswith("Shapes and numbers of parameters are not known: There is no dataset called")


def test_info_tells_what_is_wrong(here: Path, capsys: Shown) -> None:
    graph = templates.build("points-2d")
    last = graph.find("linear3")
    assert last is not None
    write(Project(graph=graph.set_params(last.id, out_features=7)), here / "a.sketchnet")
    assert main(["info", "a.sketchnet"]) == 0
    assert "Error: " in capsys.readouterr().out


def test_an_error_nobody_foresaw_is_not_hidden(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(templates, "names", broken)
    with pytest.raises(ZeroDivisionError):
        main(["templates"])


@pytest.mark.skipif(os.name != "posix", reason="closed pipes end a program on POSIX systems")
def test_a_reader_that_goes_away_is_no_error_message(clean_environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "engine.cli", "layers"]
    child = subprocess.Popen(command, env=clean_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.close()
    _, error = child.communicate(timeout=60)
    assert error == b""
    assert child.returncode != 0
