"""Manual pages, for ``man sketchnet`` and ``man sketchnet-cli``."""

from __future__ import annotations

from gui.desktop.identity import NAME
from gui.desktop.typed_words import Command, Option


def manual_page(program: Command, version: str, see: str) -> str:
    """The page of a program in troff's language; ``see`` is the page of the other one."""
    lines = [
        f'.TH {_text(program.name.upper())} 1 "" "{NAME} {version}" "User Commands"',
        ".SH NAME",
        f"{_text(program.name)} \\- {_text(program.summary)}",
        ".SH SYNOPSIS",
    ]
    if program.commands:
        lines += [f".B {_text(program.name)}", "COMMAND", "[ARGUMENT ...]"]
    else:
        lines += _synopsis(program)
    lines += [".SH DESCRIPTION", _text(_sentence(program.description))]
    lines += _options(program, ".SH OPTIONS")
    if program.commands:
        lines.append(".SH COMMANDS")
    for command in program.commands:
        lines += [f'.SS "{_text(command.name)}"', *_synopsis(command), ".PP", _text(_sentence(command.description))]
        lines += _options(command, "")
        for inner in command.commands:
            lines += [".PP", *_synopsis(inner, f"{command.name} {inner.name}"), ".RS"]
            lines += [_text(_sentence(inner.description or inner.summary)), *_options(inner, ""), ".RE"]
    lines += [".SH SEE ALSO", f".BR {_text(see)} (1)"]
    return "\n".join(line for line in lines if line) + "\n"


def _synopsis(command: Command, name: str = "") -> list[str]:
    words = [f".B {_text(name or command.name)}"]
    if any(option.flags for option in command.options):
        words.append("[OPTION ...]")
    for option in command.options:
        if not option.flags:
            word = _text(option.value or "") + (" ..." if option.many else "")
            words.append(f"[{word}]" if option.optional else word)
    return [*words, *(["COMMAND ..."] if command.commands else [])]


def _options(command: Command, heading: str) -> list[str]:
    lines = [heading] if heading else []
    for option in command.options:
        if option.flags and option.flags[-1] == "--help" and not heading:
            continue  # every command has it
        lines += [".TP", _named(option), _text(_sentence(option.help)) + _choices(option)]
    return lines


def _named(option: Option) -> str:
    value = f" \\fI{_text(option.value)}\\fR" if option.value else ""
    if not option.flags:
        return value.strip()
    return ", ".join(f"\\fB{_text(flag)}\\fR" for flag in option.flags) + value


def _choices(option: Option) -> str:
    return f" One of: {_text(', '.join(option.choices))}." if option.choices else ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."


def _text(text: str) -> str:
    """Text as troff shows it letter by letter: a minus one can copy, and no line that begins with a command."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
