"""Runs a generated back end inside Pyodide, in the viewer's browser and in the server's sandbox alike.

The product itself imports none of it. In Pyodide the package has another name (``core/runtime/driver.py``), since many
a generated app has a package ``core`` of its own.
"""
