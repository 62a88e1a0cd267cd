"""The one style sheet, generated from the table, so that no colour is written twice."""

from __future__ import annotations

from gui.theme import fonts
from gui.theme.tokens import RADII, TYPE, Theme

# Signs inside controls, as files for the style sheet: file name -> (icon, token of its colour).
CONTROLS = {
    "tick": ("tick", "on_accent"),
    "dash": ("dash", "on_accent"),
    "dot": ("dot", "on_accent"),
    "tick-faint": ("tick", "disabled"),
    "dash-faint": ("dash", "disabled"),
    "dot-faint": ("dot", "disabled"),
    "up": ("chevron-up", "quiet"),
    "down": ("chevron-down", "quiet"),
    "right": ("chevron-right", "quiet"),
    "up-strong": ("chevron-up", "text"),
    "down-strong": ("chevron-down", "text"),
    "up-faint": ("chevron-up", "disabled"),
    "down-faint": ("chevron-down", "disabled"),
}


def stylesheet(theme: Theme) -> str:
    """The whole application's Qt style sheet for one theme."""
    parts = (_base, _buttons, _switched_on, _fields, _choices, _lists, _frames)
    return "\n".join(part(theme) for part in parts)


def _base(t: Theme) -> str:
    return f"""
QMainWindow, QDialog, QMessageBox, QWizard {{ background: {t.panel}; }}
QWidget[role="window"] {{ background: {t.window}; }}
QWidget[role="panel"], QWidget[role="toolbar"] {{ background: {t.panel}; }}
QWidget[role="card"] {{
    background: {t.panel}; border: {t.edge}px solid {t.hairline}; border-radius: {RADII.card}px;
}}
QWidget[role="card"][chosen="true"] {{ border-color: {t.accent}; }}
QWidget[role="field"] {{
    background: {t.field}; border: {t.edge}px solid {t.hairline}; border-radius: {RADII.field}px;
}}
QLabel {{ background: transparent; color: {t.text}; }}
QLabel:disabled {{ color: {t.disabled}; }}
QLabel[role="title"] {{ font-size: {TYPE.title}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="section"] {{ font-size: {TYPE.section}px; font-weight: 600; color: {t.quiet}; text-transform: uppercase;
}}
QLabel[role="section"][waiting="true"] {{ color: {t.warning_text}; }}
QLabel[role="quiet"] {{ color: {t.quiet}; }}
QLabel[role="faint"] {{ color: {t.faint}; }}
QLabel[role="caption"] {{ color: {t.quiet}; font-size: {TYPE.caption}px; }}
QLabel[role="hint"] {{
    color: {t.quiet}; background: {t.panel}; font-size: {TYPE.caption}px; border-radius: 4px; padding: 1px 5px;
}}
QLabel[role="number"] {{ font-family: "{fonts.number_family()}"; font-size: {TYPE.caption}px;
    color: {t.quiet};
}}
QLabel[role="good"] {{ color: {t.good_text}; }}
QLabel[role="warning"] {{ color: {t.warning_text}; }}
QLabel[role="error"] {{ color: {t.error_text}; }}
QToolTip {{
    background: {t.panel}; color: {t.text}; border: {t.edge}px solid {t.border}; padding: 5px 7px;
    font-size: {TYPE.small}px;
}}
"""


def _buttons(t: Theme) -> str:
    return f"""
QPushButton, QToolButton {{
    background: {t.field}; color: {t.text}; border: {t.edge}px solid {t.hairline};
    border-radius: {RADII.field}px; padding: 5px 12px; min-height: 18px;
}}
QToolButton {{ padding: 4px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; border-color: {t.border}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
    background: {t.pressed}; border-color: {t.border};
}}
QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.disabled}; background: {t.field};
    border-color: {t.disabled_edge}; border-style: {t.disabled_line};
}}
QPushButton::menu-indicator, QToolButton::menu-indicator {{
    image: url("icons:controls/{t.name}/down.svg"); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 4px;
}}
QToolButton[popupMode="1"] {{ padding-right: 18px; }}
QToolButton::menu-button {{ border: none; width: 16px; }}
QToolButton::menu-arrow {{ image: url("icons:controls/{t.name}/down.svg"); width: 12px; height: 12px; }}
QToolButton[role="primary"]::menu-arrow {{ image: none; }}

QPushButton[role="primary"], QToolButton[role="primary"], QPushButton:default {{
    background: {t.accent}; color: {t.on_accent}; border: {t.edge}px solid {t.accent}; font-weight: 600;
}}
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover, QPushButton:default:hover {{
    background: {t.accent_hover}; border-color: {t.accent_hover};
}}
QPushButton[role="primary"]:pressed, QToolButton[role="primary"]:pressed, QPushButton:default:pressed {{
    background: {t.accent_pressed}; border-color: {t.accent_pressed};
}}
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus, QPushButton:default:focus {{
    border: 2px solid {t.text}; padding: 4px 11px;
}}
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled, QPushButton:default:disabled {{
    background: {t.pressed}; color: {t.quiet}; border-color: {t.disabled_edge if t.strong else t.pressed};
}}

QPushButton[role="plain"], QToolButton[role="plain"], QToolButton[autoRaise="true"] {{
    background: transparent; border-color: transparent;
}}
QPushButton[role="plain"] {{ color: {t.quiet}; }}
QPushButton[role="plain"]:hover, QToolButton[role="plain"]:hover, QToolButton[autoRaise="true"]:hover {{
    background: {t.hover}; color: {t.text};
}}
QPushButton[role="plain"]:pressed, QToolButton[role="plain"]:pressed, QToolButton[role="plain"]:checked,
QToolButton[autoRaise="true"]:pressed, QToolButton[autoRaise="true"]:checked {{ background: {t.pressed}; }}
QPushButton[role="plain"]:focus, QToolButton[role="plain"]:focus, QToolButton[autoRaise="true"]:focus {{
    border-color: {t.accent};
}}
QPushButton[role="plain"]:disabled {{ color: {t.disabled}; }}
QPushButton[role="plain"]:disabled, QToolButton[role="plain"]:disabled, QToolButton[autoRaise="true"]:disabled {{
    border-color: transparent;
}}
QPushButton[role="link"] {{
    background: transparent; border: 1px solid transparent; color: {t.accent};
    padding: 2px 4px 2px 0; text-align: left;
}}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border-color: {t.accent}; }}
QPushButton[role="danger"] {{ color: {t.error_text}; }}
QPushButton[role="danger"]:hover {{ border-color: {t.error_text}; }}
QPushButton[role="pill"] {{
    background: {t.panel}; color: {t.accent}; border: {t.edge}px solid {t.accent}; border-radius: 13px;
    padding: 3px 14px;
    font-weight: 600;
}}
QPushButton[role="pill"]:hover {{ background: {t.selected}; }}
QPushButton[role="link"]:disabled, QPushButton[role="danger"]:disabled, QPushButton[role="pill"]:disabled {{
    color: {t.disabled}; border-color: {t.disabled_edge};
}}
QPushButton[role="link"]:disabled {{ border-color: transparent; }}
"""


def _switched_on(t: Theme) -> str:
    """Buttons that are switched on have a thicker edge in high contrast, and as much less inside it."""
    if not t.strong:
        return ""
    edge = f"border: {2 * t.edge}px solid"
    return f"""
QPushButton:checked:enabled, QToolButton:checked:enabled {{ {edge} {t.switched_on_edge}; }}
QPushButton:checked:enabled:focus, QToolButton:checked:enabled:focus {{ {edge} {t.accent}; }}
QPushButton:checked:enabled {{ padding: 3px 10px; }}
QToolButton:checked:enabled {{ padding: 2px; }}
"""


def _fields(t: Theme) -> str:
    icons = f"icons:controls/{t.name}"
    return f"""
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit, QDateEdit, QTimeEdit {{
    background: {t.field}; color: {t.text}; border: {t.edge}px solid {t.hairline}; border-radius: {RADII.field}px;
    padding: 4px 8px; min-height: 18px; selection-background-color: {t.accent};
    selection-color: {t.on_accent};
    placeholder-text-color: {t.quiet};
}}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {{ border-color: {t.border}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus,
QComboBox:on {{ border-color: {t.accent}; }}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{
    color: {t.disabled}; border-color: {t.disabled_edge}; border-style: {t.disabled_line};
}}
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QDoubleSpinBox[invalid="true"],
QComboBox[invalid="true"] {{
    border-color: {t.error_text};
}}
QSpinBox, QDoubleSpinBox {{ padding-left: 0; padding-right: 20px; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
    background: transparent; border: none; padding: 0; min-height: 0; border-radius: 0;
}}
QAbstractSpinBox QLineEdit {{ padding-left: 6px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button {{
    subcontrol-origin: border; subcontrol-position: top right; width: 18px; border: none;
    background: transparent;
    margin: 2px 2px 0 0;
}}
QSpinBox::down-button, QDoubleSpinBox::down-button {{
    subcontrol-origin: border; subcontrol-position: bottom right; width: 18px; border: none;
    background: transparent;
    margin: 0 2px 2px 0;
}}
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::down-button:hover {{ background: {t.pressed}; border-radius: 3px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{icons}/up.svg"); width: 11px; height: 11px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url("{icons}/down.svg"); width: 11px;
    height: 11px;
}}
QSpinBox::up-arrow:off, QDoubleSpinBox::up-arrow:off, QSpinBox::up-arrow:disabled,
QDoubleSpinBox::up-arrow:disabled {{
    image: url("{icons}/up-faint.svg");
}}
QSpinBox::down-arrow:off, QDoubleSpinBox::down-arrow:off, QSpinBox::down-arrow:disabled,
QDoubleSpinBox::down-arrow:disabled {{ image: url("{icons}/down-faint.svg"); }}
QLineEdit QToolButton {{ min-height: 0; padding: 0; border: none; background: transparent; }}
QComboBox {{ padding-right: 22px; combobox-popup: 0; }}
QComboBox::drop-down {{
    subcontrol-origin: padding; subcontrol-position: center right; width: 20px; border: none;
    background: transparent;
}}
QComboBox::down-arrow {{ image: url("{icons}/down.svg"); width: 13px; height: 13px; }}
QComboBox::down-arrow:hover {{ image: url("{icons}/down-strong.svg"); }}
QComboBox::down-arrow:disabled {{ image: url("{icons}/down-faint.svg"); }}
QComboBox QAbstractItemView {{
    background: {t.panel}; color: {t.text}; border: {t.edge}px solid {t.border}; padding: 4px; outline: none;
    selection-background-color: {t.selected}; selection-color: {t.text};
}}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 6px; border-radius: 4px; }}
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {{
    background: {t.selected}; color: {t.text};
}}
"""


def _choices(t: Theme) -> str:
    icons = f"icons:controls/{t.name}"
    return f"""
QCheckBox, QRadioButton {{ spacing: 8px; background: transparent; color: {t.text}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.disabled}; }}
QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator, QListView::indicator {{
    width: 16px; height: 16px; border: {t.edge}px solid {t.faint}; background: {t.field}; border-radius: 4px;
}}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox:focus::indicator,
    QCheckBox::indicator:focus,
QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
QCheckBox:focus, QRadioButton:focus {{ text-decoration: underline; outline: none; }}
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate, QRadioButton::indicator:checked,
QGroupBox::indicator:checked, QListView::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
QCheckBox::indicator:checked, QGroupBox::indicator:checked,
QListView::indicator:checked {{ image: url("{icons}/tick.svg"); }}
QCheckBox::indicator:indeterminate {{ image: url("{icons}/dash.svg"); }}
QRadioButton::indicator:checked {{ image: url("{icons}/dot.svg"); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
    background: {t.field}; border-color: {t.disabled_edge};
}}
QCheckBox::indicator:checked:disabled {{ image: url("{icons}/tick-faint.svg"); }}
QCheckBox::indicator:indeterminate:disabled {{ image: url("{icons}/dash-faint.svg"); }}
QRadioButton::indicator:checked:disabled {{ image: url("{icons}/dot-faint.svg"); }}

QSlider {{ background: transparent; min-height: 20px; }}
QSlider::groove:horizontal {{ height: 4px; background: {t.hairline}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ height: 4px; background: {t.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: {t.accent};
    border: 1px solid {t.panel};
}}
QSlider::groove:vertical {{ width: 4px; background: {t.hairline}; border-radius: 2px; }}
QSlider::add-page:vertical {{ width: 4px; background: {t.accent}; border-radius: 2px; }}
QSlider::handle:vertical {{
    width: 14px; height: 14px; margin: 0 -6px; border-radius: 8px; background: {t.accent};
    border: 1px solid {t.panel};
}}
QSlider::handle:hover, QSlider::handle:focus {{ background: {t.accent_hover}; border: 2px solid {t.text}; }}
QSlider::handle:disabled, QSlider::sub-page:disabled, QSlider::add-page:disabled {{ background: {t.border}; }}

QProgressBar {{
    background: {t.field}; color: {t.text}; border-radius: 12px; text-align: center;
    min-height: 24px; border: {f"{t.edge}px solid {t.hairline}" if t.strong else "none"};
    font-size: {TYPE.caption}px; font-weight: 600;
}}
QProgressBar::chunk {{ background: {t.progress}; border-radius: 12px; }}
"""


def _lists(t: Theme) -> str:
    icons = f"icons:controls/{t.name}"
    return f"""
QListView, QTreeView, QTableView, QListWidget, QTreeWidget, QTableWidget {{
    background: {t.panel}; alternate-background-color: {t.field}; color: {t.text}; border: none;
    outline: none;
    gridline-color: {t.hairline}; selection-background-color: {t.selected}; selection-color: {t.text};
}}
QListView::item, QTreeView::item {{ padding: 0 4px; min-height: 24px; border-radius: 4px; }}
QListView::item:hover, QTreeView::item:hover {{ background: {t.hover}; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{
    background: {t.selected}; color: {t.text};
}}
QTreeView::branch {{ background: transparent; }}
QTreeView::branch:has-children:closed {{ image: url("{icons}/right.svg"); }}
QTreeView::branch:has-children:open {{ image: url("{icons}/down.svg"); }}
QTableView::item {{ padding: 2px 6px; }}
QHeaderView {{ background: {t.panel}; border: none; font-size: {TYPE.caption}px; }}
QHeaderView::section {{
    background: {t.panel}; color: {t.quiet}; border: none; border-bottom: {t.edge}px solid {t.hairline};
    padding: 4px 6px;
    font-size: {TYPE.caption}px; font-weight: 600;
}}
QTableCornerButton::section {{ background: {t.panel}; border: none; border-bottom: {t.edge}px solid {t.hairline}; }}
QMenuBar {{ background: {t.panel}; color: {t.text}; border-bottom: {t.edge}px solid {t.hairline};
    padding: 2px 4px;
}}
QMenuBar::item {{ background: transparent; padding: 4px 9px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenuBar::item:pressed {{ background: {t.pressed}; }}
QMenu {{ background: {t.panel}; color: {t.text}; border: {t.edge}px solid {t.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.selected}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.disabled}; background: transparent; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::separator {{ height: 1px; background: {t.hairline}; margin: 4px 6px; }}
QMenu::right-arrow {{ image: url("{icons}/right.svg"); width: 12px; height: 12px; }}
QMenu::indicator {{ width: 14px; height: 14px; margin-left: 6px; border-radius: 3px; }}
QMenu::indicator:checked {{ image: url("{icons}/tick.svg"); background: {t.accent}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; border: none; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; border: none; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {t.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; background: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""


def _frames(t: Theme) -> str:
    return f"""
QToolBar {{ background: {t.panel}; border: none; border-bottom: {t.edge}px solid {t.hairline}; spacing: 6px;
    padding: 6px;
}}
QToolBar::separator {{ width: 1px; background: {t.hairline}; margin: 4px 6px; }}
QStatusBar {{ background: {t.panel}; color: {t.quiet}; border-top: {t.edge}px solid {t.hairline}; }}
QStatusBar::item {{ border: none; }}
QTabWidget::pane {{ border: none; background: {t.panel}; }}
QTabBar {{ background: transparent; border: none; }}
QTabBar::tab {{
    background: transparent; color: {t.quiet}; border: none; border-bottom: 2px solid transparent;
    padding: 7px 4px 5px 4px; margin: 0 10px;
}}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.text}; font-weight: 600; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QTabBar::tab:disabled {{ color: {t.disabled}; }}
QSplitter::handle {{ background: {t.hairline}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {t.accent}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; }}
QGroupBox {{
    border: {t.edge}px solid {t.hairline}; border-radius: {RADII.card}px; margin-top: 14px;
    padding: 10px 10px 8px 10px;
}}
QGroupBox::title {{ subcontrol-origin: margin; subcontrol-position: top left; left: 10px; color: {t.quiet}; }}
QDockWidget {{ color: {t.text}; }}
QFrame[role="line"] {{ background: {t.hairline}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[role="bar"] {{ background: {t.hairline}; border: none; max-width: 1px; min-width: 1px; }}
QMessageBox QLabel {{ color: {t.text}; }}
QMessageBox QPushButton, QDialogButtonBox QPushButton {{ min-width: 72px; }}
/* The button that becomes the default one has been measured before, in letters that are not bold. */
QMessageBox QPushButton:default {{ font-weight: 400; }}
"""
