"""Sets Sketchnet up on first use, then opens the window, runs a command or runs the tests.

    python3 start.py                        open the window (the demo in the terminal where there is no display)
    python3 start.py digits.sketchnet       open a project in the window
    python3 start.py test [pytest options]  run the tests
    python3 start.py bundle [--deb]         make a folder that starts by double-click, without any Python
    python3 start.py train FILE ...         any other word goes to the command line; --help lists them

Only the standard library is used here, because nothing else is there yet. The file must parse on every Python from 2.7
on, so that those that cannot run Sketchnet can be told so: types stand in comments, and all letters are ASCII. What a
warm start does not need is imported where it is used.
"""

import os
import sys

# What the environment may tell Python without changing which modules it finds.
HARMLESS = {
    "PYTHONBREAKPOINT", "PYTHONCOERCECLOCALE", "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "PYTHONHASHSEED",
    "PYTHONIOENCODING", "PYTHONLEGACYWINDOWSSTDIO", "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONUTF8",
}  # fmt: skip


def isolate():
    # type: () -> None
    """Let modules that lie about, a json.py on PYTHONPATH say, be found neither here nor by any program run from here.

    Cleaning the environment reaches the programs that those programs run, too, which an option of Python would not.
    """
    try:
        strange = {os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    except OSError:  # the present folder is gone, so nothing can lie in it
        strange = set(os.environ["PYTHONPATH"].split(os.pathsep)) if "PYTHONPATH" in os.environ else set()
    strange |= {os.path.dirname(path) for path in (__file__, os.path.realpath(__file__))}
    sys.path.sort(key=lambda path: path in strange)  # the standard library first
    for name in list(os.environ):
        if name.startswith("PYTHON") and not name.startswith("PYTHON_") and name not in HARMLESS:
            del os.environ[name]


if __name__ == "__main__":
    isolate()

import json
import time
from collections import namedtuple
from contextlib import contextmanager

# The real path, whatever links lead here: the one copy has the one .venv.
HERE = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, "sketchnet.json")
LOG = os.path.join(VENV, "setup.log")
# What a bundle is made from: nothing but what the program itself needs, so that nothing else gets into it.
BUNDLE_VENV = os.path.join(HERE, "build", "venv")
LOCK = os.path.join(HERE, ".venv.lock")
OLDEST, TOO_NEW = (3, 11), (3, 14)
# GB free that a set-up needs: in this folder, and in the one for temporary files while packages are fetched.
ROOM, PASSING_ROOM = 3, 1
# Bytes that a new .venv takes with nothing but pip in it.
ROOM_OF_PIP = 30000000
# The settings of pip that say where packages come from. All others could lead them to another place than .venv.
FETCHING = {
    "index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "proxy", "cert", "client-cert",
    "cache-dir", "no-cache-dir", "timeout", "default-timeout", "retries", "keyring-provider", "use-feature",
}  # fmt: skip

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
    for name in sys.argv[1].split(","):
        plugin = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / f"libq{name}.so"
        if plugin.exists():
            ctypes.CDLL(str(plugin))
except (ImportError, OSError) as error:
    sys.exit(str(error))
"""
# Run by the Python in .venv: says its version, or nothing where its pyvenv.cfg is damaged or pip is not all there.
PROBE = """
import importlib.metadata, os, pip, sys
importlib.metadata.version("pip")
settings = open(os.path.join(sys.argv[1], "pyvenv.cfg"), encoding="utf-8").read()
if "include-system-site-packages" in settings and os.path.realpath(sys.prefix) == os.path.realpath(sys.argv[1]):
    print("%d.%d" % sys.version_info[:2])
"""


class SetupError(Exception):
    """What stands in the way, in a sentence or two for the person at the keyboard."""


# What the words ask for: the module (or the script) that the new Python runs with these words, the extras it needs
# installed, the Qt platform whose system libraries must be there ("" for none), what to say first, and the folder
# where the packages are.
Errand = namedtuple("Errand", "module words extras plugin note venv")
Errand.__new__.__defaults__ = ((), "", "", VENV)
# Words that are the window's own, not a command's.
OF_THE_WINDOW = ("--install-desktop", "--uninstall-desktop", "--new-window")


def decide(words, platform, environment):
    # type: (list[str], str, dict[str, str]) -> Errand
    """The errand that the words ask for on this system."""
    if words and words[0] == "test":
        return Errand("pytest", workers(words[1:]) + words[1:], ("test",), "offscreen")
    if words and words[0] == "bundle":
        script = os.path.join("packaging", "make_bundle.py")
        # The bundle is to run on both platforms of a Linux desktop: each needs libraries that the other does not.
        return Errand(script, words[1:], ("bundle",), "wayland,xcb", venv=BUNDLE_VENV)
    if words and words[0] in ("--install-desktop", "--uninstall-desktop"):
        return Errand("gui", words)
    if words and words[0] not in OF_THE_WINDOW and not words[0].lower().endswith(".sketchnet"):
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
        return Errand("engine.cli", ["info"] + words, note=missing + "This is what the file holds:")
    return Errand("engine.cli", ["demo"], note=missing + "The same in this terminal:")


def workers(words):
    # type: (list[str]) -> list[str]
    """Options that spread the tests over the processors, unless the words already say how, or ask for a debugger."""
    if any(word.startswith(("-n", "--numprocesses", "--dist", "--pdb", "--trace")) for word in words):
        return []
    count = min(4, os.cpu_count() or 1)
    return ["-n", str(count), "--dist", "loadfile"] if count > 1 else []


def use(folder):
    # type: (str) -> None
    """Have the packages in this folder from now on."""
    global VENV, STAMP, LOG
    VENV, STAMP, LOG = folder, os.path.join(folder, "sketchnet.json"), os.path.join(folder, "setup.log")


def venv_python():
    # type: () -> str
    return os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def site_packages():
    # type: () -> str
    if os.name == "nt":
        return os.path.join(VENV, "Lib", "site-packages")
    return os.path.join(VENV, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def fingerprint():
    # type: () -> str
    """Changes when a new set-up is due: other requirements, another Python, another place."""
    import hashlib

    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        path = os.path.join(HERE, name)
        if not os.path.exists(path):
            raise SetupError("%s is missing from %s: this copy is not whole. Fetch it again." % (name, HERE))
        with open(path, "rb") as file:
            digest.update(file.read() + b"\0")
    digest.update(("%d.%d\0" % sys.version_info[:2] + HERE).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read_stamp():
    # type: () -> dict
    """What the last finished set-up left, or an empty one."""
    stamp = {"key": "", "extras": [], "plugins": [], "packages": []}
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp.update(json.load(file))
    except (OSError, ValueError, TypeError):
        pass
    return stamp


def write_stamp(stamp):
    # type: (dict) -> None
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file)
    os.replace(STAMP + ".new", STAMP)


def packages():
    # type: () -> list[str]
    names = os.listdir(site_packages()) if os.path.isdir(site_packages()) else []
    return sorted(name for name in names if name.endswith(".dist-info"))


def installed(stamp, extras):
    # type: (dict, tuple[str, ...]) -> bool
    """Whether .venv is still what the stamp says, and that is what is needed."""
    return (
        stamp["key"] == fingerprint()
        and set(extras) <= set(stamp["extras"])
        and set(stamp["packages"]) <= set(packages())
        and os.access(venv_python(), os.X_OK)
        and all(os.path.isfile(os.path.join(site_packages(), name, "__init__.py")) for name in ("torch", "PySide6"))
    )


def say(text):
    # type: (str) -> None
    """A line on stderr: stdout belongs to the command that runs afterwards."""
    write(legible(text) + "\n")


def write(text):
    # type: (str) -> None
    """Put it on stderr; where nobody can hear it, the work goes on."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # closed from the start, on a full disk, closed since
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def legible(text):
    # type: (str) -> str
    """The same with characters that command a terminal as text: file names and pip's talk may hold any."""
    if not hasattr(text, "isprintable") or text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


class Phase:
    """One step of the set-up: a line that moves on a terminal, plain lines elsewhere."""

    def __init__(self, title):
        # type: (str) -> None
        self.title, self.detail, self.turns = title, "", 0
        self.began = self.spoke = time.monotonic()
        self.moving = sys.stderr is not None and sys.stderr.isatty()
        if not self.moving:
            say(title + " ...")

    def tick(self):
        # type: () -> None
        seconds = time.monotonic() - self.began
        if self.moving:
            self.turns += 1
            self.line("%s %s  %d s  %s" % ("|/-\\"[self.turns % 4], self.title, seconds, self.detail))
        elif time.monotonic() - self.spoke > 30:
            self.spoke = time.monotonic()
            say("  still busy after %d s%s" % (seconds, self.detail and ": " + self.detail))

    def line(self, text):
        # type: (str) -> None
        width = (os.get_terminal_size(2).columns or 80) - 1
        write("\r" + legible(text)[:width].ljust(width) + ("" if text else "\r"))

    def done(self):
        # type: () -> None
        seconds = time.monotonic() - self.began
        say("%s: %d s" % (self.title, seconds) if self.moving else "  done in %d s" % seconds)


def in_plain_words(line):
    # type: (str) -> str
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


def run_logged(command, title, lock, **environment):
    # type: (list[str], str, int, **str) -> tuple[int, str]
    """Run a command under this title, with its talk in the log; its exit status and the talk.

    The lock goes along, so that it holds for as long as the command lives, even if this program is killed.
    """
    import subprocess
    import threading

    phase = Phase(title)
    handed = {"pass_fds": (lock,)} if os.name == "posix" else {}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=HERE,
        env=dict(os.environ, **environment), **handed
    )  # fmt: skip
    lines = []  # type: list[str]

    def listen():
        # type: () -> None
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
        try:
            if os.path.isdir(VENV):
                with open(LOG, "a", encoding="utf-8") as log:
                    log.write("$ " + " ".join(command) + "\n" + "".join(lines))
        except OSError:
            pass  # the command's own end says more than that its talk cannot be kept
    if not status:
        phase.done()
    return status, "".join(lines)


def why_pip_failed(talk):
    # type: (str) -> str
    """pip's last words as a sentence for a person."""
    lower = talk.lower()
    if out_of_room(lower):
        return no_room()
    signs = ("connection", "name resolution", "getaddrinfo", "name or service not known", "unreachable", "timed out",
             "proxyerror", "timeouterror", "no route to host", "from versions: none")  # fmt: skip
    if any(sign in lower for sign in signs):
        return (
            "The packages could not be fetched: there is no network, or the package index does not answer. "
            "Connect and run the same command again; it goes on where it stopped."
        )
    errors = [line.strip()[7:] for line in talk.splitlines() if line.strip().startswith("ERROR: ")]
    said = (errors or [last(talk)])[-1]
    return "The packages could not be installed; pip said: %s (all of it is in %s)" % (said, LOG)


def out_of_room(talk):
    # type: (str) -> bool
    """Whether these are the words of a system whose disk is full, or which gives this person no more of it."""
    signs = ("no space left", "errno 28", "quota exceeded", "errno 122", "not enough space", "winerror 112")
    return any(sign in talk.lower() for sign in signs)


def no_room():
    # type: () -> str
    """How much space is needed where, and how much there is."""
    import shutil
    import tempfile

    told = []
    for needed, find in ((ROOM, lambda: HERE), (PASSING_ROOM, tempfile.gettempdir)):
        try:
            place = find()
            told.append("about %d GB in %s (%.1f GB are free)" % (needed, place, shutil.disk_usage(place).free / 1e9))
        except OSError:  # so full that not one of the usual folders for temporary files can be written to
            told.append("about %d GB for temporary files" % needed)
    return (
        "The disk is full: setting Sketchnet up needs %s. Make room and run the same command again; it goes on where "
        "it stopped." % " and, while it fetches the packages, ".join(told)
    )


def last(talk):
    # type: (str) -> str
    return (talk.strip().splitlines() or ["it ended without a word"])[-1]


@contextmanager
def locked():
    """Lets one set-up at a time work in this folder; gives the file descriptor that holds the lock."""
    try:
        handle = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        if out_of_room(str(error)):
            raise
        raise SetupError(
            "Sketchnet cannot be set up in %s, because nothing can be written there (%s). "
            "Copy the folder to a place of your own and start it from there." % (HERE, error.strerror)
        )
    try:
        if not try_lock(handle):
            say("Another set-up is at work in this folder; waiting for it.")
            while not try_lock(handle):
                time.sleep(0.3)
        yield handle
    finally:
        os.close(handle)


def try_lock(handle):
    # type: (int) -> bool
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


def make_venv(lock):
    # type: (int) -> None
    import shutil

    name = os.path.relpath(VENV, HERE)
    say("Setting Sketchnet up in %s. This takes a few minutes, once." % name)
    if os.path.islink(VENV) or os.path.isfile(VENV):
        os.unlink(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)
    command = [sys.executable, "-I", "-m", "venv", VENV]
    status, talk = run_logged(command, "Making room for the packages in " + name, lock)
    # venv keeps to itself what its pip has said: then the disk itself is asked.
    if status and (out_of_room(talk) or shutil.disk_usage(HERE).free < ROOM_OF_PIP):
        sentence = no_room()
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(sentence)
    if status and ("ensurepip is not available" in " ".join(talk.split()) or "No module named" in talk):
        name = "python%d.%d-venv" % sys.version_info[:2]
        raise SetupError("This Python has no venv module. On Debian and Ubuntu: apt-get install " + name)
    if status:
        raise SetupError("No virtual environment could be made in %s: %s" % (VENV, last(talk)))


def venv_works():
    # type: () -> bool
    """Whether .venv has a Python that runs, of this version, with all of pip, and would install into .venv."""
    import subprocess

    command = [venv_python(), "-I", "-c", PROBE, VENV]
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.decode().strip() == "%d.%d" % sys.version_info[:2]


def forget_halves():
    # type: () -> None
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


def install(extras, lock):
    # type: (list[str], int) -> None
    """Bring .venv to what pyproject.toml and constraints.txt ask for."""
    if venv_works():
        forget_halves()
    if not venv_works():  # it never did, or pip itself was only half there
        make_venv(lock)
    wanted = ".[{}]".format(",".join(extras)) if extras else "."
    settings = pip_settings()
    status, talk = run_logged(
        pip("install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
            "--constraint", "constraints.txt", "--editable", wanted),
        "Installing PyTorch, Qt and the rest", lock, **settings
    )  # fmt: skip
    if status:
        raise SetupError(why_pip_failed(talk))
    status, talk = run_logged([venv_python(), "-I", "-c", "import numpy, sklearn, torch, engine"], "Trying it", lock)
    if status:
        raise SetupError("PyTorch does not start on this computer: %s (all of it is in %s)" % (last(talk), LOG))


def pip(*words):
    # type: (*str) -> list[str]
    """A command for pip that speaks UTF-8."""
    return [venv_python(), "-I", "-X", "utf8", "-m", "pip"] + list(words)


def pip_settings():
    # type: () -> dict[str, str]
    """Environment that keeps of pip's settings, from files and PIP_ variables, only those about fetching.

    A target, a prefix or a requirement in a pip.conf would else put the packages where .venv does not find them.
    """
    import ast
    import subprocess

    given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    files_only = {name: value for name, value in os.environ.items() if name == "PIP_CONFIG_FILE" or name not in given}
    answer = subprocess.run(
        pip("config", "list"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=HERE, env=files_only
    )
    talk = answer.stdout.decode("utf-8", "replace")
    if answer.returncode:
        raise SetupError(why_pip_failed(talk))
    variables = {"PIP_" + name.upper().replace("-", "_"): name for name in FETCHING}
    found = {}
    for section in ("global.", "install."):  # the later outdoes the earlier
        for line in talk.splitlines():
            name, equals, value = line.partition("=")
            for variable, setting in variables.items():
                if equals and name == section + setting:
                    found[variable] = str(ast.literal_eval(value))
    for name, value in given.items():
        if name not in variables:
            found[name] = ""  # pip passes over empty ones
        elif value:
            found[name] = value
    return dict(found, PIP_CONFIG_FILE=os.devnull)


def check_qt(plugin, lock):
    # type: (str, int) -> None
    """Have the system libraries that Qt needs, or say how to get them."""
    import shutil

    check = [venv_python(), "-I", "-c", QT_CHECK, plugin]
    status, talk = run_logged(check, "Looking at Qt's system libraries", lock)
    root, apt = hasattr(os, "geteuid") and os.geteuid() == 0, shutil.which("apt-get")
    if status and root and apt:
        say("Qt needs system libraries that are not here yet (%s)." % last(talk))
        run_logged(["apt-get", "update"], "Asking apt-get what there is", lock)
        run_logged(APT.split(), "Installing them with apt-get", lock, DEBIAN_FRONTEND="noninteractive")
        status, talk = run_logged(check, "Looking at Qt's system libraries again", lock)
    if status:
        how = "with: " + ("" if root else "sudo ") + APT if apt else "with your system's package manager."
        raise SetupError("Qt needs system libraries that are not here (%s). Install them once %s" % (last(talk), how))


def prepare(errand):
    # type: (Errand) -> None
    """Install what the errand needs, where it is not there yet."""

    def ready(stamp):
        # type: (dict) -> bool
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
            stamp["plugins"] = sorted(set(stamp["plugins"]) | {errand.plugin})
            write_stamp(stamp)


def hand_over(errand):
    # type: (Errand) -> int
    """Become the program; its exit status where a system cannot become another program."""
    if errand.module == "pytest":
        os.chdir(HERE)
    # -P: a folder called "engine" where the user happens to stand must not be taken for ours.
    ours = [os.path.join(HERE, errand.module)] if errand.module.endswith(".py") else ["-m", errand.module]
    command = [venv_python(), "-P"] + ours + errand.words
    if os.name == "posix":
        os.execv(command[0], command)
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program hears Ctrl-C too, and decides
    return subprocess.call(command)


def main(words):
    # type: (list[str]) -> int
    """Set up what is missing, then do what the words ask; the exit status."""
    try:
        if not OLDEST <= sys.version_info[:2] < TOO_NEW:
            raise SetupError(
                "Sketchnet needs Python 3.11, 3.12 or 3.13, and this is Python %d.%d. " % sys.version_info[:2]
                + where_to_get_one()
            )
        keep_places()
        errand = decide(words, sys.platform, dict(os.environ))
        use(errand.venv)
        prepare(errand)
        if errand.note:
            say(errand.note)
        return hand_over(errand)
    except SetupError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on where it stopped.")
    except OSError as error:
        say(no_room() if out_of_room(str(error)) else "The set-up could not go on: %s" % error)
    return 1


def where_to_get_one():
    # type: () -> str
    """The command that starts a fitting Python which is here already, or where to get one."""
    import subprocess

    for name in ("python3.13", "python3.12", "python3.11"):
        try:
            with open(os.devnull, "w") as nowhere:
                status = subprocess.call([name, "-I", "-c", "import venv"], stdout=nowhere, stderr=nowhere)
        except OSError:
            continue
        if not status:
            return "Try: %s start.py" % name
    return "Get one from https://www.python.org/downloads/"


def keep_places():
    # type: () -> None
    """Fill what is closed of standard input, output and error, so that no file is taken for one of them.

    What runs afterwards still finds it closed: these descriptors are not handed on.
    """
    for place in range(3):
        try:
            os.fstat(place)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
