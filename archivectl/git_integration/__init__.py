"""What git calls of ours: hooks, and what it keeps beside the files."""
