"""What a review found: its results for the files in view, and the list of problems."""
