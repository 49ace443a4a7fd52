"""The driver: the product's own Python that runs a back end inside Pyodide, as text to be written there."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

DRIVER_FOLDER = Path(__file__).parent / "python"
SCRIPTS_FOLDER = Path(__file__).parent / "deno"
LINKER_FOLDER = Path(__file__).parent / "linker"
"""Turns an app's files into modules that need nothing from outside, in the visitor's browser and in the sandbox."""
_OWN_NAME = "core.runtime.python"
NAME_IN_PYODIDE = "app_driver"


@cache
def driver_files() -> Mapping[str, str]:
    """The files of the driver by path, as the boot of deno/python_app.mjs takes them."""
    paths = sorted(path for path in DRIVER_FOLDER.rglob("*.py"))
    texts = {path.relative_to(DRIVER_FOLDER).as_posix(): path.read_text("utf-8") for path in paths}
    return {path: text.replace(_OWN_NAME, NAME_IN_PYODIDE) for path, text in texts.items()}


@cache
def python_app_script() -> str:
    """The JavaScript module that boots Python and runs an app in it; it imports nothing."""
    return (SCRIPTS_FOLDER / "python_app.mjs").read_text("utf-8")
