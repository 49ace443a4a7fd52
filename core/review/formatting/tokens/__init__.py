"""The tokens of a text, for the comparison of a formatted one with its source."""
