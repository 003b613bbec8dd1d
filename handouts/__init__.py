"""What readers take into a meeting: a page on paper for each case, and books of chosen cases."""
