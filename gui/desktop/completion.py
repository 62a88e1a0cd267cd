"""Completion of commands, options, choices and files in bash, zsh and fish."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from gui.desktop.typed_words import Command, Option


def bash(program: Command) -> str:
    """For /usr/share/bash-completion/completions; files are what bash offers where nothing else fits."""
    name = _function(program)
    cases = []
    for path, command in _all(program):
        words = [flag for option in command.options for flag in option.flags]
        words += [inner.name for inner in command.commands]
        words += [choice for option in command.options if not option.flags for choice in option.choices]
        cases.append(f"        {shlex.quote(' '.join(path))}) words={shlex.quote(' '.join(words))} ;;")
    values = [
        f"        {shlex.quote(' '.join([*path, flag]))}) words={shlex.quote(' '.join(option.choices))}; only=1 ;;"
        for path, command in _all(program)
        for option in command.options
        if option.value
        for flag in option.flags
    ]
    known = " ".join(shlex.quote(" ".join(path)) for path, _ in _all(program) if path)
    return "\n".join(
        [
            f"# Completion of {program.name} for bash, made from what it takes.",
            f"{name}() {{",
            '    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
            '    local words="" only="" path="" number known',
            "    for ((number = 1; number < COMP_CWORD; number++)); do",
            '        local longer="${path:+$path }${COMP_WORDS[number]}"',
            f"        for known in {known or '_'}; do",
            '            if [ "$known" = "$longer" ]; then path="$longer"; fi',
            "        done",
            "    done",
            '    case "$path" in',
            *cases,
            "    esac",
            '    case "${path:+$path }$before" in',
            *values,
            "    esac",
            '    if [ -z "$only" ] && [ -n "$current" ] && [ "${current#-}" = "$current" ] && [ "$path" ]; then',
            "        local word plain=''",
            '        for word in $words; do [ "${word#-}" = "$word" ] && plain="$plain $word"; done',
            '        words="$plain"',
            "    fi",
            '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
            "}",
            f"complete -o default -F {name} {program.name}",
            "",
        ]
    )


def fish(program: Command) -> str:
    """For fish's vendor_completions.d."""
    lines = [f"# Completion of {program.name} for fish, made from what it takes."]
    for path, command in _all(program):
        inner = " ".join(one.name for one in command.commands)
        conditions = [f"__fish_seen_subcommand_from {word}" for word in path]
        if inner:
            conditions.append(f"not __fish_seen_subcommand_from {inner}")
        condition = f" -n {_quoted('; and '.join(conditions))}" if conditions else ""
        start = f"complete -c {program.name}{condition}"
        lines += [f"{start} -f -a {one.name} -d {_quoted(one.summary)}" for one in command.commands]
        for option in command.options:
            if option.flags:
                lines.append(start + _fish_option(option))
            elif option.choices:
                lines.append(f"{start} -f -a {_quoted(' '.join(option.choices))}")
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    flags = "".join(f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in option.flags)
    if option.choices:
        flags += f" -x -a {_quoted(' '.join(option.choices))}"
    elif option.value:
        flags += " -r -F" if option.is_file else " -x"
    return f"{flags} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    """Text between single quotes, as fish reads it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def zsh(program: Command) -> str:
    """For zsh's vendor-completions."""
    functions = []
    for path, command in reversed(list(_all(program))):
        functions.append(_zsh_function(program, path, command))
    name = _function(program)
    return "\n\n".join([f"#compdef {program.name}", *functions, f'{name} "$@"']) + "\n"


def _zsh_function(program: Command, path: tuple[str, ...], command: Command) -> str:
    name = _function(program, *path)
    specs = [spec for option in command.options for spec in _zsh_specs(option)]
    lines = [f"{name}() {{"]
    if command.commands:
        listed = " ".join(shlex.quote(f"{one.name}:{one.summary.replace(':', ' -')}") for one in command.commands)
        specs += ["'1: :->command'", "'*:: :->rest'"]
        lines += [
            "  local curcontext=$curcontext state line",
            f"  local -a commands=({listed})",
            f"  _arguments -C {' '.join(specs)}",
            "  case $state in",
            "    command) _describe command commands ;;",
            "    rest)",
            "      case $line[1] in",
            *(f"        {one.name}) {_function(program, *path, one.name)} ;;" for one in command.commands),
            "      esac ;;",
            "  esac",
        ]
    else:
        lines.append(f"  _arguments {' '.join(specs)}")
    return "\n".join([*lines, "}"])


def _zsh_specs(option: Option) -> Iterator[str]:
    words = option.help.replace("[", "(").replace("]", ")").replace(":", " -")
    values = f"({' '.join(option.choices)})" if option.choices else "_files" if option.is_file else " "
    if not option.flags:
        yield shlex.quote(f"{'*' if option.many else ''}:{option.value}:{values}")
    for flag in option.flags:
        taken = f":{option.value}:{values}" if option.value else ""
        yield shlex.quote(f"{flag}[{words}]{taken}")


def _all(program: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command]]:
    """The program and all commands in it, each with the words that lead to it."""
    yield path, program
    for inner in program.commands:
        yield from _all(inner, (*path, inner.name))


def _function(program: Command, *path: str) -> str:
    return "_".join(["", *(word.replace("-", "_") for word in (program.name, *path))])
