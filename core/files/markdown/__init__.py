"""Markdown into files and back: incremental, without I/O."""
