"""Pages that go out with an archive: how to read it without this program, and the recovery sheet."""
