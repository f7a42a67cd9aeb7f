"""``python -m nnc`` and the console script: imports nothing slow before an interrupt can be caught."""

import sys


def main() -> None:
    """Runs the command line and exits with its status."""
    try:
        from nnc.cli.app import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
