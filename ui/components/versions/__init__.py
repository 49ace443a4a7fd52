"""The versions of a side, and their comparison."""
