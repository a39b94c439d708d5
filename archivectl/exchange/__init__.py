"""Bringing customers in from other people's tables, and giving them out again."""
