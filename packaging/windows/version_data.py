"""What Windows shows of a program under Properties, Details; PyInstaller reads it as text."""

from __future__ import annotations

from engine import __version__
from gui.desktop.identity import NAME


def version_data(name: str, description: str) -> str:
    """The version data of ``name``.exe."""
    numbers = tuple([*(int(part) for part in __version__.split(".")), 0, 0, 0][:4])
    values = {
        "CompanyName": "The Sketchnet authors",
        "FileDescription": description,
        "FileVersion": __version__,
        "InternalName": name,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": f"{name}.exe",
        "ProductName": NAME,
        "ProductVersion": __version__,
    }
    strings = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in values.items())
    # 0409 is English, 04B0 and 1200 are Unicode.
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, "
        "fileType=1, subtype=0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('040904B0', [{strings}])]), "
        "VarFileInfo([VarStruct('Translation', [0x409, 1200])])])"
    )
