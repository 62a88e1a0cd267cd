"""The files that an exported training reads: rows beside it, of the user's, and the weights it writes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.network.line_wrapping import laid_out
from engine.network.script_answers import quoted
from engine.tasks.script.rows import read_csv, read_inputs_csv, read_inputs_npz, read_npz, reads_table
from engine.tasks.script.writing import ScriptSetup


@dataclass(frozen=True)
class RowFiles:
    """How rows get into a training: ``imports``, ``functions`` that define ``train_on_file``, and what it takes."""

    imports: tuple[str, ...]
    functions: tuple[str, ...]
    usage: str


def row_files(setup: ScriptSetup, *, answers: bool = True) -> RowFiles:
    """Rows with their ``answers``, or without, from arrays and, where its columns have names, from a table.

    ``train`` takes what is learned from and what is judged by, the latter None in most tables.
    """
    arrays = read_npz(setup.signature) if answers else read_inputs_npz(setup.signature)
    functions: tuple[str, ...]
    if not reads_table(setup.schema) or setup.signature.target.goals:
        functions = (arrays, train_on_file(setup.data_file, "read_npz(path)", "arrays"))
        return RowFiles(("import numpy as np",), functions, usage(setup.data_file, "FILE.npz"))
    table = read_csv(setup.signature) if answers else read_inputs_csv()
    either = 'read_csv(path) if path.suffix.lower() == ".csv" else read_npz(path)'
    functions = (arrays, table, train_on_file(setup.data_file, either, "a table or arrays"))
    takes = usage(setup.data_file, "FILE.npz or FILE.csv")
    return RowFiles(("import numpy as np", "import csv"), functions, takes)


def usage(data_file: str | None, files: str) -> str:
    """What stands behind ``--train``; it may be left out where there are rows beside the file."""
    return files if data_file is None else f"[{files}]"


def data_constant(data_file: str | None) -> list[str]:
    """The line that says where the rows lie; none where there is no file of them."""
    return [] if data_file is None else laid_out(f"DATA = Path(__file__).with_name({quoted(data_file)})")


def train_on_file(data_file: str | None, reading: str, trains_on: str) -> str:
    """``train_on_file``: the words behind ``--train`` -> weights in a file.

    ``reading`` is Python that makes of a ``path`` what ``train`` takes, in a tuple. ``trains_on`` says in words what
    lies in the file.
    """
    if data_file is None:
        first = [
            "    if not words:",
            '        sys.exit("Say which file to train on.")',
            "    path = Path(words[0])",
        ]
    else:
        first = ["    path = Path(words[0]) if words else DATA"]
    lines = [
        "def train_on_file(words):",
        f'    """Train on {trains_on} in a file, and save the weights beside this one."""',
        *first,
        "    if not path.is_file():",
        '        sys.exit(f"{path} is not there.")',
        *laid_out(f"network = train(*{f'({reading})' if ' ' in reading else reading})", indent=4),
        "    if WEIGHTS.exists():",
        '        WEIGHTS.replace(WEIGHTS.with_suffix(".before.safetensors"))',
        "    save_file(network.state_dict(), WEIGHTS)",
        '    print(f"The weights are in {WEIGHTS.name}.")',
    ]
    return "\n".join(lines)
