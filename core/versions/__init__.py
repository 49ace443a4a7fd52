"""What can be done with a run once it has text: files, comparison, fixes."""
