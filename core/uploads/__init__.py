"""Files that people bring along become a version."""
