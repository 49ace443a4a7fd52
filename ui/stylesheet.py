"""The stylesheets, each beside its component, joined into one file that browsers keep until its content changes."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from nicegui import app, ui
from starlette.responses import Response

from ui.base_path import base_path

SHEET_ADDRESS = "/assets/livewright.css"
UI_DIR = Path(__file__).parent
BASE_SHEETS = (UI_DIR / "assets" / "tokens.css", UI_DIR / "elements.css", UI_DIR / "fields.css", UI_DIR / "layout.css")
"""These come first, so that a component's rule wins over an equally specific one of theirs."""


def stylesheet_paths() -> list[Path]:
    """All sheets in the order in which they are joined."""
    return [*BASE_SHEETS, *sorted(path for path in UI_DIR.rglob("*.css") if path not in BASE_SHEETS)]


def register() -> None:
    """Serve the joined sheet."""
    css, version = _joined_sheet()

    @app.get(SHEET_ADDRESS, include_in_schema=False)
    def serve_stylesheet(v: str = "") -> Response:
        # Only the address of this very content may be kept for good.
        caching = "public, max-age=31536000, immutable" if v == version else "no-cache"
        return Response(css, media_type="text/css", headers={"Cache-Control": caching})


def add_to_page() -> None:
    """Link the sheet in the head of this page: a link there delays the first paint until it is loaded."""
    _, version = _joined_sheet()
    ui.add_head_html(f'<link rel="stylesheet" href="{base_path()}{SHEET_ADDRESS}?v={version}">')


@cache
def _joined_sheet() -> tuple[str, str]:
    """The sheet, and a name of its content."""
    css = "\n".join(path.read_text("utf-8") for path in stylesheet_paths())
    return css, sha256(css.encode()).hexdigest()[:16]
