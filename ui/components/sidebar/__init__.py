"""The column beside the code: what the app should do, the options of the next run, and the versions."""
