"""Links to a project, view only, and who looks at it now."""
