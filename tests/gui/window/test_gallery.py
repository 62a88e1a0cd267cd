"""The gallery: cards with pictures of the diagrams, found by words, chosen by mouse or keyboard."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph import templates
from gui import theme
from gui.files import Files
from gui.gallery.card import PICTURE, GalleryCard
from gui.gallery.dialog import GalleryDialog
from gui.gallery.entries import EXAMPLES, GalleryEntry, entries
from gui.gallery.gallery import Gallery
from gui.gallery.preparing import Preparing
from resources import examples

KEY = Qt.Key


@pytest.fixture
def preparing(qapp) -> Preparing:
    theme.apply(qapp, "light")
    return Preparing(PICTURE)


@pytest.fixture
def gallery(preparing: Preparing, qtbot) -> GalleryDialog:
    """A gallery on screen whose work has not begun."""
    dialog = GalleryDialog(entries(), preparing)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    dialog.search.setFocus()
    return dialog


def finish(preparing: Preparing) -> int:
    """Do all of the work; returns in how many pieces."""
    pieces = 0
    while preparing.busy:
        preparing.step()
        pieces += 1
    return pieces


def card(gallery: GalleryDialog, name: str) -> GalleryCard:
    (found,) = [card for card in gallery.cards if card.entry.name == name and card.entry.kind == "template"]
    return found


def press(key: Qt.Key | str) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def focused() -> GalleryEntry | None:
    widget = QApplication.focusWidget()
    return widget.entry if isinstance(widget, GalleryCard) else None


def test_every_template_and_every_example_has_a_card(gallery: GalleryDialog) -> None:
    offered = [(card.entry.kind, card.entry.name) for card in gallery.cards]
    assert len(set(offered)) == len(offered)
    assert {name for kind, name in offered if kind == "template"} == set(templates.names())
    assert {name for kind, name in offered if kind == "example"} == set(examples.names())
    assert {card.entry.group for card in gallery.cards} == {*templates.GROUPS, EXAMPLES}


def test_pictures_come_one_piece_of_work_at_a_time(gallery: GalleryDialog, preparing: Preparing) -> None:
    assert preparing.busy
    before = sum(card.painted for card in gallery.cards)
    changes = []
    while preparing.busy:
        preparing.step()
        painted = sum(card.painted for card in gallery.cards)
        changes.append(painted - before)
        before = painted
    assert max(changes) == 1
    assert len(changes) >= 3 * len(gallery.cards)
    assert all(card.painted for card in gallery.cards)


def test_pictures_are_those_of_the_diagrams(gallery: GalleryDialog, preparing: Preparing) -> None:
    finish(preparing)
    images = {}
    for one in gallery.cards:
        picture = preparing.picture(one.entry)
        assert picture is not None
        image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32)
        inked = [
            (x, y)
            for x in range(0, image.width(), 4)
            for y in range(0, image.height(), 4)
            if image.pixelColor(x, y).alpha() > 128
        ]
        assert inked, one.entry.name
        middle = sum(y for _x, y in inked) / len(inked)
        assert abs(middle - image.height() / 2) < image.height() / 5, one.entry.name
        images[one.entry] = bytes(image.constBits())
    # Layers of the same kinds at the same places look the same; all others differ.
    looks = {
        entry: frozenset((node.kind, node.position) for node in preparing.known[entry].graph.nodes.values())
        for entry in images
    }
    for one, other in combinations(images, 2):
        assert (images[one] == images[other]) == (looks[one] == looks[other]), (one.name, other.name)


def test_cards_say_what_a_network_is_and_how_large(gallery: GalleryDialog, preparing: Preparing) -> None:
    assert card(gallery, "lenet-5").words[2] == ""
    finish(preparing)
    title, summary, facts = card(gallery, "lenet-5").words
    assert title == "LeNet-5"
    assert "cheques" in summary
    assert facts == "61,706 parameters · Pen digits"
    assert card(gallery, "lenet-5").accessibleDescription() == f"{summary} {facts}"
    assert card(gallery, "line").words[2].startswith("2 parameters")
    assert card(gallery, "empty").words[2] == "Pen digits"


def test_examples_tell_what_they_came_to(gallery: GalleryDialog, preparing: Preparing) -> None:
    finish(preparing)
    facts = {card.entry.name: card.words[2] for card in gallery.cards if card.entry.kind == "example"}
    assert "Accuracy 9" in facts["digits"]
    assert float(facts["digits"].removeprefix("Accuracy ").split(" %")[0]) > 98.0
    assert facts["line"].startswith("R² 0.99")


def test_a_gallery_opened_again_is_there_at_once(gallery: GalleryDialog, preparing: Preparing) -> None:
    finish(preparing)
    gallery.hide()
    gallery.show()
    assert not preparing.busy
    assert all(card.painted for card in gallery.cards)


def test_closing_stops_the_work_and_opening_goes_on(gallery: GalleryDialog, preparing: Preparing) -> None:
    for _ in range(9):
        preparing.step()
    done = [card.entry for card in gallery.cards if card.painted]
    assert done
    gallery.hide()
    assert not preparing.busy
    gallery.show()
    assert preparing.busy
    assert [card.entry for card in gallery.cards if card.painted] == done
    finish(preparing)
    assert all(card.painted for card in gallery.cards)


def test_another_theme_has_pictures_of_its_own(gallery: GalleryDialog, preparing: Preparing, qapp) -> None:
    finish(preparing)
    entry = gallery.cards[1].entry
    light = preparing.picture(entry)
    theme.apply(qapp, "dark")
    assert preparing.busy
    assert not gallery.cards[1].painted
    assert gallery.cards[1].known is not None
    finish(preparing)
    dark = preparing.picture(entry)
    assert light is not None
    assert dark is not None
    assert light.toImage() != dark.toImage()
    theme.apply(qapp, "light")
    assert gallery.cards[1].painted


def test_an_example_that_cannot_be_read_has_no_picture(preparing: Preparing, monkeypatch, tmp_path) -> None:
    (tmp_path / "digits.sketchnet").write_bytes(b"no project")
    monkeypatch.setattr(examples, "_FOLDER", tmp_path)
    entry = GalleryEntry("example", "digits", EXAMPLES, "Digits")
    preparing.start([entry], 1.0)
    finish(preparing)
    assert preparing.picture(entry) is None
    assert entry not in preparing.known


# Searching and choosing


@pytest.mark.parametrize(
    ("words", "first"),
    [("residual", "small-resnet"), ("lecun", "lenet-5"), ("attention", "transformer"), ("SKIP unet", "u-net")],
)
def test_words_find_a_template(gallery: GalleryDialog, words: str, first: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), words)
    assert gallery.shown[0].entry.name == first
    assert {one.isVisible() for one in gallery.shown} == {True}
    assert not any(one.isVisible() for one in gallery.cards if one not in gallery.shown)


def test_words_that_find_nothing_say_so(gallery: GalleryDialog, qtbot) -> None:
    QTest.keyClicks(QApplication.focusWidget(), "zebra")
    assert gallery.shown == []
    assert gallery.nothing_found.isVisible()
    with qtbot.assertNotEmitted(gallery.chosen):
        press(KEY.Key_Return)
    assert gallery.isVisible()


def test_enter_in_the_search_takes_the_first_found(gallery: GalleryDialog, qtbot) -> None:
    with qtbot.assertNotEmitted(gallery.chosen):
        press(KEY.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "vgg")
    with qtbot.waitSignal(gallery.chosen) as caught:
        press(KEY.Key_Return)
    assert caught.args[0].name == "vgg-like"
    assert not gallery.isVisible()


def test_arrows_walk_and_enter_chooses(gallery: GalleryDialog, qtbot) -> None:
    assert gallery.columns == 3
    press(KEY.Key_Down)
    assert focused() == gallery.cards[0].entry
    press(KEY.Key_Right)
    assert focused() == gallery.cards[1].entry
    press(KEY.Key_Down)
    assert focused() == gallery.cards[4].entry
    press(KEY.Key_Left)
    assert focused() == gallery.cards[3].entry
    press(KEY.Key_Up)
    press(KEY.Key_Up)
    assert QApplication.focusWidget() is gallery.search
    press(KEY.Key_Down)
    press(KEY.Key_End)
    assert focused() == gallery.cards[-1].entry
    assert gallery.area.verticalScrollBar().value() > 0
    press(KEY.Key_Home)
    press(KEY.Key_Right)
    with qtbot.waitSignal(gallery.chosen) as caught:
        press(KEY.Key_Return)
    assert caught.args[0] == gallery.cards[1].entry


def test_down_reaches_every_row_across_groups(gallery: GalleryDialog) -> None:
    press(KEY.Key_Down)
    seen = [focused()]
    for _ in range(30):
        press(KEY.Key_Down)
        if focused() == seen[-1]:
            break
        seen.append(focused())
    assert {entry.group for entry in seen} == {*templates.GROUPS, EXAMPLES}


def test_typing_on_a_card_searches(gallery: GalleryDialog) -> None:
    press(KEY.Key_Down)
    press("l")
    QTest.keyClicks(QApplication.focusWidget(), "stm")
    assert gallery.search.text() == "lstm"
    assert [one.entry.name for one in gallery.shown] == ["lstm", "char-lstm"]


def test_a_click_chooses_and_esc_does_not(gallery: GalleryDialog, qtbot) -> None:
    with qtbot.waitSignal(gallery.chosen) as caught:
        QTest.mouseClick(card(gallery, "digit-mlp"), Qt.MouseButton.LeftButton)
    assert caught.args[0].name == "digit-mlp"
    gallery.show()
    with qtbot.assertNotEmitted(gallery.chosen):
        QTest.keyClick(gallery.search, KEY.Key_Escape)
    assert not gallery.isVisible()


@pytest.mark.parametrize(("width", "columns"), [(330, 1), (640, 2), (1200, 4)])
def test_cards_fill_the_width(gallery: GalleryDialog, width: int, columns: int) -> None:
    gallery.resize(width, 600)
    QApplication.processEvents()
    assert gallery.columns == columns
    room = gallery.area.viewport().width()
    for one in gallery.shown:
        assert one.x() + one.width() <= room
    first = [one for one in gallery.shown if one.y() == gallery.shown[0].y()]
    assert len(first) == columns


def test_the_window_opens_what_is_chosen(desk, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(Files, "new", lambda _self, name: opened.append(("template", name)))
    monkeypatch.setattr(Files, "open_example", lambda _self, name: opened.append(("example", name)))
    gallery: Gallery = desk.window.menus.gallery
    action = desk.window.commands["gallery"]
    assert action.shortcut().toString() == "Ctrl+Shift+N"
    action.trigger()
    dialog = gallery.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.search.setText("resnet-18")
    dialog.search.setFocus()
    QTest.keyClick(dialog.search, KEY.Key_Return)
    action.trigger()
    assert gallery.dialog is dialog
    assert dialog.search.text() == ""
    dialog.cards[-1].click()
    assert opened == [("template", "resnet-18"), ("example", dialog.cards[-1].entry.name)]


def test_a_template_from_the_gallery_is_what_is_drawn(desk) -> None:
    desk.window.commands["gallery"].trigger()
    dialog = desk.window.menus.gallery.dialog
    (lenet,) = [card for card in dialog.cards if card.entry.name == "lenet-5"]
    QTest.mouseClick(lenet, Qt.MouseButton.LeftButton)
    assert desk.window.document.graph == templates.build("lenet-5")
    assert desk.window.document.analysis.ready
    assert not desk.window.document.dirty


def test_the_menu_keeps_the_first_steps(desk) -> None:
    file = desk.window.menuBar().actions()[0].menu()
    (new,) = [action.menu() for action in file.actions() if action.text() == "New"]
    offered = [action.data() for action in new.actions() if action.data()]
    assert offered[0] == "empty"
    assert set(offered) == {n for n in templates.names() if templates.describe(n).group == templates.GROUPS[0]}


def test_no_two_actions_of_the_window_share_a_key(desk) -> None:
    actions = [*desk.window.commands.values(), *desk.window.canvas.actions_.all]
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))
