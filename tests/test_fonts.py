"""The fonts that the tests of the window are run with: made from nothing, renamed, and shown to Qt alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF

from tests import fonts
from tests.letters import NARROW, WIDE, face, font


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_letter_is_as_wide_as_was_asked_for(qapp, width: float) -> None:
    with face(width) as family:
        written = QFont(family)
        written.setPixelSize(100)
        written.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        assert QFontInfo(written).family() == family
        for letter in "iMÄ 7–×…":
            assert QFontMetricsF(written).horizontalAdvance(letter) == pytest.approx(100 * width, abs=0.5)
    assert family not in QFontDatabase.families()


def test_a_renamed_font_goes_by_its_new_name(qapp) -> None:
    number = QFontDatabase.addApplicationFontFromData(fonts.renamed(font("Something Else", 500), "Renamed Face"))
    assert QFontDatabase.applicationFontFamilies(number) == ["Renamed Face"]
    QFontDatabase.removeApplicationFont(number)


@pytest.mark.parametrize("content", [b"", b"wOF2" + bytes(60), b"\0\1\0\0" + bytes(8)])
def test_what_is_no_font_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="font"):
        fonts.renamed(content, "Inter")


def test_a_folder_of_fonts_is_made_of_what_is_there(tmp_path: Path, monkeypatch, capsys) -> None:
    lies = tmp_path / "system" / "DejaVuSans.ttf"
    lies.parent.mkdir()
    lies.write_bytes(font("DejaVu Sans", 600))
    monkeypatch.setattr(fonts, "installed", lambda: [lies])
    for kind, name, files in (("inter", "Inter", 1), ("dejavu", "DejaVu Sans", 1), ("none", "", 0)):
        assert fonts.main([kind, str(tmp_path / "made")]) == 0
        configuration = Path(capsys.readouterr().out.strip())
        assert str(tmp_path / "made" / kind) in configuration.read_text(encoding="utf-8")
        there = list((tmp_path / "made" / kind).iterdir())
        assert len(there) == files
        assert all(name.encode("utf-16-be") in path.read_bytes() for path in there)
    monkeypatch.setattr(fonts, "installed", list)
    assert fonts.main(["inter", str(tmp_path / "made")]) == fonts.NO_FONT
    assert "inter" in capsys.readouterr().err
