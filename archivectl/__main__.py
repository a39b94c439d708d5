"""``python -m archivectl``."""

import sys

from archivectl.cli import main

if __name__ == "__main__":
    sys.exit(main())
