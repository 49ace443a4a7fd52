"""Projects, and whose they are."""
