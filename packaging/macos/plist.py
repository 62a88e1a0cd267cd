"""What macOS reads in Info.plist of Sketchnet.app: the kind of document it opens and owns."""

from __future__ import annotations

from typing import Any

from gui.desktop.identity import COMPONENT, ENDING, MIME, NAME, PROJECT

UTI = f"{COMPONENT}.project"


def document_types() -> dict[str, Any]:
    """The entries beyond those that PyInstaller writes."""
    return {
        "CFBundleDisplayName": NAME,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": PROJECT,
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": "project.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [UTI],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": UTI,
                "UTTypeDescription": PROJECT,
                "UTTypeConformsTo": ["public.data", "public.archive"],
                "UTTypeIconFile": "project.icns",
                "UTTypeTagSpecification": {"public.filename-extension": [ENDING], "public.mime-type": [MIME]},
            }
        ],
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
    }
