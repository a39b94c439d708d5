"""``archivectl``, and ``python -m archivectl``: starts the program, also where it is interrupted before it has begun."""

import sys


def run() -> None:
    """One command, then out."""
    try:
        from archivectl.cli import run as begin  # noqa: PLC0415 - what takes time to load can be interrupted too

        begin()
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; nothing half done.\n")
        sys.exit(130)


if __name__ == "__main__":
    run()
