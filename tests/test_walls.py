"""The walls between the rooms, held by reading every import in the code.

The syntax tree is read instead of running the modules, so that an import inside a function counts as well; what a
module pulls in when it is imported is asked of a fresh interpreter.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).resolve().parent.parent

QT = {"PySide6", "PySide2", "PyQt5", "PyQt6", "shiboken6", "pyqtgraph", "qtpy"}
TORCH = {"torch", "torchmetrics", "torchvision", "lightning_utilities"}
STARTS_WITHOUT_TORCH = (
    "engine.graph",
    "engine.graph.advice.analysis",
    "engine.graph.templates",
    "engine.data.catalogue",
    "engine.data.novelty",
    "engine.data.preparation",
    "engine.data.digit",
    "engine.training.recipe",
    "engine.tasks.registry",
    "engine.training.run_end",
    "engine.training.run_record",
    "engine.training.telemetry",
    "engine.training.control",
    "engine.project",
    "engine.inspection.costs",
    "engine.reports.doctor",
    "engine.cli",
)

# What each room of the engine may import of the others; the modules that lie in ``engine`` itself are for all of them.
# Training and tasks share a floor: a recipe reads which kinds of learning there are, their learners build on training.
MAY_IMPORT = {
    "files": set(),
    "graph": set(),
    "data": {"files", "graph"},
    "network": {"graph"},
    "training": {"graph", "data", "network", "tasks"},
    "tasks": {"graph", "data", "network", "training"},
    "running": {"graph", "data", "network", "training", "tasks"},
    "inspection": {"graph", "data", "network", "training", "tasks"},
    "export": {"files", "graph", "data", "network", "training", "tasks", "project"},
    "project": {"files", "graph", "data", "training"},
    "reports": {"graph", "data", "training", "tasks"},
    "cli": {"files", "graph", "data", "network", "training", "tasks", "running", "inspection", "export", "project"}
    | {"reports"},
}
# What each room of the drawing may import of the others; the modules that lie in ``engine/graph`` itself are for all.
GRAPH_MAY_IMPORT: dict[str, set[str]] = {
    "layers": set(),
    "losses": {"layers"},
    "layout": {"layers"},
    "blocks": {"layers", "layout"},
    "templates": {"layers", "layout", "blocks"},
    "advice": {"layers", "losses", "layout", "blocks"},
}
# The modules that lie in ``engine/graph`` itself are the drawing as a value, and know of layers only. These know more.
GRAPH_ABOVE_ROOMS = {"grouping": {"layout"}, "reading": {"blocks"}, "rewiring": {"blocks"}}
# The same for the rooms of the window; all of them may use the modules that lie in ``gui`` itself.
WINDOW_MAY_IMPORT = {
    "theme": set(),
    "desktop": set(),
    "training": set(),
    "canvas": {"theme"},
    "plots": {"theme"},
    "gallery": {"theme"},
    "splits": {"theme"},
    "data": {"splits", "theme"},
    "wall": {"canvas", "theme", "training"},
    "crash": {"theme"},
    "system": {"desktop"},
    "preferences": {"crash", "system", "panels", "theme"},
    "panels": {"canvas", "plots", "splits", "theme"},
    "tryout": {"panels", "plots", "theme", "training"},
    "examples": {"panels", "plots", "theme", "training", "tryout"},
    "tasks": {"panels", "plots", "theme", "training", "tryout"},
    "help": {"canvas", "crash", "gallery", "panels", "plots", "tasks", "theme", "tryout"},
}
# The project file is read before the window has loaded torch; these modules are values without it.
PROJECT_MAY_IMPORT = (
    "engine.data.carrying",
    "engine.data.dataset",
    "engine.data.novelty",
    "engine.data.preparation",
    "engine.training.data_at_hand",
    "engine.training.fold_figures",
    "engine.training.recipe",
    "engine.tasks.registry",
    "engine.training.run_end",
    "engine.training.run_record",
    "engine.training.saved_values",
    "engine.training.state",
)


@cache
def sources(*rooms: str) -> tuple[Path, ...]:
    """Every Python file under these folders, which must exist."""
    found = []
    for room in rooms:
        files = sorted((ROOT / room).rglob("*.py"))
        assert files, f"there is nothing to look at under {room}"
        found += files
    return tuple(found)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports, wherever in the file it does so.

    ``from a.b import c`` gives ``a.b.c``, since ``c`` may be a module.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                yield node.lineno, f"{stem}.{alias.name}"
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def breaches(files: tuple[Path, ...], forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files
        for line, name in imports(path)
        if name.split(".")[0] in forbidden
    ]


def is_under(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def test_the_engine_knows_no_screen() -> None:
    assert breaches(sources("engine"), QT | {"gui"}) == []


def test_the_drawing_needs_neither_torch_nor_numpy() -> None:
    assert breaches(sources("engine/graph"), TORCH | {"numpy"}) == []


def test_the_window_names_no_torch() -> None:
    assert breaches(sources("gui"), TORCH) == []


def test_the_resources_import_nothing_of_ours() -> None:
    """But for the scripts that make them, which nothing imports."""
    shipped = tuple(path for path in sources("resources") if not path.name.startswith("make_"))
    assert breaches(shipped, QT | TORCH | {"engine", "gui", "tests"}) == []
    makers = {module_name(path) for path in sources("resources")} - {module_name(path) for path in shipped}
    wrong = [name for path in sources("engine", "gui") for _, name in imports(path) if name in makers]
    assert wrong == []


def test_nothing_that_ships_imports_the_tests() -> None:
    assert breaches(sources("engine", "gui"), {"tests", "pytest", "hypothesis"}) == []


def test_nothing_in_the_engine_imports_upwards() -> None:
    wrong = []
    for path in sources("engine"):
        parts = path.relative_to(ROOT / "engine").with_suffix("").parts
        room = parts[0]
        if len(parts) == 1:
            allowed: set[str] = set()
        else:
            assert room in MAY_IMPORT, f"engine/{room} is a new room: give it its place in MAY_IMPORT"
            allowed = MAY_IMPORT[room] | {room}
        for line, name in imports(path):
            words = name.split(".")
            if words[0] == "engine" and len(words) > 1 and words[1] in MAY_IMPORT and words[1] not in allowed:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_rooms_of_the_window_keep_their_order() -> None:
    wrong = []
    for path in sources("gui"):
        room = path.relative_to(ROOT / "gui").parts[0]
        if room.endswith(".py"):
            continue
        assert room in WINDOW_MAY_IMPORT, f"gui/{room} is a new room: give it its place in WINDOW_MAY_IMPORT"
        for line, name in imports(path):
            words = name.split(".")
            other = words[1] if words[0] == "gui" and len(words) > 1 else room
            if other in WINDOW_MAY_IMPORT and other != room and other not in WINDOW_MAY_IMPORT[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_rooms_of_the_drawing_keep_their_order() -> None:
    wrong = []
    for path in sources("engine/graph"):
        parts = path.relative_to(ROOT / "engine" / "graph").with_suffix("").parts
        room = parts[0] if len(parts) > 1 else ""
        if room:
            assert room in GRAPH_MAY_IMPORT, f"engine/graph/{room} is a new room: give it its place in GRAPH_MAY_IMPORT"
        allowed = GRAPH_MAY_IMPORT[room] | {room} if room else GRAPH_ABOVE_ROOMS.get(parts[0], set()) | {"layers"}
        for line, name in imports(path):
            words = name.split(".")
            if words[:2] == ["engine", "graph"] and len(words) > 2 and words[2] in GRAPH_MAY_IMPORT.keys() - allowed:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_no_modules_import_each_other() -> None:
    """Not even in a function, nor for their types only: whoever reads one would have to read all of them.

    Values that hold each other (a block holds a drawing, whose nodes hold blocks) name their types in one small file
    of protocols a room, which is left out here.
    """
    files = {module_name(path): path for path in sources("engine", "gui", "resources")}
    assert circles({name: imported(path, files) for name, path in files.items()}) == []


def imported(path: Path, files: dict[str, Path]) -> set[str]:
    """Which of ``files`` a file imports, but for protocols."""
    found = set()
    for _, name in imports(path):
        module = name if name in files else name.rpartition(".")[0]
        if module in files:
            found.add(module)
    return {name for name in found - {module_name(path)} if not name.endswith(".protocols")}


def circles(below: dict[str, set[str]]) -> list[list[str]]:
    """The sets of more than one module that reach each other (R. Tarjan, SIAM J. Comput. 1, 1972), each in order."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in sorted(below[name]):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for name in below:
        if name not in number:
            visit(name)
    return found


def test_a_circle_of_modules_is_found() -> None:
    below = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a", "d"}}
    assert circles(below) == [["d", "e"], ["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_no_two_public_classes_share_a_name() -> None:
    where: dict[str, list[str]] = {}
    for path in sources("engine", "gui", "resources"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def test_the_project_file_reaches_only_for_values() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources("engine/project")
        for line, name in imports(path)
        if is_under(name, "engine.data") or is_under(name, "engine.training")
        if not any(is_under(name, module) for module in PROJECT_MAY_IMPORT)
    ]
    assert wrong == []


def test_the_rooms_have_no_circle_but_the_one_that_is_named() -> None:
    def reach(room: str, seen: frozenset[str]) -> set[str]:
        below = MAY_IMPORT[room] - {"tasks" if room == "training" else ""} - seen
        return below.union(*(reach(other, seen | below) for other in below))

    assert [room for room in MAY_IMPORT if room in reach(room, frozenset())] == []


@pytest.mark.parametrize("module", STARTS_WITHOUT_TORCH)
def test_importing_it_brings_no_torch(module: str) -> None:
    """One interpreter a module: what one of them drags in must not hide behind another."""
    script = (
        f"import sys, {module}\n"
        f"print(*sorted(set({sorted(TORCH | QT)!r}) & sys.modules.keys()))\n"
        f"print('numpy' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stderr
    dragged, numpy = answer.stdout.split("\n")[:2]
    assert dragged == ""
    if is_under(module, "engine.graph"):
        assert numpy == "False"


def test_nothing_pickles() -> None:
    pickles = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    assert breaches(sources("engine", "gui", "resources"), pickles) == []
    wrong = []
    for path in sources("engine", "gui", "resources"):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value)
            keywords = {word.arg: word.value for word in node.keywords}
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if owner == "torch" and node.func.attr == "load":
                only = keywords.get("weights_only")
                if not (isinstance(only, ast.Constant) and only.value is True):
                    wrong.append(f"{where} torch.load without weights_only=True")
            if owner in ("np", "numpy") and node.func.attr == "load":
                allowed = keywords.get("allow_pickle")
                if allowed is not None and not (isinstance(allowed, ast.Constant) and allowed.value is False):
                    wrong.append(f"{where} numpy.load with allow_pickle")
    assert wrong == []


def test_no_code_is_run_from_text() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} calls {node.func.id}"
        for path in sources("engine", "gui", "resources")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    ]
    assert wrong == []


def test_no_file_has_outgrown_one_concern() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in (*sources("engine", "gui", "resources", "tests"), ROOT / "start.py")
        if (count := path.read_text(encoding="utf-8").count("\n")) > 800
    ]
    assert long == []


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (*sources("engine", "gui", "resources"), ROOT / "start.py")
        if len(ast.get_docstring(tree(path)) or "") < 15
    ]
    assert silent == []


def test_the_version_stands_in_one_place() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in declared["project"]
    assert declared["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "engine.__version__"}
    newest = re.search(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == engine.__version__


def test_start_needs_only_the_standard_library() -> None:
    outside = {name.split(".")[0] for _, name in imports(ROOT / "start.py")} - sys.stdlib_module_names
    assert outside == set()


def test_the_reader_of_imports_sees_every_form(tmp_path: Path) -> None:
    """The tests above are worth as much as this reader."""
    path = ROOT / "engine" / "graph" / "imagined.py"
    text = (
        "import a.b\nfrom c import d\nfrom . import e\nfrom ..data import f\n"
        "def g():\n    import h\n    import_module('i.j')\n    __import__('k')\n"
    )
    file = tmp_path / "imagined.py"
    file.write_text(text, encoding="utf-8")
    parsed = ast.parse(text)
    original = tree
    try:
        globals()["tree"] = lambda where: parsed if where == path else original(where)
        names = [name for _, name in imports(path)]
    finally:
        globals()["tree"] = original
    assert sorted(names) == ["a.b", "c.d", "engine.data.f", "engine.graph.e", "h", "i.j", "k"]
