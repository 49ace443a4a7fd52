"""Imported only by the process that workers are forked from: they take its main module for the product's.

multiprocessing would have each of them run ``main.py`` anew, a second of imports that no call of theirs needs. It does
not where the main module already is that file.
"""

import sys
from pathlib import Path

sys.modules["__main__"].__file__ = str(Path(__file__).parents[2] / "main.py")
