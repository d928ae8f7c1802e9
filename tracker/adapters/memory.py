"""Memory that was used for something large goes back to the system when it is over: a worker that opened one huge message is small again."""
import ctypes
from contextlib import suppress

_MMAP_THRESHOLD, LARGE = -3, 1_000_000


def give_back() -> None:
    """Blocks from a megabyte on are taken from the system each by itself; glibc would otherwise raise that size to 32 MB by and by and keep them.

    Where the C library has no such setting, nothing is done.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
