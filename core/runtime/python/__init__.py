"""Runs a generated back end inside Pyodide, in the viewer's browser and in the server's sandbox alike.

Pure Python of the standard library: the product never imports it but for tests. Inside Pyodide the package is named
``app_driver``, so its files name one another relatively.
"""
