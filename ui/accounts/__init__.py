"""The sign-in of the pages."""
