"""Pictures for the guides in `docs/howto/`, taken from the running site as each role sees it."""
