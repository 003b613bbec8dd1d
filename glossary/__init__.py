"""Terms of the glossary explained where they stand on pages: which words, and how."""
