"""The disk image for macOS; from the root: dmgbuild -s packaging/macos/dmg_settings.py Sketchnet dist/Sketchnet.dmg"""

application = "dist/Sketchnet.app"

files = [application]
symlinks = {"Applications": "/Applications"}
badge_icon = "build/bundle/sketchnet.icns"
icon_locations = {"Sketchnet.app": (140, 120), "Applications": (500, 120)}
window_rect = ((200, 200), (640, 320))
default_view = "icon-view"
icon_size = 128
format = "UDZO"
