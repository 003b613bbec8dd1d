"""Tools for developers: what the make targets call."""
