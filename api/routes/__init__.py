"""The addresses: one handler a route."""
