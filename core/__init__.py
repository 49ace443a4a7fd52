"""What the product does. Knows no web framework, no SQL and no NiceGUI."""
