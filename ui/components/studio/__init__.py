"""The controls of the studio."""
