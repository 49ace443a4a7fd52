"""The kinds of blocks that an answer holds files in."""
