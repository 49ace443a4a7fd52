"""The code of a run: its text, its files, and the line that tells their state."""
