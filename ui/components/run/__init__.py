"""What is told of a run in view: its bar, and what stands in place of its code or above it."""
