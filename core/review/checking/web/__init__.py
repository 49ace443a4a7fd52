"""Checks of HTML, CSS, JavaScript and TypeScript."""
