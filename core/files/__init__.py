"""What a file of an app is: its path, its language, its text."""
