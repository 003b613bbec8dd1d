"""Lists in the admin of what needs somebody's eyes, each for the pages one may edit."""
