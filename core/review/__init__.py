"""Reviews of a version's files: their problems and their formatted texts."""
