"""One side of a project as the studio shows it: its tabs, its run, the upload, and the keyboard shortcuts."""
