"""One file per architecture, each to be read from top to bottom."""
