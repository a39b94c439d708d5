"""Replaying the history: every commit is judged by the archive as it stood just before."""
