"""What a run is: its state, its log, and how it is followed."""
