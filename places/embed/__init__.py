"""The news of a region as a block for other websites: a page without a frame, and JSON."""
