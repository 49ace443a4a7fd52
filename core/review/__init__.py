"""What is found out about the files of a version: problems, and their formatted text."""
