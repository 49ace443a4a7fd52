"""What a guest with a link sees, and the owner's dialog that makes one."""
