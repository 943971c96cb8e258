"""`python -m keryx`: the `keryx` command."""

import sys

from keryx.cli import main

if __name__ == "__main__":
    sys.exit(main())
