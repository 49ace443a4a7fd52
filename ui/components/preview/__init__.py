"""The running page of a front end."""
