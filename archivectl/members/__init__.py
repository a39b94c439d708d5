"""Who belongs to an archive, with which keys and rights."""
