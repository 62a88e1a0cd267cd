"""Sets Sketchnet up on first use, then opens the window, runs a command or runs the tests.

    python3 start.py                        open the window (the demo in the terminal where there is no display)
    python3 start.py digits.sketchnet       open a project in the window
    python3 start.py test [pytest options]  run the tests
    python3 start.py train FILE …           any other word goes to the command line; --help lists them

Only the standard library is used here, because nothing else is there yet. The file must parse on Pythons that are
too old to run Sketchnet, so that they can be told so: annotations stay in quotes. What a warm start does not need is
imported where it is used.
"""

import json
import os
import sys
import time
from collections import namedtuple
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, "sketchnet.json")
LOG = os.path.join(VENV, "setup.log")
LOCK = os.path.join(HERE, ".venv.lock")
OLDEST, TOO_NEW = (3, 11), (3, 14)

APT = (
    "apt-get install -y --no-install-recommends "
    "libegl1 libgl1 libglib2.0-0 libx11-xcb1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 "
    "libxcb-image0 libxcb-render-util0 libxcb-shape0 libdbus-1-3 libfontconfig1 libwayland-cursor0 libwayland-egl1"
)
# Run by the new Python: says on its last line which system library is missing, or nothing.
QT_CHECK = """
import ctypes, pathlib, sys
try:
    import PySide6.QtWidgets, PySide6.QtSvg, PySide6.QtTest, PySide6.QtOpenGLWidgets
    plugin = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / f"libq{sys.argv[1]}.so"
    if plugin.exists():
        ctypes.CDLL(str(plugin))
except (ImportError, OSError) as error:
    sys.exit(str(error))
"""


class SetupError(Exception):
    """What stands in the way, in a sentence or two for the person at the keyboard."""


# What the words ask for: the module that the new Python runs with these words, the extras it needs installed, the Qt
# platform whose system libraries must be there ("" for none), and what to say first.
Errand = namedtuple("Errand", "module words extras plugin note")
Errand.__new__.__defaults__ = ((), "", "")


def decide(words: "list[str]", platform: str, environment: "dict[str, str]") -> Errand:
    """The errand that the words ask for on this system."""
    if words and words[0] == "test":
        return Errand("pytest", workers(words[1:]) + words[1:], ("test",), "offscreen")
    if words and not words[0].lower().endswith(".sketchnet"):
        return Errand("engine.cli", words)
    if not platform.startswith("linux"):
        return Errand("gui", words)
    chosen = environment.get("QT_QPA_PLATFORM", "").replace(";", ":").split(":")[0]
    if chosen or environment.get("DISPLAY"):
        return Errand("gui", words, plugin=chosen or "xcb")
    if environment.get("WAYLAND_DISPLAY"):
        return Errand("gui", words, plugin="wayland")
    missing = "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open. "
    if words:
        return Errand("engine.cli", ["info", *words], note=missing + "This is what the file holds:")
    return Errand("engine.cli", ["demo"], note=missing + "The same in this terminal:")


def workers(words: "list[str]") -> "list[str]":
    """Options that spread the tests over the processors, unless the words already say how, or ask for a debugger."""
    if any(word.startswith(("-n", "--numprocesses", "--dist", "--pdb", "--trace")) for word in words):
        return []
    count = min(4, os.cpu_count() or 1)
    return ["-n", str(count), "--dist", "loadfile"] if count > 1 else []


def venv_python() -> str:
    return os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def site_packages() -> str:
    if os.name == "nt":
        return os.path.join(VENV, "Lib", "site-packages")
    return os.path.join(VENV, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def fingerprint() -> str:
    """Changes when a new set-up is due: other requirements, another Python, another place."""
    import hashlib

    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        try:
            with open(os.path.join(HERE, name), "rb") as file:
                digest.update(file.read() + b"\0")
        except FileNotFoundError:
            raise SetupError(f"{name} is missing from {HERE}: this copy is not whole. Fetch it again.") from None
    digest.update(("%d.%d\0" % sys.version_info[:2] + HERE).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read_stamp() -> "dict":
    """What the last finished set-up left, or an empty one."""
    stamp = {"key": "", "extras": [], "plugins": [], "packages": []}
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp.update(json.load(file))
    except (OSError, ValueError, TypeError):
        pass
    return stamp


def write_stamp(stamp: "dict") -> None:
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file)
    os.replace(STAMP + ".new", STAMP)


def packages() -> "list[str]":
    names = os.listdir(site_packages()) if os.path.isdir(site_packages()) else []
    return sorted(name for name in names if name.endswith(".dist-info"))


def installed(stamp: "dict", extras: "tuple[str, ...]") -> bool:
    """Whether .venv is still what the stamp says, and that is what is needed."""
    return (
        stamp["key"] == fingerprint()
        and set(extras) <= set(stamp["extras"])
        and set(stamp["packages"]) <= set(packages())
        and os.access(venv_python(), os.X_OK)
        and all(os.path.isfile(os.path.join(site_packages(), name, "__init__.py")) for name in ("torch", "PySide6"))
    )


def say(text: str) -> None:
    """A line on stderr: stdout belongs to the command that runs afterwards."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Phase:
    """One step of the set-up: a line that moves on a terminal, plain lines elsewhere."""

    def __init__(self, title: str) -> None:
        self.title, self.detail, self.turns = title, "", 0
        self.began = self.spoke = time.monotonic()
        self.moving = sys.stderr.isatty()
        if not self.moving:
            say(title + " ...")

    def tick(self) -> None:
        seconds = time.monotonic() - self.began
        if self.moving:
            self.turns += 1
            self.line("%s %s  %d s  %s" % ("|/-\\"[self.turns % 4], self.title, seconds, self.detail))
        elif time.monotonic() - self.spoke > 30:
            self.spoke = time.monotonic()
            say("  still busy after %d s%s" % (seconds, self.detail and ": " + self.detail))

    def line(self, text: str) -> None:
        width = (os.get_terminal_size(2).columns or 80) - 1
        sys.stderr.write("\r" + text[:width].ljust(width) + ("" if text else "\r"))
        sys.stderr.flush()

    def done(self) -> None:
        seconds = time.monotonic() - self.began
        say("%s: %d s" % (self.title, seconds) if self.moving else "  done in %d s" % seconds)


def in_plain_words(line: str) -> str:
    """What a line of pip's talk means, or nothing."""
    verb, _, rest = line.strip().partition(" ")
    name = rest.replace("\\", "/").split(" ")[0].rsplit("/", 1)[-1]
    if verb == "Downloading":
        return "fetching {} {}".format(name.split("-")[0], rest.partition(" ")[2])
    if verb == "Processing":
        return "reading " + name.split("-")[0]
    if verb == "Collecting":
        return "looking for " + name
    return "putting the packages in their place" if line.startswith("Installing collected") else ""


def run_logged(command: "list[str]", title: str, lock: int, **environment: str) -> "tuple[int, str]":
    """Run a command under this title, with its talk in the log; its exit status and the talk.

    The lock goes along, so that it holds for as long as the command lives, even if this program is killed.
    """
    import subprocess
    import threading

    phase = Phase(title)
    handed = {"pass_fds": (lock,)} if os.name == "posix" else {}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=HERE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment}, **handed,
    )  # fmt: skip
    lines = []  # type: list[str]

    def listen() -> None:
        with process.stdout:
            for raw in process.stdout:
                lines.append(raw.decode("utf-8", "replace"))
                phase.detail = in_plain_words(lines[-1]) or phase.detail

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        while listener.is_alive():
            phase.tick()
            listener.join(0.2)
        status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if phase.moving:
            phase.line("")
        if os.path.isdir(VENV):
            with open(LOG, "a", encoding="utf-8") as log:
                log.write("$ " + " ".join(command) + "\n" + "".join(lines))
    if not status:
        phase.done()
    return status, "".join(lines)


def why_pip_failed(talk: str) -> str:
    """pip's last words as a sentence for a person."""
    lower = talk.lower()
    if "no space left" in lower or "errno 28" in lower:
        return f"The disk is full: Sketchnet needs about 3 GB free in {HERE}."
    signs = ("connection", "name resolution", "getaddrinfo", "name or service not known", "unreachable", "timed out",
             "proxyerror", "timeouterror", "no route to host", "from versions: none")  # fmt: skip
    if any(sign in lower for sign in signs):
        return (
            "The packages could not be fetched: there is no network, or the package index does not answer. "
            "Connect and run the same command again; it goes on where it stopped."
        )
    errors = [line.strip()[7:] for line in talk.splitlines() if line.strip().startswith("ERROR: ")]
    return f"The packages could not be installed; pip said: {(errors or [last(talk)])[-1]} (all of it is in {LOG})"


def last(talk: str) -> str:
    return (talk.strip().splitlines() or ["it ended without a word"])[-1]


@contextmanager
def locked():
    """Lets one set-up at a time work in this folder; gives the file descriptor that holds the lock."""
    try:
        handle = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SetupError(
            f"Sketchnet cannot be set up in {HERE}, because nothing can be written there ({error.strerror}). "
            "Copy the folder to a place of your own and start it from there."
        ) from None
    try:
        if not try_lock(handle):
            say("Another set-up is at work in this folder; waiting for it.")
            while not try_lock(handle):
                time.sleep(0.3)
        yield handle
    finally:
        os.close(handle)


def try_lock(handle: int) -> bool:
    import errno

    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks: better two set-ups at once than none.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def make_venv(lock: int) -> None:
    import shutil

    say("Setting Sketchnet up in .venv. This takes a few minutes, once.")
    if os.path.islink(VENV) or os.path.isfile(VENV):
        os.unlink(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)
    status, talk = run_logged([sys.executable, "-m", "venv", VENV], "Making room for the packages in .venv", lock)
    if status and ("ensurepip" in talk or "No module named" in talk):
        name = "python%d.%d-venv" % sys.version_info[:2]
        raise SetupError(f"This Python has no venv module. On Debian and Ubuntu: apt-get install {name}")
    if status:
        raise SetupError(f"No virtual environment could be made in {VENV}: {last(talk)}")


def venv_works() -> bool:
    """Whether .venv has a Python that runs, of this version, with pip."""
    import subprocess

    probe = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([venv_python(), "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.decode().strip() == "%d.%d" % sys.version_info[:2]


def forget_halves() -> None:
    """Take away the record of every package whose files are not all there, so that pip installs it again.

    An interrupted pip leaves such packages and would later take them for installed.
    """
    import csv
    import shutil

    site = site_packages()
    for name in os.listdir(site):
        folder = os.path.join(site, name)
        whole = not name.startswith("~")
        if name.endswith(".dist-info"):
            try:
                with open(os.path.join(folder, "RECORD"), encoding="utf-8", newline="") as file:
                    sizes = {row[0]: int(row[2]) for row in csv.reader(file) if row[2]}
                whole = all(os.path.getsize(os.path.join(site, path)) == size for path, size in sizes.items())
            except (OSError, ValueError, IndexError):
                whole = False
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)


def install(extras: "list[str]", lock: int) -> None:
    """Bring .venv to what pyproject.toml and constraints.txt ask for."""
    if venv_works():
        forget_halves()
    if not venv_works():  # it never did, or pip itself was only half there
        make_venv(lock)
    wanted = ".[{}]".format(",".join(extras)) if extras else "."
    status, talk = run_logged(
        [venv_python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
         "--constraint", "constraints.txt", "--editable", wanted],
        "Installing PyTorch, Qt and the rest", lock, PIP_USER="0",
    )  # fmt: skip
    if status:
        raise SetupError(why_pip_failed(talk))
    status, talk = run_logged([venv_python(), "-c", "import numpy, sklearn, torch, engine"], "Trying it", lock)
    if status:
        raise SetupError(f"PyTorch does not start on this computer: {last(talk)} (all of it is in {LOG})")


def check_qt(plugin: str, lock: int) -> None:
    """Have the system libraries that Qt needs, or say how to get them."""
    import shutil

    check = [venv_python(), "-c", QT_CHECK, plugin]
    status, talk = run_logged(check, "Looking at Qt's system libraries", lock)
    root, apt = hasattr(os, "geteuid") and os.geteuid() == 0, shutil.which("apt-get")
    if status and root and apt:
        say(f"Qt needs system libraries that are not here yet ({last(talk)}).")
        run_logged(["apt-get", "update"], "Asking apt-get what there is", lock)
        run_logged(APT.split(), "Installing them with apt-get", lock, DEBIAN_FRONTEND="noninteractive")
        status, talk = run_logged(check, "Looking at Qt's system libraries again", lock)
    if status:
        how = "with: " + ("" if root else "sudo ") + APT if apt else "with your system's package manager."
        raise SetupError(f"Qt needs system libraries that are not here ({last(talk)}). Install them once {how}")


def prepare(errand: Errand) -> None:
    """Install what the errand needs, where it is not there yet."""

    def ready(stamp: "dict") -> bool:
        return installed(stamp, errand.extras) and (not errand.plugin or errand.plugin in stamp["plugins"])

    if ready(read_stamp()):
        return
    with locked() as lock:
        stamp = read_stamp()
        if not installed(stamp, errand.extras):
            stamp["extras"] = sorted(set(stamp["extras"]) | set(errand.extras))
            install(stamp["extras"], lock)
            stamp["key"], stamp["packages"] = fingerprint(), packages()
            write_stamp(stamp)
        if errand.plugin and errand.plugin not in stamp["plugins"]:
            if sys.platform.startswith("linux"):
                check_qt(errand.plugin, lock)
            stamp["plugins"] = sorted({*stamp["plugins"], errand.plugin})
            write_stamp(stamp)


def hand_over(errand: Errand) -> int:
    """Become the program; its exit status where a system cannot become another program."""
    if errand.module == "pytest":
        os.chdir(HERE)
    # -P: a folder called "engine" where the user happens to stand must not be taken for ours.
    command = [venv_python(), "-P", "-m", errand.module, *errand.words]
    if os.name == "posix":
        os.execv(command[0], command)
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program hears Ctrl-C too, and decides
    return subprocess.call(command)


def main(words: "list[str]") -> int:
    """Set up what is missing, then do what the words ask; the exit status."""
    try:
        if not OLDEST <= sys.version_info[:2] < TOO_NEW:
            import shutil

            there = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
            hint = f" Try: {there[0]} start.py" if there else " Get one from https://www.python.org/downloads/"
            version = "%d.%d" % sys.version_info[:2]
            raise SetupError(f"Sketchnet needs Python 3.11, 3.12 or 3.13, and this is Python {version}.{hint}")
        errand = decide(words, sys.platform, dict(os.environ))
        prepare(errand)
        if errand.note:
            say(errand.note)
        return hand_over(errand)
    except SetupError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on where it stopped.")
    except OSError as error:
        say(f"The set-up could not go on: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
