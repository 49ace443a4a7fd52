"""What the product does; knows no web framework, no SQL and no pages."""

import tomllib
from pathlib import Path

_PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

__version__: str = tomllib.loads(_PYPROJECT.read_text("utf-8"))["project"]["version"]
"""Read from pyproject.toml, the one place where it is written."""
