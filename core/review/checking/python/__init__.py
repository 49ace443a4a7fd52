"""Checks of Python."""
