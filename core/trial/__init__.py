"""Starts generated back ends in a sandbox on the server, and keeps what is found when an app runs."""
