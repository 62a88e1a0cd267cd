"""Where each file lies under a "share" folder, /usr/share or ~/.local/share: the two are laid out alike."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from engine import __version__
from engine.cli.parser import parser as command_line_parser
from gui import options
from gui.desktop import completion, entries, icons, manual_pages
from gui.desktop.identity import COMPONENT, ID, MIME_ICON, SUMMARY
from gui.desktop.typed_words import Command, command_of


def window_program() -> Command:
    """What can be typed after ``sketchnet``."""
    return command_of(options.parser(), SUMMARY[:1].lower() + SUMMARY[1:])


def command_line_program() -> Command:
    """What can be typed after ``sketchnet-cli``."""
    return command_of(command_line_parser(), "build, train and use neural networks from a terminal")


def shared_files(
    window: Sequence[str], command_line: Sequence[str], releases: Sequence[tuple[str, str]] = ()
) -> dict[str, bytes]:
    """The files by their paths under the folder.

    Args:
        window, command_line: what starts each of the two, a program and its arguments.
        releases: versions and their dates, newest first, for the metadata.
    """
    files = {
        f"applications/{ID}.desktop": entries.desktop_entry(window),
        f"metainfo/{COMPONENT}.metainfo.xml": entries.metadata(releases),
        f"mime/packages/{ID}.xml": entries.mime_type(),
        f"thumbnailers/{ID}.thumbnailer": entries.thumbnailer(command_line),
        **completions(),
    }
    return {
        **{path: text.encode() for path, text in files.items()},
        **manuals(),
        **pictures(),
    }


def completions() -> dict[str, str]:
    """Completion of both programs in three shells; zsh looks here only where its ``fpath`` has the folder."""
    files = {}
    for program in (window_program(), command_line_program()):
        files[f"bash-completion/completions/{program.name}"] = completion.bash(program)
        files[f"zsh/vendor-completions/_{program.name}"] = completion.zsh(program)
        files[f"fish/vendor_completions.d/{program.name}.fish"] = completion.fish(program)
    return files


def manuals() -> dict[str, bytes]:
    """The manual pages, packed as man reads them; the same bytes every time."""
    window, command_line = window_program(), command_line_program()
    pages = {
        window.name: manual_pages.manual_page(window, __version__, command_line.name),
        command_line.name: manual_pages.manual_page(command_line, __version__, window.name),
    }
    return {f"man/man1/{name}.1.gz": gzip.compress(page.encode(), mtime=0) for name, page in pages.items()}


def pictures() -> dict[str, bytes]:
    """The icons of the program and of its files, drawn in every size and as drawings."""
    files = {}
    for which, folder, name in ((icons.PROGRAM, "apps", ID), (icons.PROJECT, "mimetypes", MIME_ICON)):
        files[f"icons/hicolor/scalable/{folder}/{name}.svg"] = icons.drawing(which)
        for size in icons.SIZES:
            files[f"icons/hicolor/{size}x{size}/{folder}/{name}.png"] = icons.png(which, size)
    return files
