"""The command line: everything the window does, for scripts and terminals. Starts without torch."""

from __future__ import annotations

import sys

from engine.cli import output
from engine.cli.failure import CommandError, refusals
from engine.cli.parser import parser

__all__ = ["main"]

INTERRUPTED = 130
"""The exit status of what Ctrl-C has ended, as shells have it."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; ``argv`` are the words after the program's name. Returns the exit status, 0 only on success.

    Success takes that all output could be written. What a person can have caused is one sentence on stderr, never a
    traceback.
    """
    output.begin()
    return output.finish(_run(sys.argv[1:] if argv is None else argv))


def _run(argv: list[str]) -> int:
    try:
        arguments = parser().parse_args(argv)
        status: int = arguments.run(arguments)
        return status
    except SystemExit as end:  # argparse: --help, --version, words it does not know
        return int(end.code or 0)
    except CommandError as error:
        return _refuse(str(error), error.status)
    except KeyboardInterrupt:
        return _refuse("Stopped.", INTERRUPTED)
    except output.OutputError as error:
        return 1 if error.reader_gone else _refuse(str(error))
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}.")
    except Exception as error:
        if not isinstance(error, refusals()):
            from engine.network.memory import NOT_ENOUGH, is_out_of_memory

            if not is_out_of_memory(error):
                raise
            return _refuse(NOT_ENOUGH)
        return _refuse(str(error))


def _refuse(sentence: str, status: int = 1) -> int:
    output.refuse(sentence)
    return status
