"""What is remembered. Knows SQLAlchemy and nothing of the product's rules."""
