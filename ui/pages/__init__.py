"""One file a page: each a short list of components."""
