"""The news of a region as a widget for other websites: a page without a frame, and JSON."""
