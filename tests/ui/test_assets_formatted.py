"""The product's own scripts and stylesheets are formatted by the oxfmt that it ships."""

import subprocess
from pathlib import Path

from core.subprocesses import find_program

UI_DIR = Path(__file__).parents[2] / "ui"


def test_scripts_and_stylesheets_are_formatted() -> None:
    program = find_program("oxfmt")
    assert program
    files = sorted(path for suffix in ("js", "css") for path in UI_DIR.rglob(f"*.{suffix}"))
    assert len(files) > 20
    finished = subprocess.run(
        [program, "--list-different", "--threads=1", *files], capture_output=True, text=True, check=False, timeout=60
    )
    assert (finished.stdout, finished.returncode) == ("", 0), "run: uv run oxfmt ui"
