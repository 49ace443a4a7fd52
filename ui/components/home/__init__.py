"""The list of projects: where the first one is asked for, a card for each, and the dialog with its values."""
