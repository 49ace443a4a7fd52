"""Accounts, passwords, tokens, and the limits of signing in."""
