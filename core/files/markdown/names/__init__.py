"""Which file a block of an answer is."""
