"""The code of a run: text, files, problems, status."""
