"""The engine that runs a model in a child process on this machine."""
