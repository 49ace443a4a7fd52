"""Differences of files: as models write them, and as this product shows them."""
