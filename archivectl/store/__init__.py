"""The one door to git: reading commits and files, and writing one commit whole or not at all; it knows nothing of records."""
