"""``python -m archivectl``."""

from archivectl.cli import run

if __name__ == "__main__":
    run()
