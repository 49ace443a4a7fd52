"""A front end's calls, held to the routes of its back end."""
