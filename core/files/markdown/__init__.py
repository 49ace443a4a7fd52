"""The text of an answer into files and back: incremental, without I/O."""
