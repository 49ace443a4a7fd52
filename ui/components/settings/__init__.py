"""The parts of the settings: each a section with a heading and a list of rows."""
