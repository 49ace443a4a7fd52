"""The running app: linked and run in the visitor's browser, in sandboxed frames."""
