"""One file an architecture, each to be read from top to bottom."""
