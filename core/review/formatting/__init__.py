"""Files laid out by their language's formatter."""
