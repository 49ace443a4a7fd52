"""Checks: what is wrong with files, found without running them."""
