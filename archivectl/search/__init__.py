"""Finding records: a disposable index, and the expressions that select from it."""
