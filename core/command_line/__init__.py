"""The commands of ``main.py``: their options, and those that need no server."""
