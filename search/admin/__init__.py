"""What editors see of the search in the admin: its words, what was asked, recommended pages."""
