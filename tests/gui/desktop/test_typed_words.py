"""Manual pages and completion are made of what the programs really take."""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.cli.parser import COMMANDS
from gui.desktop import completion, layout, manual_pages
from gui.desktop.typed_words import Command, command_of


@pytest.fixture
def program() -> Command:
    """A small one with everything that can occur."""
    parser = argparse.ArgumentParser(prog="toy-cli", description="Plays.")
    parser.add_argument("--loud", action="store_true", help="louder, 100%% of it")
    inner = parser.add_subparsers(metavar="COMMAND")
    play = inner.add_parser("play", help="play a tune", description="play a tune: it's loud")
    play.add_argument("tune", metavar="FILE", help="the tune")
    play.add_argument("--key", choices=["major", "minor"], help="its key: [one of two]")
    play.add_argument("--speed", metavar="N", help="how fast")
    play.add_argument("way", choices=["up", "down"], nargs="?", help="which way")
    stop = inner.add_parser("stop", help="stop")
    deeper = stop.add_subparsers()
    deeper.add_parser("now", help="at once")
    return command_of(parser, "plays tunes")


def completed(script: str, function: str, *words: str) -> list[str]:
    """What bash would offer for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMPREPLY=(); {function}; echo \"${{COMPREPLY[*]}}\""
    answer = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    assert answer.stderr == ""
    return answer.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["toy-cli", ""], ["-h", "--help", "--loud", "play", "stop"]),
        (["toy-cli", "pl"], ["play"]),
        (["toy-cli", "play", "--k"], ["--key"]),
        (["toy-cli", "play", "--key", ""], ["major", "minor"]),
        (["toy-cli", "play", "--key", "mi"], ["minor"]),
        (["toy-cli", "play", "--speed", ""], []),
        (["toy-cli", "play", "a tune", "d"], ["down"]),
        (["toy-cli", "play", "a tun"], []),  # which is left to the names of files
        (["toy-cli", "--loud", "st"], ["stop"]),
        (["toy-cli", "stop", "n"], ["now"]),
    ],
)
def test_bash_offers_what_fits(program: Command, words: list[str], offered: list[str]) -> None:
    assert completed(completion.bash(program), "_toy_cli", *words) == offered


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish_offers_what_fits(program: Command, tmp_path: Path) -> None:
    (tmp_path / "toy.fish").write_text(completion.fish(program), encoding="utf-8")

    def offered(line: str) -> list[str]:
        script = f"source {tmp_path / 'toy.fish'}; complete -C '{line}'"
        surroundings = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        command = ["fish", "--no-config", "-c", script]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings)
        return [one.split("\t")[0] for one in answer.stdout.splitlines()]

    assert offered("toy-cli pl") == ["play"]
    assert offered("toy-cli play --key ") == ["major", "minor"]
    assert "--speed" in offered("toy-cli play --")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_zsh_can_read_its_own(tmp_path: Path) -> None:
    for path, text in layout.completions().items():
        if "/_" in path:
            (tmp_path / "one").write_text(text, encoding="utf-8")
            answer = subprocess.run(["zsh", "-n", str(tmp_path / "one")], capture_output=True, text=True, check=False)
            assert (answer.returncode, answer.stderr) == (0, ""), path


def test_every_command_is_completed_in_every_shell() -> None:
    for path, text in layout.completions().items():
        if path.endswith(("sketchnet-cli", "sketchnet-cli.fish")):
            assert [module.NAME for module in COMMANDS if module.NAME not in text] == [], path


def test_a_manual_page_has_every_command_option_and_choice(program: Command) -> None:
    page = manual_pages.manual_page(program, "1.2", "toy")
    assert '.TH TOY\\-CLI 1 "" "Sketchnet 1.2" "User Commands"' in page
    assert "toy\\-cli \\- plays tunes" in page
    assert "Louder, 100% of it." in page
    assert '.SS "play"' in page
    assert "\\fB\\-\\-key\\fR" in page
    assert "One of: major, minor." in page
    assert ".B stop now" in page
    assert ".BR toy (1)" in page


def test_no_line_of_a_page_is_taken_for_a_command_of_troff() -> None:
    known = (".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".RS", ".RE")
    for name, packed in layout.manuals().items():
        for line in gzip.decompress(packed).decode().splitlines():
            assert not line.startswith((".", "'")) or line.split(" ")[0] in known, f"{name}: {line}"


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_the_pages_are_set_without_a_warning(tmp_path: Path) -> None:
    for packed in layout.manuals().values():
        answer = subprocess.run(
            ["groff", "-man", "-ww", "-z", "-K", "utf8"], input=gzip.decompress(packed), capture_output=True, check=True
        )
        assert answer.stderr == b""


def test_the_pages_name_everything_that_can_be_typed() -> None:
    pages = {name: gzip.decompress(packed).decode() for name, packed in layout.manuals().items()}
    for module in COMMANDS:
        assert f'.SS "{module.NAME}"' in pages["man/man1/sketchnet-cli.1.gz"]
    for flag in ("install\\-desktop", "uninstall\\-desktop", "version"):
        assert f"\\-\\-{flag}" in pages["man/man1/sketchnet.1.gz"]
