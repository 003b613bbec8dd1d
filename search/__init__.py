"""The public search: from a published page to a hit, and from a query to a page of results."""
