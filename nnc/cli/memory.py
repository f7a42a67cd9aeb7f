"""NumPy where memory is limited."""

import os

from nnc.io.text.sinks import lead_nowhere

_SPARE = 2**23
"""Bytes that must be left when NumPy is loaded, because two processes do not need exactly the same."""


def require_memory() -> None:
    """Raises MemoryError where ``ulimit -v`` leaves too little for NumPy.

    OpenBLAS would end the process, with the status of a wrong answer. So another process tries first.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # Windows has no such limit
        return
    if getrlimit(RLIMIT_AS)[0] == RLIM_INFINITY:
        return
    try:
        child = os.fork()
    except OSError:  # there is no other process to be had
        return
    if child == 0:
        _try()
    if os.waitpid(child, 0)[1]:
        raise MemoryError
    _load()


def _try() -> None:
    """Loads NumPy and ends the process, with status 0 if all went well."""
    status = 1
    try:
        lead_nowhere(2)
        spare = bytearray(_SPARE)
        _load()
        status = 0 if spare else 1
    except ModuleNotFoundError:
        status = 0  # the first process will report it
    finally:
        os._exit(status)


def _load() -> None:
    """Loads NumPy, and multiplies matrices large enough for OpenBLAS to take its buffers now."""
    import numpy as np

    square = np.ones((256, 256))
    np.matmul(square, square)
