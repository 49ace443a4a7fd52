"""What runs a run: start, queue, write, store, stop."""
