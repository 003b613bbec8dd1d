"""From a plan to a page of results: answering, facets, highlights, suggestions."""
