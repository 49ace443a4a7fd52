"""Repairs of Python: imports, CORS, requirements.txt."""
