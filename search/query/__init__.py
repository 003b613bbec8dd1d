"""From what somebody typed to clauses: parsing, the lexicon, interpretation."""
