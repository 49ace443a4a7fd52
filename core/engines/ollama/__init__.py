"""The engine that asks an Ollama server."""
