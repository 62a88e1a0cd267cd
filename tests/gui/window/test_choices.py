"""The lists of the training's settings: every choice can be read."""

from __future__ import annotations


def test_no_choice_of_the_training_is_cut_off(desk) -> None:
    desk.window.document.select([desk.node("Output")])
    for group in ("Learning", "Loss", "Schedule", "Augmentation", "Run"):
        form = desk.window.inspector.goal.form(group)
        for path in list(form.fields):
            combo = getattr(form.field(path), "combo", None)
            if combo is None or not combo.isVisible():
                continue
            widest = max(combo.fontMetrics().horizontalAdvance(combo.itemText(n)) for n in range(combo.count()))
            has_all_there_is = combo.width() >= form.contentsRect().width() - 8  # letters may be wider than the panel
            assert widest + 24 <= combo.width() or has_all_there_is, path
