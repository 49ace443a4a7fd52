"""What the pinned packages export: data files, and the program that makes them."""
