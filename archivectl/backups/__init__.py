"""Backups: made, looked into, and restored; the archive and its keys in files apart."""
