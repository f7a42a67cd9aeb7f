"""``python -m nnc`` and the console script: the one catch, so that status 1 is a verdict and nothing else."""

import gc
import os
import signal
import sys

GARBAGE = 200_000
"""Objects between two collections. Imports make many thousands, none of them garbage: to look costs 5 % of a call."""


def main() -> None:
    """Runs the command line and exits with its status."""
    gc.set_threshold(GARBAGE)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a parent may have had it ignored
        # An exception may be lost, or printed, in the midst of an import; most of a short call is imports.
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    status = entrance(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: Python's own end is no longer interrupted
    sys.exit(status)


def entrance(args: list[str]) -> int:
    """Runs the command line ``args`` and returns its exit status, whatever happens."""
    try:
        return _run(args)
    except KeyboardInterrupt:
        return 130
    except MemoryError:  # there is not even enough to say so
        return 2


def _run(args: list[str]) -> int:
    from nnc.cli.messages import unexpected  # before all that may fail

    try:
        from nnc.cli.app import run

        return run(args)
    except Exception as error:
        return unexpected(error)


if __name__ == "__main__":
    main()
