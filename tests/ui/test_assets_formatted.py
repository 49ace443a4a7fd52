"""The product's own scripts and stylesheets are formatted by the oxfmt that it ships."""

import subprocess
from pathlib import Path

from core.subprocesses import find_program

ROOT = Path(__file__).parents[2]


def test_scripts_and_stylesheets_are_formatted() -> None:
    program = find_program("oxfmt")
    assert program
    folders = (ROOT / "ui", ROOT / "core" / "runtime" / "linker")
    files = sorted(path for folder in folders for suffix in ("js", "css") for path in folder.rglob(f"*.{suffix}"))
    assert len(files) > 20
    finished = subprocess.run(
        [program, "--list-different", "--threads=1", *files], capture_output=True, text=True, check=False, timeout=60
    )
    assert (finished.stdout, finished.returncode) == ("", 0), "run: uv run oxfmt ui core/runtime/linker"
