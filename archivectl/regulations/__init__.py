"""The shipped regulations, one file each."""
