"""Two histories of one archive made one: field by field, item by item, line by line, matched by uid."""
