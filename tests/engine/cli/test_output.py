"""The door of the command line: no text from a file commands the terminal, and lost output is told, not a traceback."""

from __future__ import annotations

import ast
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import pytest

import engine.cli
from engine.cli import main
from engine.cli.show import json_line
from engine.graph import templates
from engine.project.file import read, write
from engine.project.project import Project
from engine.text import json_printable, printable
from engine.training.recipe import Recipe
from tests.hostile_texts import ACTING, HOSTILE, acting, project

Stream = Callable[[str], "TextIO | None"]
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
ESC = "\x1b[2J\x9b31m"


# --- what is shown


@pytest.mark.parametrize(
    ("text", "shown", "of_lines"),
    [
        ("plain – 学习 é", None, None),
        ("a\x1b[2Jb", r"a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb\tc", r"a\nb\tc", "a\nb\tc"),
        ("a\r\nb\rc", r"a\r\nb\rc", "a\nb\\rc"),
        ("\x07\x7f\x9b\x85", r"\x07\x7f\x9b\x85", r"\x07\x7f\x9b\x85"),
        ("\u202e\u2066\u200e\u061c", r"\u202e\u2066\u200e\u061c", None),
        ("\u200b\u2060\ufeff\xad", r"\u200b\u2060\ufeff\xad", None),
        ("\u2028\u2029\ud800\U000e0041", r"\u2028\u2029\ud800\U000e0041", None),
        ("de\u200dnse1", r"de\u200dnse1", None),
        ("می\u200cخواهم 👩\u200d🔬", None, None),
        ("1\xa0000\u202f€", None, None),
    ],
)
def test_characters_that_act_are_shown(text: str, shown: str | None, of_lines: str | None) -> None:
    assert printable(text) == (text if shown is None else shown)
    assert printable(text, lines=True) == (of_lines or shown or text)


def test_json_stays_json() -> None:
    value = {HOSTILE: [HOSTILE, "\ud800", "é学👩\u200d🔬"]}
    shown = json_printable(json.dumps(value, ensure_ascii=False))
    assert json.loads(shown) == value
    assert acting(shown.replace("👩\u200d🔬", "")) == []
    assert "é学👩" in shown


@pytest.mark.parametrize("command", [["info"], ["info", "--json"], ["source"], ["predict", "a.png"], ["train"]])
def test_no_text_from_a_file_commands_the_terminal(
    command: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a command makes of a project whose every text tries to."""
    write(project(), here / "p.sketchnet")
    main([command[0], "p.sketchnet", *command[1:]])
    shown = capsys.readouterr()
    assert acting(shown.out) == []
    assert acting(shown.err) == []
    assert shown.out + shown.err
    if command == ["info"]:
        assert r"\x1b[2J" in shown.out
        assert "\nsecond line\t" in shown.out, "the notes have lines"
        assert shown.out.count("\nsecond line") == 1, "a title has not"
    if command == ["info", "--json"]:
        assert json.loads(shown.out)["title"] == HOSTILE
    if command == ["source"]:
        imported = [node for node in ast.walk(ast.parse(shown.out)) if isinstance(node, ast.Import)]
        assert [alias.name for node in imported for alias in node.names] == ["sys", "torch"]


def test_no_word_or_file_name_commands_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recipe = Recipe().with_setting("dataset", "moons")
    write(Project(graph=templates.build("points-2d"), recipe=recipe), here / "p.sketchnet")
    name = f"a{ESC}.sketchnet"
    (here / f"t{ESC}.csv").write_text(f"{ESC},b\n1,2\n")
    for words in (
        [ESC],
        ["info", name],
        ["info", "p.sketchnet", f"--{ESC}"],
        ["new", ESC, "x"],
        ["new", "line", name],
        ["info", name],
        ["source", name, "--out", f"x{ESC}"],
        ["source", name, "--out", f"x{ESC}.py"],
        ["layers", ESC],
        ["data", "show", ESC],
        ["train", name, "--set", ESC],
        ["train", name, "--set", f"{ESC}=3"],
        ["train", name, "--device", ESC],
        ["train", name, "--out", f"nowhere/{ESC}"],
        ["train", "p.sketchnet", "--epochs", "1", "--out", name],
        ["predict", name, "--csv", f"t{ESC}.csv"],
        ["predict", name, "--csv", f"u{ESC}.csv"],
        ["predict", name, f"t{ESC}.png"],
    ):
        main(words)
        shown = capsys.readouterr()
        assert acting(shown.out + shown.err) == [], words
        assert shown.out + shown.err
    source = (here / f"x{ESC}.py").read_text(encoding="utf-8")
    assert acting(source) == []
    ast.parse(source)


def test_a_picture_with_such_a_name_is_told_in_json(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    json_line({"picture": f"{ACTING}.png"})
    shown = capsys.readouterr().out
    assert acting(shown) == []
    assert json.loads(shown) == {"picture": f"{ACTING}.png"}


def test_there_is_one_door() -> None:
    """Whatever a new command prints goes through it."""
    wrong = []
    for path in sorted(Path(engine.cli.__file__).parent.glob("*.py")):
        if path.name == "output.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            printed = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            streams = isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout", "sys.stderr", "os.write")
            bare = isinstance(node, ast.Call) and ast.unparse(node.func) == "Console" and not any(
                word.arg == "file" and ast.unparse(word.value).startswith(("drawing(", "output.drawing("))
                for word in node.keywords
            )
            if printed or streams or bare:
                wrong.append(f"{path.name}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


# --- what cannot be written


def shell(words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command line of the shell, in which CLI stands for ours; the status is that of CLI, also in a pipe."""
    script = f'CLI() {{ "{sys.executable}" -P -m engine.cli "$@"; echo $? >status; }}; {words}'
    answer = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    answer.returncode = int(Path("status").read_text())
    return answer


@full
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("CLI layers >/dev/full", "No space left on device"),
        ("CLI --help >/dev/full", "No space left on device"),
        ("CLI new line a >/dev/full", "No space left on device"),
        ("CLI layers >&-", "standard output is closed"),
        ("CLI layers >/dev/full 2>/dev/full", None),
        ("CLI layers >&- 2>&- <&-", None),
        ("CLI nonsense 2>&-", None),
    ],
)
def test_output_that_cannot_be_written_is_one_sentence(
    words: str, reason: str | None, here: Path, clean_environment: dict[str, str]
) -> None:
    answer = shell(words, clean_environment)
    assert answer.stdout == ""
    assert answer.returncode == (2 if "nonsense" in words else 1)
    expected = f"sketchnet-cli: The output cannot be written ({reason}).\n" if reason else ""
    assert answer.stderr == expected


GOES_ON = "sketchnet-cli: The output cannot be written ({}). The work continues, and its result is saved.\n"


@pytest.fixture
def moons(here: Path) -> Path:
    """A project, not trained."""
    recipe = Recipe().with_settings({"dataset": "moons", "epochs": 3})
    write(Project(graph=templates.build("points-2d"), recipe=recipe), here / "p.sketchnet")
    return here / "p.sketchnet"


@pytest.fixture
def stream() -> Iterator[Callable[[str], TextIO | None]]:
    """Makes streams of the system that take nothing: "full", "closed" or "pipe"."""
    with ExitStack() as opened:

        def make(kind: str) -> TextIO | None:
            if kind == "closed":
                return None
            if kind == "full":
                return opened.enter_context(open("/dev/full", "w", encoding="utf-8"))
            reading, writing = os.pipe()
            os.close(reading)
            return opened.enter_context(open(writing, "w", encoding="utf-8"))

        yield make


@full
@pytest.mark.parametrize("json", [[], ["--json"]])
@pytest.mark.parametrize(
    ("kind", "reason"),
    # A number is an error of the system, which speaks the user's language once Qt is there.
    [("full", errno.ENOSPC), ("closed", "standard output is closed"), ("pipe", errno.EPIPE)],
    ids=["full", "closed", "pipe"],
)
def test_a_training_goes_on_when_its_output_cannot_be_written(
    kind: str,
    reason: str | int,
    json: list[str],
    stream: Stream,
    moons: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdout", stream(kind))
    assert main(["train", "p.sketchnet", *json]) == 1, "not all that was to be said was said"
    assert_is_trained(moons)
    assert capsys.readouterr().err == GOES_ON.format(os.strerror(reason) if isinstance(reason, int) else reason)


def assert_is_trained(path: Path) -> None:
    made = read(path)
    assert [row["epoch"] for row in made.run.history] == [1, 2, 3]
    assert made.run.test is not None


@full
@pytest.mark.parametrize("kind", ["full", "closed"])
def test_a_training_goes_on_when_nothing_can_be_said(
    kind: str, stream: Stream, moons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream(kind))
    monkeypatch.setattr(sys, "stderr", stream(kind))
    assert main(["train", "p.sketchnet"]) == 1
    assert_is_trained(moons)


@full
def test_a_training_with_a_bar_goes_on(
    stream: Stream, moons: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library that draws the bar writes by itself, and would end the process when nobody reads."""
    gone = stream("pipe")
    monkeypatch.setattr(gone, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", gone)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["train", "p.sketchnet"]) == 1
    assert_is_trained(moons)
    assert capsys.readouterr().err == GOES_ON.format(os.strerror(errno.EPIPE))


@pytest.mark.skipif(os.name != "posix", reason="a shell as POSIX has it")
def test_a_process_whose_reader_goes_away_trains_on(moons: Path, clean_environment: dict[str, str]) -> None:
    answer = shell("CLI train p.sketchnet --json | true", clean_environment)
    assert (answer.returncode, answer.stderr) == (1, GOES_ON.format("Broken pipe"))
    assert_is_trained(moons)


@pytest.mark.skipif(os.name != "posix", reason="file descriptors as POSIX has them")
def test_no_file_takes_the_place_of_a_closed_stream(here: Path, clean_environment: dict[str, str]) -> None:
    """What a library prints would be written into it."""
    script = (
        "import os\nfrom engine.cli import output\noutput.begin()\nplaces = []\n"
        "with open('here', 'w') as file:\n    places.append(file.fileno())\n    os.write(1, b'printed by a library')\n"
        "os._exit(int(min(places) < 3))"
    )
    command = ["sh", "-c", f'exec "{sys.executable}" -c "$0" <&- >&- 2>&-', script]
    assert subprocess.run(command, env=clean_environment, check=False).returncode == 0
    assert (here / "here").read_bytes() == b""


def test_without_streams_as_under_pythonw(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main(["layers"]) == 1
    assert main(["new", "line", "a"]) == 1
    assert (here / "a.sketchnet").exists()
    assert sys.stdout is None, "the next command is told, too"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_json_lines_are_json_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"area (m²)": 1.5, "Größe 学习 👩": "é\udcff"}
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="")
    monkeypatch.setattr(sys, "stdout", stream)
    engine.cli.output.begin()
    json_line(value)
    data = stream.buffer.getvalue()  # type: ignore[attr-defined]
    assert json.loads(data.decode(encoding)) == value
    if encoding in ("ascii", "latin-1", "cp1252", "cp932"):
        assert json.loads(data.decode("utf-8")) == value, "JSON is read as UTF-8, whatever the pipe is"
    if encoding == "utf-8":
        assert "m²" in data.decode(encoding), "nothing is escaped without need"
