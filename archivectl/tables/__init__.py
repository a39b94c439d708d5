"""Writing pages and tables to files."""
