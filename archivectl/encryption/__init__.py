"""How values are sealed and their keys kept."""
