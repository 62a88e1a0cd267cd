"""Kills trainings and savings at random moments, again and again. Run by hand; ends with 1 when something was lost.

    python tests/benchmarks/attacks/kills.py [kills, 200] [seed]

Half of the kills hit ``train``, which saves at every moment it can: after each the file must open, ``--resume`` must go
on from it, and what a chain of kills ends in must be, bit for bit, what an unbroken run gives. The other half hit
processes that do nothing but save projects, journals, blocks, exports and caches: each file must be whole, the old or
the new one. After the next save nothing else may lie beside them. Prints the seed, every fault, and figures.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORDS = {
    "Adam": ["--set", "optimizer.kind=Adam"],
    "SGD": ["--set", "optimizer.kind=SGD", "--set", "optimizer.momentum=0.9", "--set", "optimizer.learning_rate=0.05"],
    "AdamW, one cycle": ["--set", "optimizer.kind=AdamW", "--set", "schedule.kind=one-cycle"],
}
ALL = ["--epochs", "24", "--set", "dataset_options.samples=400", "--set", "batch_size=16"]
LATEST_KILL = 1.0
"""Seconds after its start a process is killed at the latest: a training takes about two."""
MEGABYTES = 3
"""The weights of the projects that are saved over and over."""


def _surroundings() -> Path:
    """A home of its own, and one thread, before torch looks for either; the folder to work in."""
    home = tempfile.mkdtemp(prefix="sketchnet-kills-")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[name] = home
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    sys.path.insert(0, str(ROOT))
    return Path(home)


def start(work: Callable[[], int]) -> int:
    """A child that does ``work``, in silence. torch is loaded but was never used here: no threads are left behind."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            status = work()
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Attack:
    """Counts kills and faults; everything it does follows from the seed but the moments at which kills arrive."""

    def __init__(self, folder: Path, seed: int, kills: int) -> None:
        self.folder, self.random, self.wanted = folder, random.Random(seed), kills
        self.kills = self.chains = self.finished = self.left = 0
        self.faults: list[str] = []

    def fault(self, words: str) -> None:
        self.faults.append(words)
        print(f"kill {self.kills}: {words}", flush=True)

    def kill_later(self, child: int, latest: float) -> bool:
        """Kill a child at a random moment. Returns whether it was still at work."""
        time.sleep(self.random.uniform(0.0, latest))
        os.kill(child, signal.SIGKILL)
        was_killed = ended(child) == -signal.SIGKILL
        self.kills += was_killed
        return was_killed

    def check_alone(self, *paths: Path) -> None:
        """Nothing but these may lie in their folder."""
        found = sorted(entry.name for entry in paths[0].parent.iterdir())
        if found != sorted(path.name for path in paths):
            self.fault(f"left behind: {', '.join(found)}")

    # Trainings

    def unbroken(self, words: list[str], path: Path) -> None:
        if ended(start(lambda: _train(path, words))) != 0:
            raise SystemExit("The unbroken run did not come to its end.")

    def chain(self, words: list[str], whole: Path, until: int) -> None:
        """Kill a training and go on with it until it comes to its end, or enough were killed."""
        from engine.project.file import read
        from engine.project.project import ProjectError

        self.chains += 1
        folder = self.folder / f"chain{self.chains}"
        folder.mkdir()
        path = folder / "a.sketchnet"
        shutil.copy(self.folder / "new.sketchnet", path)
        going_on = True
        while going_on:
            child = start(lambda: _train(path, [*words, "--resume"]))
            if self.kills < until:
                going_on = self.kill_later(child, LATEST_KILL)
            else:
                going_on = False
                if status := ended(child):
                    self.fault(f"a resumed run ended with {status}")
            self.left += len(list(folder.iterdir())) - 1
            try:
                project = read(path)
            except ProjectError as error:
                self.fault(f"unreadable: {error}")
                return
        self.finished += 1
        self.check_alone(path)
        reference = read(whole)
        if not _same(project.run.weights, reference.run.weights) or project.run.test != reference.run.test:
            self.fault("the end of the chain is not that of the unbroken run")

    # Savings

    def saving(self, name: str, save: Callable[[Path, int], None], whole: Callable[[Path], bool]) -> None:
        """Kill a process that saves over and over; then the file is whole, and the next save leaves it alone."""
        folder = self.folder / f"saving {name}"
        folder.mkdir(exist_ok=True)

        def once(number: int) -> list[str]:
            """Save in a process of its own, which gives its locks back, and list what lies there."""
            if status := ended(start(lambda: save(folder, number) or 0)):
                self.fault(f"saving {name} ended with {status}")
            return sorted(entry.name for entry in folder.iterdir())

        def work() -> int:
            number = 0
            while True:
                save(folder, number)
                number += 1

        before = once(0)
        if not self.kill_later(start(work), LATEST_KILL / 2):
            self.fault(f"saving {name} ended by itself")
        self.left += len(list(folder.iterdir())) - len(before)
        try:
            if not whole(folder):
                self.fault(f"{name}: what lies there is neither the old nor the new one")
        except Exception as error:
            self.fault(f"{name} unreadable: {error}")
        after = once(1)
        if after != before:
            self.fault(f"{name} left behind: {', '.join(set(after) - set(before))}")


def _train(path: Path, words: list[str]) -> int:
    """``train`` with every state saved that the run gives away."""
    from engine.cli import main, session
    from engine.training import runner

    def save(self: session.ConsoleRun, state: object) -> None:
        if state is not None and state is not self._kept:
            self._keep(state)  # type: ignore[arg-type]
            self._kept = state  # type: ignore[assignment]

    runner.SAFE_EVERY = runner.GOOD_EVERY = session.LOOK_EVERY = 0.0
    session.ConsoleRun._save = save  # type: ignore[method-assign, assignment]
    return main(["train", str(path), *ALL, *words])


def _same(one: object, other: object) -> bool:
    import numpy as np

    return (
        isinstance(one, dict)
        and isinstance(other, dict)
        and one.keys() == other.keys()
        and all(np.array_equal(one[name], other[name]) for name in one)
    )


def _savings(trained: Path) -> dict[str, tuple[Callable[[Path, int], None], Callable[[Path], bool]]]:
    """Ways to write a file, with the number of the writing, and whether what lies there is one of what was written."""
    from dataclasses import replace

    import numpy as np

    from engine.data import disk_cache
    from engine.export.source import export_source
    from engine.files.atomic import write_whole
    from engine.graph.blocks import ready
    from engine.project import my_blocks
    from engine.project.file import read, write
    from engine.project.recovery import Journal
    from tests.engine.project.projects import example, same_project

    def large(number: int) -> np.ndarray:
        return np.full((MEGABYTES, 2**18), number % 2, np.float32)

    runs = [replace(example().run, weights={"linear1.weight": large(k)}) for k in (0, 1)]
    made = [replace(example(), title=str(k), run=run) for k, run in enumerate(runs)]
    exported, block = read(trained), replace(ready()["MLP"].make(), title="Mine")

    def save_block(folder: Path, number: int) -> None:
        my_blocks.folder = lambda: folder
        my_blocks.save(block)

    def save_source(folder: Path, number: int) -> None:
        export_source(exported, folder / "mine.py")

    def save_cache(folder: Path, number: int) -> None:
        pictures, labels = np.full((900, 1, 28, 28), number % 2, np.uint8), np.zeros(900, np.int64)
        disk_cache.write(folder / "digits.npz", pictures, labels)

    return {
        "project": (
            lambda folder, number: write(made[number % 2], folder / "a.sketchnet"),
            lambda folder: any(same_project(read(folder / "a.sketchnet"), each) for each in made),
        ),
        "journal": (
            lambda folder, number: Journal.of(folder / "a.sketchnet").write(made[number % 2]),
            lambda folder: Journal.of(folder / "a.sketchnet").recover().title in ("0", "1"),
        ),
        "block": (save_block, lambda folder: [my_blocks.load(path) for path in folder.glob("*.json")] == [block]),
        "source": (save_source, lambda folder: compile((folder / "mine.py").read_text(), "mine", "exec") is not None),
        "cache": (save_cache, lambda folder: disk_cache.read(folder / "digits.npz", 900) is not None),
        "bytes": (
            lambda folder, number: write_whole(folder / "a", bytes([number % 2]) * (MEGABYTES << 20)),
            lambda folder: len(set((folder / "a").read_bytes())) == 1,
        ),
    }


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}, {kills} kills", flush=True)
    home = _surroundings()
    # What takes time is loaded once; nothing of it may start a thread, since children are split off.
    import scipy.ndimage  # noqa: F401
    import torch._dynamo  # noqa: F401
    import torchmetrics  # noqa: F401

    import engine.cli.progress
    import engine.cli.session
    import engine.project.rescue
    import engine.training.data_loading
    import engine.training.run  # noqa: F401
    from engine.cli import main as command

    if (tasks := Path("/proc/self/task")).is_dir() and len(list(tasks.iterdir())) > 1:
        raise SystemExit("Threads were started: children that are split off now would not be sound.")
    folder = home / "work"
    folder.mkdir()
    attack, began = Attack(folder, seed, kills), time.monotonic()
    try:
        start_file = folder / "new.sketchnet"
        if ended(start(lambda: command(["new", "points-2d", str(start_file)]))) != 0:
            raise SystemExit("There is no project to begin with.")
        wholes = {}
        for name, words in WORDS.items():
            wholes[name] = folder / f"{len(wholes)}.sketchnet"
            shutil.copy(start_file, wholes[name])
            attack.unbroken(words, wholes[name])
        savings = _savings(wholes["Adam"])
        told = 0
        while attack.kills < kills:
            name = list(WORDS)[attack.chains % len(WORDS)]
            attack.chain(WORDS[name], wholes[name], min(attack.kills + 8, kills))
            for way, (save, whole) in savings.items():
                if attack.kills < kills:
                    attack.saving(way, save, whole)
            if attack.kills - told >= 20 or attack.kills >= kills:
                told = attack.kills
                seconds = time.monotonic() - began
                print(f"{seconds:5.0f} s   {attack.kills} kills   {len(attack.faults)} faults", flush=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(
        f"{attack.kills} kills, {attack.finished} of {attack.chains} chains of trainings ended as the unbroken run, "
        f"{attack.left} files left by kills and cleared, {len(attack.faults)} faults"
    )
    return 1 if attack.faults else 0


if __name__ == "__main__":
    sys.exit(main())
