"""Several servers of one kind as one engine."""
