"""``python -m nnc`` and the console script: imports nothing slow before an interrupt can be caught."""

import gc
import sys

GARBAGE = 200_000
"""Objects between two collections. Imports make many thousands, none of them garbage: to look costs 5 % of a call."""


def main() -> None:
    """Runs the command line and exits with its status."""
    gc.set_threshold(GARBAGE)
    try:
        from nnc.cli.app import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
