"""Processes that foreign content is worked on in, and that can be killed."""
