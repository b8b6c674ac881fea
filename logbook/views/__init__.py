"""Pages of the log and the desk page."""
