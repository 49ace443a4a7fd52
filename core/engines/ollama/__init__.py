"""The engine for an Ollama server."""
