"""How an exported file reads the rows it trains on: arrays or a table, and their answers as the network learns them."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.signature import Signature
from engine.graph.targets import TargetKind
from engine.network.source import Scaling, tensor


def prepare_answers(scaling: Scaling) -> str:
    shift, scale = scaling.target_shift, scaling.target_scale
    words = f"answers.float().reshape(-1, {len(shift)})"
    lines = ["def prepare_answers(answers):", '    """Values in the units of the data, as the network learns them."""']
    if any(shift):
        lines += tensor("shift", shift, 1)
        words += " - shift"
    if any(value != 1 for value in scale):
        lines += tensor("scale", scale, 1)
        words = f"({words}) / scale" if any(shift) else f"{words} / scale"
    return "\n".join([*lines, f"    return {words}"])


def reads_table(schema: Schema) -> bool:
    """Whether the rows may come from a table with named columns too.

    A table of the user's has other columns than the numbers that it becomes: it is written as arrays.
    """
    return bool(schema.columns) and schema.input.rank == 1 and not schema.input.is_tokens and not schema.is_own_table


def read_npz(signature: Signature) -> str:
    sizes = ", ".join(map(str, signature.input.sizes))
    return _NPZ.replace("SIZES", sizes if signature.input.rank > 1 else f"{sizes},")


def read_csv(signature: Signature) -> str:
    if signature.target.kind is TargetKind.VALUES:
        answers = "[[float(row[name]) for name in VALUES] for row in rows]"
        return _CSV.replace("WANTED", "(*COLUMNS, *VALUES)").replace("TARGET", answers)
    answers = "[class_of(row[names[-1]]) for row in rows]"
    return f"{_CLASS_OF}\n\n\n{_CSV.replace('WANTED', 'COLUMNS').replace('TARGET', answers)}"


def read_inputs_npz(signature: Signature) -> str:
    """``read_npz`` for what is learned from without answers."""
    sizes = ", ".join(map(str, signature.input.sizes))
    return _INPUTS_NPZ.replace("SIZES", sizes if signature.input.rank > 1 else f"{sizes},")


def read_inputs_csv() -> str:
    """``read_csv`` for what is learned from without answers."""
    text = _CSV.replace("WANTED", "COLUMNS").replace("        answers = TARGET\n", "")
    return text.replace("torch.tensor(inputs), torch.tensor(answers)", "torch.tensor(inputs), None")


_INPUTS_NPZ = '''\
def read_npz(path):
    """An array called inputs, and one called validation_inputs where there is one."""
    with np.load(path) as file:
        arrays = {name: torch.from_numpy(file[name]) for name in file.files}
    if "inputs" not in arrays:
        sys.exit(f"{path} must hold an array called inputs.")
    if arrays["inputs"].shape[1:] != (SIZES):
        sys.exit(f"The inputs in {path} must be N × (SIZES).")
    return arrays["inputs"], arrays.get("validation_inputs")'''

_NPZ = '''\
def read_npz(path):
    """Arrays called inputs and answers, and the same of validation where they are."""
    with np.load(path) as file:
        arrays = {name: torch.from_numpy(file[name]) for name in file.files}
    if not {"inputs", "answers"} <= arrays.keys():
        sys.exit(f"{path} must hold the arrays inputs and answers.")
    if arrays["inputs"].shape[1:] != (SIZES):
        sys.exit(f"The inputs in {path} must be N × (SIZES).")
    validation = arrays.get("validation_inputs"), arrays.get("validation_answers")
    learned = arrays["inputs"], arrays["answers"]
    return *learned, None if None in validation else validation'''

_CLASS_OF = '''\
def class_of(word):
    """The number of a class that is written as its name."""
    if word not in CLASSES:
        sys.exit(f"{word} is none of {', '.join(CLASSES)}.")
    return CLASSES.index(word)'''

_CSV = '''\
def read_csv(path):
    """The columns of a table whose first line says what they are called."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), reader.fieldnames or []
    missing = [name for name in WANTED if name not in names]
    if missing or not rows:
        sys.exit(f"{path} lacks rows, or the columns: {', '.join(missing)}.")
    try:
        inputs = [[float(row[name]) for name in COLUMNS] for row in rows]
        answers = TARGET
    except (TypeError, ValueError) as error:
        sys.exit(f"{path}: {error}.")
    return torch.tensor(inputs), torch.tensor(answers)'''
