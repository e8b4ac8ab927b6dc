"""The command line's door: words in, one answer out; it asks services and knows no table."""
