"""Files that people upload become a version."""
