"""Stand-ins for packages which WebAssembly lacks; each is on the path under its own name, after all others."""
