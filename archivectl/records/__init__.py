"""Customer records: their field vocabulary, schemas, identifiers, numbers and text."""
