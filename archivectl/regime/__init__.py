"""The regime of an archive: base rules, adopted regulations and house rules, as data."""
