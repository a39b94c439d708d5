"""Checking: whether the files of one tree are what an archive must be; without history, clock or keys."""
