"""The components of the pages: one class each, with the script and the stylesheet of the same name beside it."""

from pathlib import Path

CLIPBOARD_SCRIPT = Path(__file__).with_name("clipboard.js")
"""Imported as ``clipboard`` by the scripts of components that list it as a dependency."""
NOTICES_SCRIPT = Path(__file__).with_name("notices.js")
"""Imported as ``notices``, in the same way."""
