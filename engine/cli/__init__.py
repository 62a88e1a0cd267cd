"""The command line: everything the window does, for scripts and terminals. Starts without torch."""

from __future__ import annotations

import os
import sys

from engine.cli.failure import CommandError, refusals
from engine.cli.parser import PROGRAM, parser

__all__ = ["main"]

INTERRUPTED = 130
"""The exit status of what Ctrl-C has ended, as shells have it."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; ``argv`` are the words after the program's name. Returns the exit status, 0 only on success.

    What a person can have caused is one sentence on stderr, never a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of few letters must not stop the work
            stream.reconfigure(errors="replace")
    try:
        arguments = parser().parse_args(sys.argv[1:] if argv is None else argv)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except SystemExit as end:  # argparse: --help, --version, words it does not know
        return int(end.code or 0)
    except CommandError as error:
        return _refuse(str(error), error.status)
    except KeyboardInterrupt:
        return _refuse("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more may be written, not even at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
    except Exception as error:
        if not isinstance(error, refusals()):
            from engine.network.memory import NOT_ENOUGH, is_out_of_memory

            if not is_out_of_memory(error):
                raise
            return _refuse(NOT_ENOUGH)
        return _refuse(str(error))


def _refuse(sentence: str, status: int = 1) -> int:
    print(f"{PROGRAM}: {' '.join(sentence.split())}", file=sys.stderr)
    return status
