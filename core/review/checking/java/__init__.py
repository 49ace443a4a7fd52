"""Checks of Java."""
