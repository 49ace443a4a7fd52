"""What pages are made of: one class each, with its script beside it where it has one."""
