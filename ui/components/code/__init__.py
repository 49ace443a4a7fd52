"""The code of a run: its text, files, problems and status line."""
