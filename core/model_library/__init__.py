"""The models of the engines: which there are, which could be had, fetched and removed."""
