"""The archive of the tests of verification serves here too."""

from verifying.conftest import model, office

__all__ = ["model", "office"]
