"""What can be done by a key or from the command palette: one table of commands, the list of keys, and the palette."""
