"""Formatting of files by the formatter of their language."""
