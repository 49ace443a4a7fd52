"""Parts of the models' page: what there is, what could be had, and what is being fetched."""
