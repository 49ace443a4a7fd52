"""The files of an app: their paths, languages and texts, and what they refer to."""
