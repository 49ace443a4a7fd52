"""The pages: draw what core says. ``register`` puts them, with their theme, on NiceGUI's application."""

from collections.abc import Callable
from pathlib import Path

from nicegui import app, ui

from core.studio import Studio
from ui.pages import login, projects, studio

ASSETS = Path(__file__).parent / "assets"

Redirect = Callable[[str], object]
"""Makes an HTTP redirect to an address; given from outside, for the class is of a framework with no place here."""


def register(installation: Studio, redirect: Redirect) -> None:
    """Make every page of this installation known to NiceGUI."""
    app.add_static_files("/assets", ASSETS)
    ui.add_head_html('<link rel="stylesheet" href="/assets/livewright.css">', shared=True)
    login.register(installation, redirect)
    projects.register(installation, redirect)
    studio.register(installation, redirect)
