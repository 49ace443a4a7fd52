"""Repairs of front ends and of Node: imports, CORS, package.json, links and entry points."""
