"""A customer archive in plain files: git for history, age for secrets, regulations as data."""

__version__ = "1.0.0.dev0"
