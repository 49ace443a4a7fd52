"""Modules that stand in for packages which WebAssembly lacks; each is on the path under its own name, after all others."""
